#include <fmt/format.h>
#include <malloc.h>
#include <time.h>

#include <QtTest>
#include <algorithm>
#include <functional>

#include "core/alerts/alertevaluator.h"
#include "core/alerts/alertingsink.h"
#include "core/alerts/alertrules.h"
#include "core/live/drift.h"
#include "core/live/founddrawing.h"
#include "core/live/watchtable.h"
#include "core/metrics/series.h"
#include "core/trace/tracestore.h"
#include "plugins/rabbitmq/brokerdrawing.h"
#include "plugins/rabbitmq/reporter.h"

using namespace sluice;
using rabbitmq::Reporter;

namespace {

constexpr int kFew = 1500;
constexpr int kMany = 4 * kFew;

std::string nameOf(int queue) {
    return fmt::format("team{}.queue-{}", queue % 20, queue);
}

std::string listed(int count, const std::function<std::string(int)>& item) {
    std::string text = "[";
    for (int i = 0; i < count; ++i)
        text += (i > 0 ? "," : "") + item(i);
    return text + "]";
}

/// What the management API answers.
struct Answers {
    std::string exchanges;
    std::string queues;
    std::string bindings;
    explicit Answers(int count) {
        exchanges = listed(20, [](int i) {
            return fmt::format(
                R"({{"name":"team{}","type":"topic","durable":true,"auto_delete":false,"internal":false,)"
                R"("arguments":{{}},"vhost":"/"}})",
                i);
        });
        queues = listed(count, [](int i) {
            return fmt::format(
                R"({{"name":"{}","type":"classic","durable":true,"exclusive":false,"auto_delete":false,)"
                R"("arguments":{{"x-dead-letter-exchange":"team0"}}}})",
                nameOf(i));
        });
        bindings = listed(count, [](int i) {
            return fmt::format(
                R"({{"source":"team{}","vhost":"/","destination":"{}","destination_type":"queue",)"
                R"("routing_key":"k","arguments":{{}},"properties_key":"k"}})",
                i % 20, nameOf(i));
        });
    }
    [[nodiscard]] Diagram drawn() const {
        rabbitmq::TopologyAnswers all;
        all.virtualHost = "/";
        all.exchanges = exchanges;
        all.queues = queues;
        all.bindings = bindings;
        const auto found = rabbitmq::drawBroker(all, "Many");
        return found ? *found->drawing : Diagram();
    }
};

/// What the detailed Prometheus endpoint answers, different in every round.
std::string figures(int count, int round) {
    std::string text;
    for (const char* figure : {"queue_consumers", "queue_messages_ready", "queue_messages_unacked"}) {
        for (int i = 0; i < count; ++i)
            text += fmt::format("rabbitmq_detailed_{}{{vhost=\"/\",queue=\"{}\"}} {}\n", figure, nameOf(i),
                                i % 7 + round);
    }
    for (int i = 0; i < count; ++i)
        text += fmt::format(
            "rabbitmq_detailed_channel_messages_acked_total{{channel=\"<1.{}>\",vhost=\"/\",queue=\"{}\"}} "
            "{}\n",
            i % 50, nameOf(i), round * 3);
    return text;
}

std::vector<TraceEvent> read(Reporter& reporter, const std::string& text, int round) {
    (void)rabbitmq::readPrometheus(text,
                                   [&](const rabbitmq::PrometheusSample& sample) { reporter.take(sample); });
    return reporter.finish(std::chrono::seconds(round));
}

/// Milliseconds of processor, the least of some turns: other programs do not count.
double spent(const std::function<void()>& work) {
    const auto now = [] {
        timespec time{};
        clock_gettime(CLOCK_THREAD_CPUTIME_ID, &time);
        return static_cast<double>(time.tv_sec) * 1e3 + static_cast<double>(time.tv_nsec) / 1e6;
    };
    double least = 1e9;
    for (int turn = 0; turn < 4; ++turn) {
        const double before = now();
        work();
        least = std::min(least, now() - before);
    }
    return least;
}

/// Each makes what it needs for so many queues and gives back what is to be measured.
using Prepared = std::function<std::function<void()>(int)>;

std::function<void()> drawing(int count) {
    return [answers = Answers(count)] { QVERIFY(!answers.drawn().links.empty()); };
}

std::function<void()> arranging(int count) {
    return [found = Answers(count).drawn()] {
        Diagram diagram = found;
        groupByPrefix(diagram);
        arrangeOverview(diagram);
        QCOMPARE(diagram.groups.size(), 20U);
    };
}

std::function<void()> comparing(int count) {
    Diagram drawn = Answers(count).drawn();
    Diagram found = drawn;
    // Every tenth is called otherwise: missing and extra.
    for (std::size_t i = 0; i < drawn.elements.size(); i += 10)
        drawn.elements[i].name += "-once";
    return [drawn, found] { QVERIFY(!driftOf(drawn, found).empty()); };
}

std::function<void()> reading(int count) {
    const auto reporter = std::make_shared<Reporter>(watchTable(Answers(count).drawn()), "/");
    const std::vector<std::string> texts{figures(count, 1), figures(count, 2)};
    return [reporter, texts, round = 0]() mutable {
        ++round;
        QVERIFY(!read(*reporter, texts[static_cast<std::size_t>(round % 2)], round).empty());
    };
}

/// One round into the trace, past the alerts, and the state that is painted.
std::function<void()> storing(int count) {
    Diagram diagram = Answers(count).drawn();
    for (const char* text : {"queue:* depth > 1000 for 30s", "queue:team3.queue-3 no consumer for 10s"})
        addAlertRules(diagram, {*parseAlertRule(text)});
    const auto table = watchTable(diagram);
    Reporter reporter(table, "/");
    std::vector<std::vector<TraceEvent>> rounds;
    for (int round = 1; round < 8; ++round)
        rounds.push_back(read(reporter, figures(count, round % 3), round));
    return [table, rounds, rules = activeRules(diagram)] {
        TraceStore store(table);
        AlertEvaluator evaluator(table, rules, true);
        AlertingSink sink(evaluator, store);
        Aggregator series(table);
        SystemState shown = SystemState::initial(*table);
        for (const auto& round : rounds) {
            sink.accept(round, round.back().at);
            series.accept(round, round.back().at);
            store.advance(shown, round.back().at);
        }
        QCOMPARE(shown.next, store.size());
    };
}

}  // namespace

