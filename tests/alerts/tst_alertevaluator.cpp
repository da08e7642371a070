#include <QTemporaryDir>
#include <map>
#include <set>

#include "core/alerts/alertevaluator.h"
#include "core/record/recorder.h"
#include "core/record/recording.h"
#include "core/trace/alertlist.h"
#include "tests/engine/randomdrawing.h"
#include "tests/engine/simulated.h"
#include "tests/trace/sampletrace.h"

using namespace sluice;
using namespace sluice::test;
using namespace std::chrono_literals;

namespace {

constexpr EntityId kOrders = 0;
constexpr EntityId kDead = 1;
constexpr EntityId kPrices = 2;
constexpr EntityId kBilling = 3;
constexpr EntityId kConsumes = 4;
constexpr EntityId kGroup = 5;

std::shared_ptr<const EntityTable> table() {
    auto made = std::make_shared<EntityTable>();
    made->entities = {sample::element("orders", "Orders", ElementKind::Queue),
                      sample::element("dead", "Dead", ElementKind::Queue),
                      sample::element("prices", "Prices", ElementKind::Topic),
                      sample::element("billing", "Billing", ElementKind::Service),
                      sample::link("c", LinkKind::Consume, kOrders, kBilling),
                      sample::link("g", LinkKind::Consume, kPrices, kBilling)};
    made->entities[kPrices].partitions = 1;
    made->entities[kBilling].instances = 2;
    made->entities[kDead].deadLetters = true;
    return made;
}

TraceEvent happens(Duration at, EventKind kind, EntityId subject, std::int64_t value = 0, int detail = 0,
                   std::uint32_t peer = 0, MessageId message = 0) {
    return {.at = at,
            .value = value,
            .subject = subject,
            .message = message,
            .peer = peer,
            .detail = static_cast<std::uint16_t>(detail),
            .kind = kind};
}

TraceEvent depth(Duration at, std::int64_t ready, EntityId queue = kOrders) {
    return happens(at, EventKind::Enqueued, queue, ready, 0, 0, 1);
}
TraceEvent gauge(Duration at, EntityId subject, Gauge gauge, std::int64_t value) {
    return happens(at, EventKind::Observed, subject, value, int(gauge));
}

std::vector<ActiveAlertRule> rules(const std::vector<const char*>& texts) {
    std::vector<ActiveAlertRule> made;
    for (const char* const text : texts) {
        const auto condition = AlertCondition::parse(text);
        if (!condition)
            qFatal("%s: %s", text, condition.error().text().c_str());
        made.push_back({static_cast<std::uint16_t>(made.size()), AlertSeverity::Warning, *condition});
    }
    return made;
}

/// "+0@12s" raised by rule 0, "-0@15s" cleared.
QString said(const std::vector<TraceEvent>& events) {
    QStringList words;
    for (const TraceEvent& one : events)
        words << (one.kind == EventKind::AlertRaised ? u'+' : u'-') + QString::number(one.peer) + u'@' +
                     QString::fromStdString(formatDuration(one.at));
    return words.join(u' ');
}

QString ask(const std::vector<const char*>& texts, const std::vector<TraceEvent>& events, Duration until) {
    AlertEvaluator evaluator(table(), rules(texts));
    std::vector<TraceEvent> out;
    for (const TraceEvent& one : events)
        evaluator.apply(one, out);
    evaluator.advanceTo(until, out);
    return said(out);
}

/// Depth above a level for a while, cleared below another, told by looking at every event and every moment
/// between them: what the evaluator has to say, found another way.
std::vector<std::pair<EventKind, TraceTime>> naively(const std::vector<TraceEvent>& events,
                                                     const EntityTable& table, EntityId queue, double above,
                                                     Duration hold, double below, TraceTime end) {
    std::vector<std::pair<EventKind, TraceTime>> said;
    SystemState state = SystemState::initial(table);
    bool raised = false;
    std::optional<TraceTime> since;
    const auto look = [&](TraceTime until) {
        if (!raised && since && *since + hold <= until) {
            raised = true;
            said.emplace_back(EventKind::AlertRaised, *since + hold);
            since.reset();
        }
    };
    for (const TraceEvent& one : events) {
        if (isAlert(one.kind))
            continue;
        look(one.at);
        state.apply(one, table);
        const auto ready = static_cast<double>(state.entities[queue].ready);
        if (raised && ready < below) {
            raised = false;
            said.emplace_back(EventKind::AlertCleared, one.at);
        }
        if (!raised && ready > above)
            since = since.value_or(one.at);
        else
            since.reset();
    }
    look(end);
    return said;
}

}  // namespace

