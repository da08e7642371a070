#include <QtTest>

#include "core/diagram/catalogue.h"
#include "core/metrics/outcome.h"
#include "core/trace/tracestore.h"
#include "tests/trace/sampletrace.h"

using namespace sluice;
using namespace std::chrono_literals;

namespace {

TraceEvent entry(EventKind kind, EntityId subject, MessageId message, Duration at, std::int64_t value = 0,
                 std::uint32_t peer = 0, std::uint16_t detail = 0, std::uint8_t marks = 0) {
    return TraceEvent{at, value, subject, message, peer, detail, kind, marks};
}

Outcome outcomeOf(const std::vector<TraceEvent>& events) {
    OutcomeCollector collector(sample::table());
    collector.accept(events, TraceTime::zero());
    collector.finish({});
    return collector.outcome();
}

Judgement judged(const Outcome& outcome, const char* metric, const char* target, const char* comparison,
                 const Json& value) {
    return judge(outcome, {Expectation{metric, target, comparison, value, {}}}).front();
}

}  // namespace

class OutcomeTest : public QObject {
    Q_OBJECT
private slots:
    void namesElementsInTheTablesOrder();
    void countsDeadLettersWhereTheyDiedAndWhereTheyCame();
    void measuresLagByCommittedOffsets();
    void measuresMeanMessagesInWork();
    void tellsWhatUsersWereTold();
    void agreesWithCountingTheTrace();
    void partsOfARunAddUpToTheRun();
    void judges_data();
    void judges();
    void knowsEveryMetricOfTheCatalogue();
};

void OutcomeTest::namesElementsInTheTablesOrder() {
    const Outcome outcome = outcomeOf({});
    QCOMPARE(outcome.elements.size(), sample::table()->entities.size());
    QCOMPARE(outcome.elements[sample::kQueue].name, std::string("Commands"));
    QCOMPARE(outcome.elements[sample::kQueue].kind, std::string("queue"));
    QCOMPARE(outcome.elements[sample::kMaterialize].kind, std::string("materialize"));
    QVERIFY(outcome.find("users") == &outcome.elements[sample::kUsers]);
    QVERIFY(outcome.find("nobody") == nullptr);
}

void OutcomeTest::countsDeadLettersWhereTheyDiedAndWhereTheyCame() {
    const auto bad = marksOf(0, FailureKind::BadData);
    const Outcome outcome =
        outcomeOf({entry(EventKind::DeadLettered, sample::kQueue, 1, 1s, 1, sample::kDead, 0, bad),
                   entry(EventKind::Enqueued, sample::kDead, 1, 1s, 1),
                   entry(EventKind::DeadLettered, sample::kQueue, 2, 2s, 1, sample::kDead, 0, bad),
                   entry(EventKind::Enqueued, sample::kDead, 2, 2s, 2),
                   entry(EventKind::Redriven, sample::kDead, 1, 3s, 0, sample::kQueue)});
    QCOMPARE(outcome.elements[sample::kQueue].deadLettersTotal(), std::uint64_t(2));
    QCOMPARE(outcome.elements[sample::kDead].deadLettersTotal(), std::uint64_t(2));
    QCOMPARE(outcome.system.deadLettersTotal(), std::uint64_t(2));
    QCOMPARE(outcome.system.deadLetters[static_cast<std::size_t>(FailureKind::BadData)], std::uint64_t(2));
    QCOMPARE(outcome.system.redriven, std::uint64_t(1));
    QCOMPARE(outcome.system.openIncidents, std::uint64_t(1));
    QCOMPARE(outcome.elements[sample::kDead].depth, std::uint64_t(1));
    QCOMPARE(outcome.elements[sample::kDead].maxDepth, std::uint64_t(2));
}

