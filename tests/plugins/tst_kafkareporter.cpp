#include <QtTest>

#include "core/live/watchtable.h"
#include "core/trace/systemstate.h"
#include "plugins/kafka/clusterdrawing.h"
#include "plugins/kafka/reporter.h"

using namespace sluice;
using namespace sluice::kafka;
using namespace std::chrono_literals;

namespace {

/// Two topics, read by one group; nobody is connected.
struct Sample {
    Sample() {
        answers.cluster.topics = {{"orders", {{0, 1, 1, 1}, {1, 1, 1, 1}}}, {"mail", {{0, 1, 1, 1}}}};
        answers.groups = {{.id = "billing", .state = "Stable", .assignor = "range", .members = {}}};
        answers.committed["billing"] = {{{"mail", 0}, 1}, {{"orders", 0}, 1}};
        drawing = drawCluster(answers, "Shop").drawing;
        table = watchTable(*drawing);
    }
    [[nodiscard]] Reporter reporter() const {
        Reporter made(table, brokerNames(*drawing));
        made.setCluster(answers.cluster);
        return made;
    }
    [[nodiscard]] QStringList words(const std::vector<TraceEvent>& events) const {
        QStringList lines;
        for (const TraceEvent& event : events) {
            const bool gauge = event.kind == EventKind::Observed;
            const std::string_view what =
                gauge ? gaugeName(Gauge(event.detail)) : flowName(Flow(event.detail));
            lines << QStringLiteral("%1 %2 %3 %4")
                         .arg(QString::fromStdString(table->entities[event.subject].name),
                              QString::fromUtf8(what.data(), qsizetype(what.size())))
                         .arg(event.peer)
                         .arg(event.value);
        }
        return lines;
    }
    DrawingAnswers answers;
    std::shared_ptr<const Diagram> drawing;
    std::shared_ptr<const EntityTable> table;
};

using Ends = std::vector<std::optional<std::int64_t>>;

}  // namespace