class AlertEvaluatorTest : public QObject {
    Q_OBJECT
private slots:
    void raisesAboveALevelAfterAWhileAndClearsLower() {
        const std::vector<TraceEvent> events{depth(1s, 10),  depth(2s, 11), depth(3s, 12), depth(13s, 11),
                                             depth(14s, 6),  depth(15s, 5), depth(16s, 4), depth(17s, 20),
                                             depth(20s, 10), depth(21s, 30)};
        QCOMPARE(ask({"queue:orders depth > 10"}, events, 1min), "+0@2s -0@14s +0@17s -0@20s +0@21s");
        QCOMPARE(ask({"queue:orders depth > 10 for 5s"}, events, 1min), "+0@7s -0@14s +0@26s");
        QCOMPARE(ask({"queue:orders depth > 10 for 5s, clear < 5"}, events, 1min), "+0@7s -0@16s +0@26s");
        QCOMPARE(ask({"queue:orders depth > 10 for 5s, clear <= 6 for 2s"}, events, 1min),
                 "+0@7s -0@16s +0@26s");
        QCOMPARE(ask({"queue:orders depth > 10 for 5s"}, events, 25s), "+0@7s -0@14s");
        QCOMPARE(ask({"queue:dead depth > 10", "queue:* depth >= 30"}, events, 1min), "+1@21s");
    }

    void oneThatIsSoAtTheVeryBeginningIsTold() {
        QCOMPARE(ask({"queue:orders depth < 5 for 10s"}, {depth(1s, 2)}, 20s), "+0@11s");
        QCOMPARE(ask({"queue:orders depth < 5"}, {depth(1s, 20), depth(2s, 2)}, 20s), "+0@1s -0@1s +0@2s");
    }

    void seesTrends() {
        std::vector<TraceEvent> events;
        for (int i = 0; i <= 40; ++i)
            events.push_back(depth(std::chrono::seconds(i), i <= 20 ? 10 : 10 + 5 * (i - 20)));
        // 50 more than 20 seconds ago: after ten of the rising seconds, and from then on.
        QCOMPARE(ask({"queue:orders depth rises by 49 in 20s"}, events, 40s), "+0@30s");
        // Once it stands, a window later nothing rises any more.
        const QString cleared = ask({"queue:orders depth rises by 49 in 20s"}, events, 2min);
        QVERIFY2(cleared.startsWith("+0@30s -0@5"), qPrintable(cleared));
        QCOMPARE(ask({"queue:orders depth falls by 1 in 20s"}, events, 2min), "");
    }

    void seesSilence() {
        const std::vector<TraceEvent> events{depth(1s, 1), depth(5s, 1), depth(20s, 1), depth(21s, 1)};
        QCOMPARE(ask({"queue:orders silent for 10s"}, events, 30s), "+0@15s -0@20s");
        QCOMPARE(ask({"queue:orders silent for 10s"}, events, 31s), "+0@15s -0@20s +0@31s");
        QCOMPARE(ask({"queue:dead silent for 10s"}, events, 11s), "+0@11s");
    }

    void seesThatNobodyConsumes() {
        const std::vector<TraceEvent> events{happens(1s, EventKind::InstanceStopped, kBilling, 0, 0, 0),
                                             happens(2s, EventKind::InstanceStopped, kBilling, 0, 0, 1),
                                             happens(9s, EventKind::InstanceStarted, kBilling, 0, 0, 1)};
        QCOMPARE(ask({"queue:orders no consumer for 5s"}, events, 1min), "+0@7s -0@9s");
        QCOMPARE(ask({"queue:orders consumers < 2"}, events, 1min), "+0@1s");
        QCOMPARE(ask({"queue:dead no consumer"}, events, 1min), "+0@1s");
    }

    void countsDeadLettersInAWindow() {
        const std::vector<TraceEvent> events{
            depth(1s, 1),
            happens(2s, EventKind::DeadLettered, kOrders, 1, int(DeathReason::Rejected), kDead, 1),
            happens(30s, EventKind::DeadLettered, kOrders, 1, int(DeathReason::Rejected), kDead, 1)};
        // Over, a window after it, to a twentieth of the window.
        QCOMPARE(ask({"queue:orders any dead letter in 10s"}, events, 31s), "+0@2s -0@12.5s +0@30s");
        QCOMPARE(ask({"queue:dead dead-letters > 1 in 1min"}, events, 31s), "+0@30s");
    }