void OutcomeTest::measuresLagByCommittedOffsets() {
    std::vector<TraceEvent> events;
    for (std::int64_t offset = 0; offset < 5; ++offset)
        events.push_back(entry(EventKind::Appended, sample::kTopic, 1, 1s, offset, 2));
    events.push_back(entry(EventKind::Fetched, sample::kMaterialize, 1, 2s, 0, 2));
    events.push_back(entry(EventKind::Fetched, sample::kMaterialize, 1, 2s, 1, 2));
    events.push_back(entry(EventKind::Committed, sample::kMaterialize, 1, 2s, 1, 2));
    const Outcome outcome = outcomeOf(events);
    QCOMPARE(outcome.elements[sample::kMaterialize].depth, std::uint64_t(4));
    QCOMPARE(outcome.elements[sample::kMaterialize].maxDepth, std::uint64_t(5));
}

void OutcomeTest::measuresMeanMessagesInWork() {
    const Outcome outcome = outcomeOf({entry(EventKind::WorkStarted, sample::kUsers, 1, 0s, 0, 0),
                                       entry(EventKind::WorkStarted, sample::kUsers, 2, 2s, 0, 1),
                                       entry(EventKind::WorkFinished, sample::kUsers, 1, 4s, 0, 0),
                                       entry(EventKind::Acknowledged, sample::kQueue, 1, 8s)});
    // One for 2 s, two for 2 s, one for 4 s, of 8 s.
    QCOMPARE(outcome.elements[sample::kUsers].busy, 1.25);
}

void OutcomeTest::tellsWhatUsersWereTold() {
    const auto told = [](UserOutcome what) { return static_cast<std::uint16_t>(what); };
    const Outcome outcome = outcomeOf(
        {entry(EventKind::UserInformed, sample::kPortal, 1, 1s, 1'000'000, 0, told(UserOutcome::Done)),
         entry(EventKind::UserInformed, sample::kPortal, 2, 1s, 3'000'000, 0, told(UserOutcome::Refused)),
         entry(EventKind::UserInformed, sample::kPortal, 3, 1s, 9'000'000, 0, told(UserOutcome::Deferred)),
         entry(EventKind::Answered, sample::kPublish, 3, 1s, 77)});
    QCOMPARE(outcome.system.done, std::uint64_t(1));
    QCOMPARE(outcome.system.refused, std::uint64_t(1));
    QCOMPARE(outcome.system.deferred, std::uint64_t(1));
    // The system's round trip is what people waited for, not what programs did.
    QCOMPARE(outcome.system.roundTrip.count(), std::uint64_t(3));
    QCOMPARE(outcome.system.roundTrip.maximum().count(), std::int64_t(9'000'000));
}