/// What a broker with four times as many queues takes: four times as much. Sixteen times would be seen here.
class ManyQueuesTest : public QObject {
    Q_OBJECT

private slots:
    void fourTimesAsManyTakeFourTimesAsLong_data() {
        QTest::addColumn<int>("step");
        QTest::newRow("drawing what is found") << 0;
        QTest::newRow("grouping and arranging it") << 1;
        QTest::newRow("comparing it with a drawing") << 2;
        QTest::newRow("reading a round of figures") << 3;
        QTest::newRow("storing rounds, with alerts and charts") << 4;
    }
    void fourTimesAsManyTakeFourTimesAsLong() {
        QFETCH(int, step);
        const std::array<Prepared, 5> steps{drawing, arranging, comparing, reading, storing};
        const Prepared& make = steps.at(static_cast<std::size_t>(step));
        // More than four times where the larger one no longer fits a cache that others use as well.
        constexpr double kMost = 12;
        constexpr int kTries = 5;
        double least = 1e9;
        for (int turn = 0; turn < kTries && least >= kMost; ++turn) {
            const double few = spent(make(kFew));
            const double many = spent(make(kMany));
            qInfo("%d queues %.1f ms, %d queues %.1f ms", kFew, few, kMany, many);
            least = std::min(least, many / few);
        }
        QVERIFY2(least < kMost, qPrintable(QString("%1 times as long").arg(least)));
    }
    // Every queue has something to tell every second: what charts keep of that is bounded.
    void chartsKeepLittleOfThousands() {
        const auto table = watchTable(Answers(kFew).drawn());
        const std::size_t before = mallinfo2().uordblks + mallinfo2().hblkhd;
        Aggregator series(table);
        std::size_t most = 0;
        for (int second = 1; second <= 200; ++second) {
            std::vector<TraceEvent> round;
            for (EntityId id = 0; id < table->entities.size(); ++id) {
                TraceEvent counted;
                counted.kind = EventKind::Counted;
                counted.at = std::chrono::seconds(second);
                counted.subject = id;
                counted.detail = static_cast<std::uint16_t>(Flow::In);
                counted.value = 7;
                counted.peer = 1000;
                if (table->entities[id].elementKind == ElementKind::Queue && !table->entities[id].isLink)
                    round.push_back(counted);
            }
            series.accept(round, std::chrono::seconds(second));
            most = std::max(most, mallinfo2().uordblks + mallinfo2().hblkhd - before);
        }
        constexpr std::size_t kMost = 24;  // MB: 200,000 bins, a quarter of them to spare, and the state
        QVERIFY2(most < (kMost << 20U), qPrintable(QString("%1 MB").arg(most >> 20U)));
    }
};

QTEST_GUILESS_MAIN(ManyQueuesTest)
#include "tst_manyqueues.moc"