    void measuresRates() {
        std::vector<TraceEvent> events;
        for (int i = 0; i < 200; ++i)
            events.push_back(depth(std::chrono::milliseconds(100 * i), 1));
        // Ten a second for 20 s; known once the window is full.
        QCOMPARE(ask({"queue:orders in-rate > 9.4"}, events, 20s).left(6), "+0@10s");
        QCOMPARE(ask({"queue:orders in-rate > 10.6"}, events, 20s), "");
        QCOMPARE(ask({"queue:orders in-rate < 5"}, events, 20s), "");
        QVERIFY(ask({"queue:orders in-rate < 5"}, events, 30s).startsWith("+0@25"));
    }

    void measuresLagInRecordsAndInTime() {
        std::vector<TraceEvent> events;
        for (int i = 0; i < 20; ++i)
            events.push_back(happens(std::chrono::seconds(i), EventKind::Appended, kPrices, i, 0, 0, 1));
        events.push_back(happens(19500ms, EventKind::Fetched, kGroup, 4, 0, 0, 1));
        events.push_back(happens(20s, EventKind::Committed, kGroup, 5, 0, 0));
        events.push_back(happens(21s, EventKind::Committed, kGroup, 20, 0, 0));
        QCOMPARE(ask({"topic:prices lag > 10"}, events, 30s), "+0@10s -0@21s");
        QCOMPARE(ask({"link:g lag >= 20", "billing lag > 19"}, events, 30s),
                 "+0@19s +1@19s -0@19.5s -1@19.5s");
        // The first record, of 0 s, is not read until 19.5 s; the sixth, of 5 s, until 21 s. It is looked at
        // every 750 ms, and whenever something happens.
        QCOMPARE(ask({"service:billing lag > 15s"}, events, 30s), "+0@15.75s -0@19.5s +0@20.25s -0@21s");
    }

    void whatNobodyReadsGrowsOldWithoutAnythingHappening() {
        // One record that is read, and one that is not: a quarter of a second after its five it is told.
        QCOMPARE(
            ask({"billing lag > 5s"},
                {happens(0s, EventKind::Appended, kPrices, 0), happens(1s, EventKind::Fetched, kGroup, 0),
                 happens(1s, EventKind::Committed, kGroup, 1), happens(2s, EventKind::Appended, kPrices, 1)},
                1min),
            "+0@7.25s");
        // Of a live broker whose topic is still, once it was silent for long enough to know.
        const QString live = ask({"billing lag > 5s"},
                                 {happens(1s, EventKind::ConnectionMade, kNoEntity),
                                  happens(2s, EventKind::Observed, kPrices, 50, int(Gauge::EndOffset)),
                                  happens(2s, EventKind::Observed, kGroup, 20, int(Gauge::Committed))},
                                 1min);
        QVERIFY2(live.startsWith("+0@17") && live.size() < 10, qPrintable(live));
    }