void OutcomeTest::agreesWithCountingTheTrace() {
    const auto events = sample::trace(40'000, 9);
    const Outcome outcome = outcomeOf(events);
    const auto count = [&](EventKind kind, EntityId subject) {
        return static_cast<std::uint64_t>(
            std::count_if(events.begin(), events.end(),
                          [&](const TraceEvent& one) { return one.kind == kind && one.subject == subject; }));
    };
    QCOMPARE(outcome.events, std::uint64_t(events.size()));
    QVERIFY(outcome.ended == events.back().at);
    QCOMPARE(outcome.elements[sample::kPortal].created, count(EventKind::MessageCreated, sample::kPortal));
    QCOMPARE(outcome.elements[sample::kQueue].in, count(EventKind::Enqueued, sample::kQueue));
    QCOMPARE(outcome.elements[sample::kQueue].out, count(EventKind::Acknowledged, sample::kQueue));
    QCOMPARE(outcome.elements[sample::kQueue].retried, count(EventKind::RetryScheduled, sample::kQueue));
    QCOMPARE(outcome.elements[sample::kQueue].deadLettersTotal(),
             count(EventKind::DeadLettered, sample::kQueue));
    QCOMPARE(outcome.elements[sample::kUsers].failed, count(EventKind::Failed, sample::kUsers));
    QCOMPARE(outcome.elements[sample::kTable].freshness.count(),
             count(EventKind::RowWritten, sample::kTable));
    // Little's law: messages in work = rate of work times its mean time.
    const ElementOutcome& users = outcome.elements[sample::kUsers];
    const double expected =
        static_cast<double>(users.out) / seconds(outcome.ended) * seconds(users.service.mean());
    QVERIFY(std::abs(users.busy - expected) < 0.02 * expected);
}

// Whatever the run is parted into: counts of the parts make the counts of the whole, and what stands at a
// part's end is what stood there in the run.
void OutcomeTest::partsOfARunAddUpToTheRun() {
    for (std::uint64_t seed = 1; seed <= 5; ++seed) {
        const std::vector<TraceEvent> events = sample::trace(20'000, seed);
        TraceStore store(sample::table());
        store.accept(events, events.back().at);
        store.finish({});
        const TraceTime end = store.horizon() + 1ns;
        const Outcome whole = *sluice::outcomeOf(store, {0ns, end});
        QCOMPARE(whole.events, events.size());
        QCOMPARE(whole.system.in, outcomeOf(events).system.in);
        RandomStream random(seed, 3);
        std::vector<TraceTime> cuts{0ns, end};
        for (int i = 0; i < 4; ++i)
            cuts.push_back(TraceTime(static_cast<std::int64_t>(random.uniform() * double(end.count()))));
        std::sort(cuts.begin(), cuts.end());
        std::vector<Outcome> parts;
        for (std::size_t i = 0; i + 1 < cuts.size(); ++i)
            parts.push_back(*sluice::outcomeOf(store, {cuts[i], cuts[i + 1]}));
        for (std::size_t e = 0; e < whole.elements.size(); ++e) {
            const ElementOutcome& all = whole.elements[e];
            ElementOutcome sum;
            double work = 0;
            std::uint64_t most = 0;
            for (std::size_t i = 0; i < parts.size(); ++i) {
                const ElementOutcome& one = parts[i].elements[e];
                sum.created += one.created;
                sum.in += one.in;
                sum.out += one.out;
                sum.failed += one.failed;
                sum.lateArrivals += one.lateArrivals;
                for (std::size_t k = 0; k < sum.deadLetters.size(); ++k)
                    sum.deadLetters[k] += one.deadLetters[k];
                sum.wait.merge(one.wait);
                work += one.busy * seconds(std::min(cuts[i + 1], store.horizon()) - cuts[i]);
                most = std::max(most, one.maxDepth);
            }
            QCOMPARE(sum.created, all.created);
            QCOMPARE(sum.in, all.in);
            QCOMPARE(sum.out, all.out);
            QCOMPARE(sum.failed, all.failed);
            QCOMPARE(sum.lateArrivals, all.lateArrivals);
            QCOMPARE(sum.deadLetters, all.deadLetters);
            QCOMPARE(sum.wait.count(), all.wait.count());
            QCOMPARE(most, all.maxDepth);
            QCOMPARE(parts.back().elements[e].depth, all.depth);
            QCOMPARE(parts.back().elements[e].openIncidents, all.openIncidents);
            QVERIFY(std::abs(work - all.busy * seconds(store.horizon())) < 1e-6);
        }
    }
    TraceStore store(sample::table());
    store.accept(sample::trace(1'000, 1), 10s);
    QVERIFY(!sluice::outcomeOf(store, {0s, 20s}, [] { return false; }).ok());
}

void OutcomeTest::judges_data() {
    QTest::addColumn<QString>("metric");
    QTest::addColumn<QString>("target");
    QTest::addColumn<QString>("comparison");
    QTest::addColumn<QString>("value");
    QTest::addColumn<bool>("met");
    QTest::addColumn<QString>("sentence");
    QTest::newRow("met") << "deadLetters"
                         << "dead-commands"
                         << "<="
                         << "3" << true << "dead letters of Dead commands: 1, expected <= 3";
    QTest::newRow("not met") << "deadLetters"
                             << "commands"
                             << "=="
                             << "0" << false << "dead letters of Commands: 1, expected == 0";
    QTest::newRow("system") << "lost"
                            << ""
                            << "=="
                            << "0" << true << "messages lost of the whole system: 0, expected == 0";
    QTest::newRow("duration") << "roundTrip.p99"
                              << ""
                              << "<"
                              << "\"2s\"" << true
                              << "p99 round trip of the whole system: 1.50 s, expected < 2.00 s";
    QTest::newRow("milliseconds") << "roundTrip.max"
                                  << "portal"
                                  << "<"
                                  << "1000" << false << "max round trip of Portal: 1.50 s, expected < 1.00 s";
    QTest::newRow("nothing measured")
        << "freshness.p99"
        << "user-table"
        << "<"
        << "\"1s\"" << false << "p99 freshness of User table: nothing was measured, expected < 1.00 s";
    QTest::newRow("unknown target") << "lost"
                                    << "nobody"
                                    << "=="
                                    << "0" << false
                                    << "there is no element or link \"nobody\" to expect lost of";
    QTest::newRow("unknown metric") << "joy"
                                    << ""
                                    << "=="
                                    << "0" << false
                                    << "\"joy\" is no metric that can be expected; among those that are: "
                                       "deadLetters, lost, lateArrivals, timeouts, roundTrip.p99";
    QTest::newRow("unknown statistic") << "wait.p42"
                                       << ""
                                       << "=="
                                       << "0" << false
                                       << "\"wait.p42\" is no metric that can be expected; among those that "
                                          "are: deadLetters, lost, lateArrivals, timeouts, roundTrip.p99";
    QTest::newRow("unknown comparison")
        << "lost"
        << ""
        << "~"
        << "0" << false << "\"~\" is no comparison; it must be one of ==, !=, <, <=, >, >=";
    QTest::newRow("text for a number")
        << "lost"
        << ""
        << "=="
        << "\"2s\"" << false << "lost is compared with a number, not with \"2s\"";
    QTest::newRow("list for a duration")
        << "wait.p99"
        << ""
        << "=="
        << "[]" << false << "wait.p99 is compared with a duration such as \"2s\", not with []";
}

void OutcomeTest::judges() {
    QFETCH(QString, metric);
    QFETCH(QString, target);
    QFETCH(QString, comparison);
    QFETCH(QString, value);
    QFETCH(bool, met);
    QFETCH(QString, sentence);
    const Outcome outcome =
        outcomeOf({entry(EventKind::DeadLettered, sample::kQueue, 1, 1s, 1, sample::kDead),
                   entry(EventKind::Enqueued, sample::kDead, 1, 1s, 1),
                   entry(EventKind::UserInformed, sample::kPortal, 1, 2s, 1'500'000'000)});
    const Judgement judgement = judged(outcome, metric.toUtf8().constData(), target.toUtf8().constData(),
                                       comparison.toUtf8().constData(), Json::parse(value.toStdString()));
    QCOMPARE(QString::fromStdString(judgement.sentence), sentence);
    QCOMPARE(judgement.met, met);
}

void OutcomeTest::knowsEveryMetricOfTheCatalogue() {
    const Outcome outcome = outcomeOf({entry(EventKind::Enqueued, sample::kQueue, 1, 1s, 1)});
    QVERIFY(!expectationMetrics().empty());
    for (const MetricInfo& metric : expectationMetrics()) {
        const Json value = metric.isDuration ? Json("1s") : Json(0);
        const Judgement judgement = judged(outcome, std::string(metric.key).c_str(), "", ">=", value);
        QVERIFY2(judgement.sentence.find("expected >= ") != std::string::npos, judgement.sentence.c_str());
    }
}

QTEST_APPLESS_MAIN(OutcomeTest)
#include "tst_outcome.moc"