/// What a cluster answers, as it gets into the trace. Without a cluster.
class KafkaReporterTest : public QObject {
    Q_OBJECT

private slots:
    void asksForWhatIsDrawnAndThere() {
        const Sample sample;
        Reporter reporter(sample.table, brokerNames(*sample.drawing));
        QVERIFY(reporter.partitions().empty());
        QCOMPARE(reporter.groups(), std::vector<std::string>{"billing"});
        ClusterAnswer cluster = sample.answers.cluster;
        cluster.topics[1].name = "another";
        reporter.setCluster(cluster);
        QCOMPARE(reporter.partitions(), (std::vector<Partition>{{"orders", 0}, {"orders", 1}}));
        QCOMPARE(reporter.knownTopics(), 1);
    }
    void tellsOffsetsFirstAndThenWhatChanged() {
        const Sample sample;
        Reporter reporter = sample.reporter();
        std::map<std::string, Offsets> committed{{"billing", {{{"orders", 0}, 30}, {{"orders", 1}, 5}}}};
        const QStringList first = sample.words(reporter.take(Ends{100, 7, 0}, committed, 1s));
        QVERIFY(first.contains("orders end offset 0 100"));
        QVERIFY(first.contains("orders end offset 1 7"));
        QVERIFY(first.contains("orders → billing committed 0 30"));
        // Nothing was counted before the first answer.
        QVERIFY(first.filter(" in ").isEmpty() && first.filter(" out ").isEmpty());
        // Nothing changed: nothing is told.
        QVERIFY(reporter.take(Ends{100, 7, 0}, committed, 2s).empty());
        committed["billing"][{"orders", 0}] = 42;
        const auto events = reporter.take(Ends{103, 8, 0}, committed, 4s);
        QStringList second = sample.words(events);
        second.sort();
        QCOMPARE(second, QStringList({"orders end offset 0 103", "orders end offset 1 8", "orders in 2000 4",
                                      "orders → billing committed 0 42", "orders → billing out 2000 12"}));
        // When it ends to flow the rate ends, too.
        QStringList third = sample.words(reporter.take(Ends{103, 8, 0}, committed, 5s));
        third.sort();
        QCOMPARE(third, QStringList({"orders in 1000 0", "orders → billing out 1000 0"}));
    }
    void noGroupIsBehindWhereItNeverCommitted() {
        const Sample sample;
        Reporter reporter = sample.reporter();
        SystemState state = SystemState::initial(*sample.table);
        const auto take = [&](const Ends& ends, const std::map<std::string, Offsets>& committed,
                              TraceTime at) {
            for (const TraceEvent& event : reporter.take(ends, committed, at))
                state.apply(event, *sample.table);
        };
        take({1'000'000, 500, 0}, {{"billing", {{{"orders", 1}, 490}}}}, 1s);
        const auto& groups = state.entities[sample.table->find("orders")].groups;
        QCOMPARE(groups.size(), 1U);
        QCOMPARE(groups[0].committed, (std::vector<std::int64_t>{-1, 490}));
        // It committed nothing, which is not the same as having everything before
        // it.
        take({1'000'000, 500, 0}, {{"billing", {{{"orders", 0}, 999'000}, {{"orders", 1}, 490}}}}, 2s);
        QCOMPARE(groups[0].committed, (std::vector<std::int64_t>{999'000, 490}));
        QCOMPARE(state.observed[groups[0].link].outRate, 0U);
    }
    void aTopicThatIsMadeAnewBeginsAgain() {
        const Sample sample;
        Reporter reporter = sample.reporter();
        (void)reporter.take(Ends{100, 7, 0}, {}, 1s);
        QCOMPARE(sample.words(reporter.take(Ends{3, 0, 0}, {}, 2s)).filter("orders in"),
                 QStringList{"orders in 1000 3"});
    }
    void whatIsMovedBackWasNotRead() {
        const Sample sample;
        Reporter reporter = sample.reporter();
        (void)reporter.take(Ends{100, 7, 0}, {{"billing", {{{"orders", 0}, 90}}}}, 1s);
        const QStringList words =
            sample.words(reporter.take(Ends{100, 7, 0}, {{"billing", {{{"orders", 0}, 10}}}}, 2s));
        QCOMPARE(words, QStringList{"orders → billing committed 0 10"});
    }
    void aPartitionWithoutAnAnswerIsLeftAsItWas() {
        const Sample sample;
        Reporter reporter = sample.reporter();
        (void)reporter.take(Ends{100, 7, 0}, {}, 1s);
        QVERIFY(reporter.take(Ends{std::nullopt, 7, 0}, {}, 2s).empty());
        QCOMPARE(sample.words(reporter.take(Ends{110, 7, 0}, {}, 3s)).filter(" in "),
                 QStringList{"orders in 1000 10"});
    }
    void afterAGapEverythingIsToldAnew() {
        const Sample sample;
        Reporter reporter = sample.reporter();
        (void)reporter.take(Ends{100, 7, 0}, {}, 1s);
        reporter.forget();
        const QStringList words = sample.words(reporter.take(Ends{200, 7, 0}, {}, 60s));
        QVERIFY(words.contains("orders end offset 0 200"));
        // Nobody knows when they came.
        QVERIFY(words.filter(" in ").isEmpty());
    }
    void countsTheMembersThatReadATopic() {
        const Sample sample;
        Reporter reporter = sample.reporter();
        std::vector<GroupAnswer> groups{{.id = "billing",
                                         .state = "Stable",
                                         .assignor = "range",
                                         .members = {{"one", "/10.0.0.1", {{"orders", 0}, {"mail", 0}}},
                                                     {"two", "/10.0.0.2", {{"orders", 1}}},
                                                     {"idle", "/10.0.0.3", {}}}}};
        QStringList words = sample.words(reporter.takeMembers(groups, 1s));
        words.sort();
        QCOMPARE(words, QStringList({"mail → billing consumers 0 1", "orders → billing consumers 0 2"}));
        QVERIFY(reporter.takeMembers(groups, 2s).empty());
    }
};

QTEST_GUILESS_MAIN(KafkaReporterTest)
#include "tst_kafkareporter.moc"
