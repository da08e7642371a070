#include <map>
#include <set>

#include "tests/engine/simulated.h"

using namespace sluice;
using namespace sluice::test;

class RoutingTest : public QObject {
    Q_OBJECT
private slots:
    void routesThroughExchanges();
    void sharesAQueueAmongInstances();
    void readsATopicOnceForEachGroup();
    void movesPartitionsWhenAnInstanceStops();
    void keepsTheOrderOfAKey();
    void drawsMissingAnswersFromAnUnavailableService();
    void givesUpAfterTheLastRetry();
    void letsWhatNobodyTakesExpire();
    void losesToAGroupWhatRetentionDeletesUnread();
};

void RoutingTest::routesThroughExchanges() {
    const Run r = run(R"({"sluice":1,"nodes":[
 {"id":"c","kind":"client","workload":"constant","rate":10,"count":10},
 {"id":"x","kind":"exchange","exchangeType":"topic"},
 {"id":"eu","kind":"queue"},{"id":"all","kind":"queue"},{"id":"us","kind":"queue"}],
"links":[{"id":"p","kind":"publish","from":"c","to":"x","routingKey":"order.eu"},
 {"id":"b1","kind":"bind","from":"x","to":"eu","routingKey":"*.eu"},
 {"id":"b2","kind":"bind","from":"x","to":"all","routingKey":"#"},
 {"id":"b3","kind":"bind","from":"x","to":"us","routingKey":"*.us"}],
"scenarios":[{"id":"s","until":"5s"}]})");
    QCOMPARE(r.of("eu").depth, 10U);
    QCOMPARE(r.of("all").depth, 10U);
    QCOMPARE(r.of("us").depth, 0U);
    QCOMPARE(r.of("b1").in, 10U);
    QCOMPARE(r.of("b3").in, 0U);
}

void RoutingTest::sharesAQueueAmongInstances() {
    const Run r = run(R"({"sluice":1,"nodes":[
 {"id":"c","kind":"client","workload":"constant","rate":10,"count":12},
 {"id":"q","kind":"queue"},{"id":"s","kind":"service","instances":3,"serviceTime":"10ms"}],
"links":[{"id":"p","kind":"publish","from":"c","to":"q"},{"id":"t","kind":"consume","from":"q","to":"s"}],
"scenarios":[{"id":"s1","until":"5s"}]})");
    std::array<int, 3> taken{};
    for (const TraceEvent& event : r.trace.events) {
        if (event.kind == EventKind::Delivered)
            ++taken.at(event.detail);
    }
    // Round robin over consumers with room (semantics: dispatch).
    QCOMPARE(taken, (std::array{4, 4, 4}));
}

namespace {

const std::string kTwoGroups = R"({"sluice":1,"nodes":[
 {"id":"c","kind":"client","workload":"constant","rate":20,"count":200,"keyCount":50,"message":"E"},
 {"id":"t","kind":"topic","partitions":6},
 {"id":"a","kind":"service","instances":2,"serviceTime":"20ms","startupTime":"1s"},
 {"id":"b","kind":"service","instances":3,"serviceTime":"20ms"}],
"links":[{"id":"p","kind":"publish","from":"c","to":"t"},
 {"id":"ga","kind":"consume","from":"t","to":"a"},{"id":"gb","kind":"consume","from":"t","to":"b"}],
"messages":[{"id":"E","kind":"event","key":"id"}],
"scenarios":[{"id":"well","until":"20s"},
 {"id":"stop","until":"30s","actions":[{"at":"3s","do":"stop","target":"a","instance":0,"duration":"5s"}]}]})";

}  // namespace

void RoutingTest::readsATopicOnceForEachGroup() {
    const Run r = run(kTwoGroups);
    QCOMPARE(r.of("t").in, 200U);
    QCOMPARE(r.of("a").out, 200U);
    QCOMPARE(r.of("b").out, 200U);
    QCOMPARE(r.of("ga").depth, 0U);  // its lag
    std::set<std::uint32_t> partitions;
    for (const TraceEvent& event : r.trace.events) {
        if (event.kind == EventKind::Appended)
            partitions.insert(event.peer);
    }
    QCOMPARE(partitions.size(), std::size_t(6));
}

void RoutingTest::movesPartitionsWhenAnInstanceStops() {
    RunOptions options;
    options.scenario = "stop";
    const Run r = run(kTwoGroups, options);
    // Its partitions go to the other instance, and back once it has started again: twice a rebalance.
    QCOMPARE(r.trace.count(EventKind::Rebalanced), std::size_t(2));
    // At least once: what was in work when it stopped is read again.
    QVERIFY(r.of("a").out >= 200U);
    QCOMPARE(r.of("ga").depth, 0U);
    std::set<MessageId> processed;
    EntityId a = r.table->find("a");
    for (const TraceEvent& event : r.trace.events) {
        if (event.kind == EventKind::WorkFinished && event.subject == a && event.cause() == FailureKind::None)
            processed.insert(event.message);
    }
    QCOMPARE(processed.size(), std::size_t(200));
}