    void ofALiveBrokerOnlyWhatIsKnownCounts() {
        const std::vector<TraceEvent> events{
            happens(1s, EventKind::ConnectionMade, kNoEntity),
            gauge(2s, kOrders, Gauge::Ready, 50),
            gauge(2s, kOrders, Gauge::Consumers, 0),
            happens(10s, EventKind::ConnectionLost, kNoEntity),
            happens(100s, EventKind::ConnectionMade, kNoEntity, 90'000'000'000),
            gauge(101s, kOrders, Gauge::Ready, 5),
            gauge(120s, kOrders, Gauge::Consumers, 3)};
        // The gap is no time in which it was so, and ends nothing.
        QCOMPARE(ask({"queue:orders depth > 10 for 20s"}, events, 200s), "");
        QCOMPARE(ask({"queue:orders depth > 10 for 5s"}, events, 200s), "+0@7s -0@1m41s");
        QCOMPARE(ask({"queue:orders silent for 30s"}, events, 99s), "");
        QCOMPARE(ask({"queue:* no consumer for 5s"}, events, 200s), "+0@7s -0@2m");
        QCOMPARE(ask({"queue:orders depth < 10"}, events, 200s), "+0@1m41s");
        QCOMPARE(ask({"broker unreachable for 1min"}, events, 200s), "+0@1m10s -0@1m40s");
        // Before the first report nothing is known.
        QCOMPARE(ask({"queue:* depth < 10"}, {events[0]}, 200s), "");
    }

    void reportedRatesCountAsTheyAreReported() {
        const auto count = [](Duration at, int many) {
            return happens(at, EventKind::Counted, kOrders, many, int(Flow::In), 5000);
        };
        QCOMPARE(ask({"queue:orders in-rate > 100"},
                     {happens(1s, EventKind::ConnectionMade, kNoEntity), count(6s, 400), count(11s, 600),
                      count(16s, 100)},
                     30s),
                 "+0@11s -0@16s");
    }

    void otherRulesFromAMomentOn() {
        AlertEvaluator evaluator(table(), rules({"queue:orders depth > 10", "queue:orders depth > 5"}), true);
        std::vector<TraceEvent> out;
        evaluator.apply(depth(1s, 20), out);
        QCOMPARE(said(out), "+0@1s +1@1s");
        out.clear();
        std::vector<ActiveAlertRule> other = rules({"queue:orders depth > 10", "queue:orders lag > 3"});
        other[1] = rules({"x depth > 1", "queue:orders depth > 15 for 10s"})[1];
        evaluator.apply(depth(2s, 21), out);
        evaluator.setRules(other, out);
        // The one that stays says nothing, what the other raised is over, and the new one begins to count.
        QCOMPARE(said(out), "-1@2s");
        out.clear();
        evaluator.advanceTo(20s, out);
        QCOMPARE(said(out), "+1@12s");
        evaluator.apply(depth(21s, 0), out);
        QCOMPARE(said(out), "+1@12s -0@21s -1@21s");
    }

    void aRunItsRecordingAndItsReplayRaiseTheSame() {
        const QTemporaryDir folder;
        std::size_t raised = 0;
        for (std::uint64_t seed = 1; seed <= 40 && !QTest::currentTestFailed(); ++seed) {
            auto loaded = parseDiagram(RandomDrawing(seed).text());
            QVERIFY2(loaded.ok(), loaded.ok() ? "" : loaded.error().text().c_str());
            Diagram diagram = std::move(loaded->diagram);
            for (const char* const text :
                 {"queue:* depth > 3 for 500ms, clear < 2", "queue:* depth rises by 5 in 2s",
                  "* silent for 3s", "queue:* no consumer for 1s", "queue:* any dead letter in 5s",
                  "* lag > 5, clear < 2 for 300ms", "* time-lag > 700ms", "* in-rate > 5 in 3s",
                  "* failures > 2 in 4s", "service:* busy > 1 for 200ms",
                  "queue:* unacknowledged > 1 for 100ms", "* departures > 4 in 2s", "* lost > 0 in 3s",
                  "* timeouts > 0 in 3s"}) {
                auto rule = parseAlertRule(text);
                QVERIFY2(rule.ok(), text);
                addAlertRules(diagram, {*rule});
            }
            raised += replaysTheSame(diagram, folder.filePath("run.sluicerec"), seed);
        }
        QVERIFY2(raised > 1000, qPrintable(QString::number(raised)));
    }

    /// What is not looked at when an event happens must not have changed with it.
    void aReadingChangesOnlyWithTheKindsThatAreToldOfIt() {
        std::set<AlertMetric> changed;
        for (std::uint64_t seed = 1; seed <= 60 && !QTest::currentTestFailed(); ++seed) {
            const auto loaded = parseDiagram(RandomDrawing(seed).text());
            QVERIFY(loaded.ok());
            readingsFollow(run(loaded->diagram), changed);
        }
        // All that a run has but what is late, and how old what is read next is, which grows with time alone.
        for (const AlertMetric metric :
             {AlertMetric::Depth, AlertMetric::Unacknowledged, AlertMetric::Arrivals, AlertMetric::Departures,
              AlertMetric::Lag, AlertMetric::DeadLetters, AlertMetric::Failures, AlertMetric::Lost,
              AlertMetric::Busy})
            QVERIFY2(changed.contains(metric), std::string(infoOf(metric).name).c_str());
    }

    void rulesDoNotChangeTheRun() {
        auto loaded = parseDiagram(RandomDrawing(7).text());
        QVERIFY(loaded.ok());
        const Run without = run(loaded->diagram);
        addAlertRules(loaded->diagram, {*parseAlertRule("* silent for 1s")});
        const Run with = run(loaded->diagram);
        QVERIFY(with.trace.count(EventKind::AlertRaised) > 0);
        QCOMPARE(with.fingerprint, without.fingerprint);
        std::vector<TraceEvent> happened = with.trace.events;
        std::erase_if(happened, [](const TraceEvent& one) { return isAlert(one.kind); });
        QVERIFY(happened == without.trace.events);
    }

private:
    static void readingsFollow(const Run& run, std::set<AlertMetric>& changed) {
        AlertMeter meter(run.table, true, true);
        const std::size_t entities = run.table->entities.size();
        std::map<std::pair<int, EntityId>, std::optional<double>> last;
        for (const TraceEvent& event : run.trace.events) {
            meter.apply(event);
            for (int i = 0; i < kAlertMetricCount; ++i) {
                const auto metric = static_cast<AlertMetric>(i);
                if (metric == AlertMetric::TimeLag)
                    continue;
                for (EntityId id = 0; id < entities; ++id) {
                    const auto reading = meter.reading(metric, id, meter.linksOf(metric, id), event.at);
                    const auto [it, first] = last.emplace(std::pair(i, id), reading);
                    if (it->second == reading)
                        continue;
                    it->second = reading;
                    changed.insert(metric);
                    const std::uint64_t kinds = AlertMeter::kindsOf(metric);
                    [&] {
                        QVERIFY2(
                            kinds >> static_cast<unsigned>(event.kind) & 1U,
                            qPrintable(QString("%1 with %2")
                                           .arg(QString::fromStdString(std::string(infoOf(metric).name)),
                                                QString::fromStdString(std::string(kindName(event.kind))))));
                    }();
                }
            }
        }
    }
    static std::size_t replaysTheSame(const Diagram& diagram, const QString& path, std::uint64_t seed) {
        auto simulation = Simulation::create(diagram, {});
        if (!simulation)
            return 0;
        auto recorder = Recorder::create(
            path.toStdString(),
            RecordingHeader{diagram, simulation->scenario(), simulation->seed(), simulation->table()});
        // In steps, as a window or a command line runs it.
        for (TraceTime until = 700ms; !simulation->runUntil(until, **recorder).finished; until += 700ms) {
        }
        const auto recording = openRecording(path.toStdString());
        [&] { QVERIFY(recording.ok()); }();
        const TraceStore& store = *recording->store;
        const std::vector<TraceEvent> events = store.read(0, store.size());
        std::vector<TraceEvent> alerts;
        for (std::size_t i = 0; i < events.size(); ++i) {
            if (isAlert(events[i].kind))
                alerts.push_back(events[i]);
            if (i > 0)
                [&] { QVERIFY(events[i - 1].at <= events[i].at); }();
        }
        // Asked again, cut into batches in another way.
        AlertEvaluator evaluator(store.sharedTable(), activeRules(recording->header.diagram));
        RandomStream random(seed, 3);
        std::vector<TraceEvent> again;
        for (const TraceEvent& one : events) {
            if (random.chance(0.1))
                evaluator.advanceTo(one.at, again);
            evaluator.apply(one, again);
        }
        evaluator.advanceTo(store.horizon(), again);
        [&] { QVERIFY(again == alerts); }();
        // The first rule, found another way.
        for (EntityId id = 0; id < store.table().entities.size(); ++id) {
            const Entity& entity = store.table().entities[id];
            if (entity.isLink || entity.elementKind != ElementKind::Queue)
                continue;
            std::vector<std::pair<EventKind, TraceTime>> own;
            for (const TraceEvent& alert : alerts) {
                if (alert.peer == 0 && alert.subject == id)
                    own.emplace_back(alert.kind, alert.at);
            }
            [&] { QVERIFY(own == naively(events, store.table(), id, 3, 500ms, 2, store.horizon())); }();
        }
        // The state counts what is raised.
        AlertList list;
        for (std::size_t i = 0; i < events.size(); ++i)
            list.apply(i, events[i]);
        const SystemState state = store.stateAt(store.horizon());
        std::size_t counted = 0;
        for (const EntityState& entity : state.entities)
            counted += std::accumulate(entity.alerts.begin(), entity.alerts.end(), std::size_t{0});
        [&] { QCOMPARE(counted, list.active()); }();
        return alerts.size();
    }
};

QTEST_GUILESS_MAIN(AlertEvaluatorTest)
#include "tst_alertevaluator.moc"