void RoutingTest::keepsTheOrderOfAKey() {
    const Run r = run(kTwoGroups);
    std::map<std::int64_t, std::int64_t> keys;
    std::map<std::pair<EntityId, std::int64_t>, MessageId> last;
    for (const TraceEvent& event : r.trace.events) {
        if (event.kind == EventKind::MessageCreated)
            keys[event.message] = event.value;
        if (event.kind == EventKind::WorkFinished) {
            MessageId& before = last[{event.subject, keys[event.message]}];
            QVERIFY(before < event.message);
            before = event.message;
        }
    }
    QVERIFY(last.size() > 60);
}

void RoutingTest::drawsMissingAnswersFromAnUnavailableService() {
    const Run r = run(R"({"sluice":1,"nodes":[
 {"id":"c","kind":"client","workload":"constant","rate":10,"count":30},
 {"id":"a","kind":"service","concurrency":10},{"id":"b","kind":"service"},
 {"id":"pay","kind":"external","availability":0,"latency":"10ms"}],
"links":[{"id":"ca","kind":"call","from":"c","to":"a","timeout":"10s"},
 {"id":"ab","kind":"call","from":"a","to":"b","timeout":"1s","retries":2,"backoff":"100ms"},
 {"id":"bp","kind":"call","from":"b","to":"pay","timeout":"1s"}],
"scenarios":[{"id":"s","until":"10s"}]})");
    QCOMPARE(r.of("c").created, 30U);
    QCOMPARE(r.of("c").done, 0U);
    // One call and two retries for each, and then the client hears of it.
    QCOMPARE(r.trace.count(EventKind::RetryScheduled), std::size_t(60));
    QCOMPARE(r.trace.count(EventKind::UserInformed), std::size_t(30));
}

void RoutingTest::givesUpAfterTheLastRetry() {
    const Run r = run(R"({"sluice":1,"nodes":[
 {"id":"c","kind":"client","workload":"constant","rate":10,"count":5},
 {"id":"q","kind":"queue"},{"id":"s","kind":"service","handlers":[{"steps":[{"do":"fail","failure":"serviceUnavailable"}]}]}],
"links":[{"id":"p","kind":"publish","from":"c","to":"q"},
 {"id":"t","kind":"consume","from":"q","to":"s","retries":3,"backoff":"1s","backoffFactor":3}],
"scenarios":[{"id":"s1","until":"60s"}]})");
    QCOMPARE(r.trace.count(EventKind::Discarded), std::size_t(5));
    std::map<MessageId, std::vector<std::int64_t>> backoffs;
    for (const TraceEvent& event : r.trace.events) {
        if (event.kind == EventKind::RetryScheduled)
            backoffs[event.message].push_back(event.value / 1'000'000'000);
    }
    QCOMPARE(backoffs.size(), std::size_t(5));
    for (const auto& [message, times] : backoffs)
        QCOMPARE(times, (std::vector<std::int64_t>{1, 3, 9}));
}

void RoutingTest::letsWhatNobodyTakesExpire() {
    const Run r = run(R"({"sluice":1,"nodes":[
 {"id":"c","kind":"client","workload":"constant","rate":10,"count":5},
 {"id":"q","kind":"queue","messageTtl":"2s"},{"id":"dead","kind":"queue"}],
"links":[{"id":"p","kind":"publish","from":"c","to":"q"},{"id":"d","kind":"deadLetter","from":"q","to":"dead"}],
"scenarios":[{"id":"s1","until":"60s"}]})");
    QCOMPARE(r.of("dead").depth, 5U);
    for (const TraceEvent& event : r.trace.events) {
        if (event.kind == EventKind::DeadLettered) {
            QCOMPARE(event.detail, std::uint16_t(DeathReason::Expired));
            QCOMPARE(event.cause(), FailureKind::ServiceUnavailable);
        }
    }
}

void RoutingTest::losesToAGroupWhatRetentionDeletesUnread() {
    const std::string text = R"({"sluice":1,"nodes":[
 {"id":"c","kind":"client","workload":"constant","rate":1,"count":20,"message":"E"},
 {"id":"t","kind":"topic","partitions":2,"retention":"1m"},
 {"id":"a","kind":"service"},{"id":"b","kind":"service"}],
"links":[{"id":"p","kind":"publish","from":"c","to":"t"},
 {"id":"ga","kind":"consume","from":"t","to":"a"},{"id":"gb","kind":"consume","from":"t","to":"b"}],
"messages":[{"id":"E","kind":"event","key":"id"}],
"scenarios":[{"id":"out","until":"20m","actions":[{"at":"0s","do":"stop","target":"b","duration":"10m"}]}]})";
    const Run r = run(text);
    QCOMPARE(r.of("a").out, 20U);
    QCOMPARE(r.of("b").out, 0U);
    QCOMPARE(r.trace.count(EventKind::Discarded), std::size_t(20));
}

QTEST_APPLESS_MAIN(RoutingTest)
#include "tst_routing.moc"
