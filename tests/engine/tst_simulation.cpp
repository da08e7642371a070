#include "tests/engine/simulated.h"

using namespace sluice;
using namespace sluice::test;

namespace {

// A portal calls App, which sends a command and waits for its answer over a temporary queue; the repository
// of users writes an event to a topic, from which a table is fed that App reads.
const std::string kUpdate = R"({"sluice":1,"name":"Update",
"nodes":[
 {"id":"portal","kind":"client","workload":"constant","rate":2,"count":20,"message":"UpdateUser","keyCount":5,"roles":["user"]},
 {"id":"app","kind":"service","instances":2,"concurrency":4,"handlers":[{"steps":[
   {"do":"publish","link":"send","message":"UpdateUser","awaitReply":true,"timeout":"2s"},{"do":"read","link":"look"}]}]},
 {"id":"commands","kind":"queue"},
 {"id":"dead","kind":"queue"},
 {"id":"replies","kind":"queue","temporary":true},
 {"id":"users","kind":"service","handlers":[{"steps":[
   {"do":"validate"},{"do":"work","time":"50ms"},{"do":"publish","link":"tell","message":"UserUpdated"},{"do":"reply"}]}]},
 {"id":"events","kind":"topic","partitions":3},
 {"id":"view","kind":"table"}],
"links":[
 {"id":"ask","kind":"call","from":"portal","to":"app","timeout":"5s","latency":"10ms"},
 {"id":"send","kind":"publish","from":"app","to":"commands","latency":"5ms"},
 {"id":"take","kind":"consume","from":"commands","to":"users","prefetch":5,"retries":2,"backoff":"100ms","latency":"5ms"},
 {"id":"bury","kind":"deadLetter","from":"commands","to":"dead"},
 {"id":"tell","kind":"publish","from":"users","to":"events","latency":"5ms"},
 {"id":"feed","kind":"materialize","from":"events","to":"view","latency":"5ms"},
 {"id":"answer","kind":"reply","from":"users","to":"replies","latency":"5ms"},
 {"id":"hear","kind":"consume","from":"replies","to":"app","latency":"5ms"},
 {"id":"look","kind":"read","from":"app","to":"view","latency":"5ms"}],
"messages":[
 {"id":"UpdateUser","kind":"command","key":"userId","operation":"user"},
 {"id":"UserUpdated","kind":"event","keying":"entity","key":"userId","operation":"user"},
 {"id":"Done","kind":"reply"}],
"scenarios":[
 {"id":"well","until":"20s"},
 {"id":"down","until":"20s","actions":[{"at":"2s","do":"stop","target":"users","duration":"6s"}]},
 {"id":"bug","until":"20s","actions":[{"at":"0s","do":"fail","target":"users","failure":"unexpectedError","duration":"5s"},
    {"at":"15s","do":"redrive","target":"dead","all":true}]},
 {"id":"bad","until":"20s","actions":[{"at":"0s","do":"poison","target":"portal"}]},
 {"id":"slow","until":"20s","actions":[{"at":"0s","do":"slowDown","target":"users","factor":60,"duration":"4s"}]},
 {"id":"broker","until":"20s","actions":[{"at":"2s","do":"brokerDown","duration":"3s"}]},
 {"id":"refuse","until":"20s","actions":[{"at":"0s","do":"fail","target":"users","failure":"businessError"}]}
]})";

Run scenario(const char* id, std::optional<std::uint64_t> seed = {}) {
    RunOptions options;
    options.scenario = id;
    options.seed = seed;
    return run(kUpdate, options);
}

}  // namespace

class SimulationTest : public QObject {
    Q_OBJECT
private slots:
    void bringsEveryCommandToTheTable();
    void repeatsItselfAndVariesWithTheSeed();
    void isNotChangedByAnUnconnectedElement();
    void runsTheSameInPieces();
    void keepsCommandsWhileTheirConsumerIsDown();
    void deadLettersWhatFailsAndRedrivesIt();
    void refusesBadData();
    void tellsTheUserOfABusinessError();
    void accountsForAnswersAfterTheTimeout();
    void publishesAgainWhenTheBrokerIsBack();
    void takesTheChannelOfWhoAcknowledgesTooLate();
    void stopsWhenAsked();
    void namesAScenarioThatIsNotThere();
};

void SimulationTest::bringsEveryCommandToTheTable() {
    const Run r = scenario("well");
    QVERIFY(r.trace.finished && r.trace.ok);
    QCOMPARE(r.of("portal").created, 20U);
    QCOMPARE(r.of("portal").done, 20U);
    QCOMPARE(r.of("commands").out, 20U);
    QCOMPARE(r.of("events").in, 20U);
    QCOMPARE(r.trace.count(EventKind::RowWritten), std::size_t(20));
    QCOMPARE(r.trace.count(EventKind::RowRead), std::size_t(20));
    QCOMPARE(r.trace.count(EventKind::QueueDeclared), std::size_t(20));
    QCOMPARE(r.trace.count(EventKind::QueueDeleted), std::size_t(20));
    QCOMPARE(r.outcome.system.lost, 0U);
    QCOMPARE(r.outcome.system.deadLettersTotal(), 0U);
    // There and back twice 10 ms, five hops of 5 ms, 50 ms of work, and the read's two hops.
    QVERIFY(r.of("portal").roundTrip.minimum() >= std::chrono::milliseconds(20 + 20 + 50 + 10));
}

void SimulationTest::repeatsItselfAndVariesWithTheSeed() {
    QCOMPARE(scenario("well", 7).fingerprint, scenario("well", 7).fingerprint);
    QVERIFY(scenario("well", 7).fingerprint != scenario("well", 8).fingerprint);
}

void SimulationTest::isNotChangedByAnUnconnectedElement() {
    Diagram diagram = parsed(kUpdate);
    const auto before = run(diagram).fingerprint;
    Element lonely;
    lonely.id = "lonely";
    lonely.kind = ElementKind::Client;
    diagram.elements.insert(diagram.elements.begin(), lonely);
    lonely.id = "idle";
    lonely.kind = ElementKind::Service;
    diagram.elements.push_back(lonely);
    QCOMPARE(run(diagram).fingerprint, before);
}

void SimulationTest::runsTheSameInPieces() {
    auto whole = Simulation::create(parsed(kUpdate), {});
    Keeper once;
    whole->runUntil(TraceTime::max(), once);
    auto pieces = Simulation::create(parsed(kUpdate), {});
    Keeper many;
    for (TraceTime t{}; !many.finished; t += std::chrono::milliseconds(37))
        pieces->runUntil(t, many);
    QVERIFY(once.events == many.events);
    QCOMPARE(whole->fingerprint(), pieces->fingerprint());
}

void SimulationTest::keepsCommandsWhileTheirConsumerIsDown() {
    const Run r = scenario("down");
    QCOMPARE(r.trace.count(EventKind::InstanceStopped), std::size_t(1));
    QCOMPARE(r.outcome.system.lost, 0U);
    QCOMPARE(r.outcome.system.deadLettersTotal(), 0U);
    QVERIFY(r.of("commands").maxDepth >= 10);
    QCOMPARE(r.of("commands").depth, 0U);
    QCOMPARE(r.of("events").in, 20U);
    QVERIFY(r.of("portal").deferred > 0);
}

void SimulationTest::deadLettersWhatFailsAndRedrivesIt() {
    const Run r = scenario("bug");
    const std::uint64_t dead = r.trace.count(EventKind::DeadLettered);
    QVERIFY(dead >= 8);
    for (const TraceEvent& event : r.trace.events) {
        if (event.kind == EventKind::DeadLettered) {
            QCOMPARE(event.cause(), FailureKind::UnexpectedError);
            QCOMPARE(event.detail, std::uint16_t(DeathReason::Rejected));
            QCOMPARE(event.value, 3);  // the first try and two retries
        }
    }
    QCOMPARE(r.trace.count(EventKind::Redriven), std::size_t(dead));
    QCOMPARE(r.of("dead").depth, 0U);
    QCOMPARE(r.of("events").in + r.of("events").lateArrivals, 20U);
}

void SimulationTest::refusesBadData() {
    const Run r = scenario("bad");
    QCOMPARE(r.trace.count(EventKind::DeadLettered), std::size_t(20));
    QCOMPARE(r.of("dead").depth, 20U);
    QCOMPARE(r.trace.count(EventKind::RetryScheduled), std::size_t(0));
    QCOMPARE(r.of("portal").refused, 20U);
}

void SimulationTest::tellsTheUserOfABusinessError() {
    const Run r = scenario("refuse");
    QCOMPARE(r.trace.count(EventKind::DeadLettered), std::size_t(0));
    QCOMPARE(r.of("portal").refused, 20U);
    QCOMPARE(r.of("events").in, 0U);
}

void SimulationTest::accountsForAnswersAfterTheTimeout() {
    const Run r = scenario("slow");
    const std::size_t timeouts = r.trace.count(EventKind::TimedOut);
    QVERIFY(timeouts > 0);
    QCOMPARE(r.trace.count(EventKind::AnsweredLate), timeouts);
    QCOMPARE(r.of("portal").deferred, timeouts);
    QCOMPARE(r.of("portal").done + timeouts, 20U);
    QCOMPARE(r.trace.count(EventKind::QueueDeleted), std::size_t(20));
}

void SimulationTest::publishesAgainWhenTheBrokerIsBack() {
    const Run r = scenario("broker");
    QVERIFY(r.trace.count(EventKind::RetryScheduled) > 0);
    QCOMPARE(r.outcome.system.lost, 0U);
    QCOMPARE(r.of("commands").out, 20U);
}

// consumer_timeout: the broker closes the channel and puts the message back; the consumer comes again and
// gets it again.
void SimulationTest::takesTheChannelOfWhoAcknowledgesTooLate() {
    const auto drawing = [](const char* time) {
        return QString(R"({"sluice":1,"nodes":[
 {"id":"sender","kind":"client","workload":"constant","rate":1,"count":1},
 {"id":"jobs","kind":"queue"},
 {"id":"worker","kind":"service","serviceTime":"%1"}],
"links":[
 {"id":"send","kind":"publish","from":"sender","to":"jobs","latency":"0s"},
 {"id":"take","kind":"consume","from":"jobs","to":"worker","latency":"0s","ackTimeout":"4s"}],
"scenarios":[{"id":"only","until":"10s"}]})")
            .arg(time)
            .toStdString();
    };
    const Run late = run(drawing("10s"));
    const auto firstOf = [&](EventKind kind) {
        return *std::find_if(late.trace.events.begin(), late.trace.events.end(),
                             [kind](const TraceEvent& e) { return e.kind == kind; });
    };
    QVERIFY(late.trace.count(EventKind::Requeued) >= 2);
    QCOMPARE(late.trace.count(EventKind::Acknowledged), std::size_t(0));
    const TraceEvent back = firstOf(EventKind::Requeued);
    QCOMPARE((back.at - firstOf(EventKind::Delivered).at).count(), Duration(std::chrono::seconds(4)).count());
    QCOMPARE(back.detail, static_cast<std::uint16_t>(RequeueReason::ChannelClosed));
    const auto again =
        std::find_if(late.trace.events.begin(), late.trace.events.end(),
                     [&](const TraceEvent& e) { return e.kind == EventKind::Delivered && e.at >= back.at; });
    QVERIFY(again != late.trace.events.end() && again->has(eventflag::Redelivered));

    const Run inTime = run(drawing("3s"));
    QCOMPARE(inTime.trace.count(EventKind::Requeued), std::size_t(0));
    QCOMPARE(inTime.trace.count(EventKind::Acknowledged), std::size_t(1));
}

void SimulationTest::stopsWhenAsked() {
    auto simulation = Simulation::create(parsed(kUpdate), {});
    Keeper keeper;
    std::stop_source stop;
    stop.request_stop();
    const Progress progress = simulation->runUntil(TraceTime::max(), keeper, stop.get_token());
    QVERIFY(!progress.finished);
    QVERIFY(keeper.finished && !keeper.ok);
}

void SimulationTest::namesAScenarioThatIsNotThere() {
    RunOptions options;
    options.scenario = "weell";
    const auto simulation = Simulation::create(parsed(kUpdate), options);
    QVERIFY(!simulation.ok());
    QVERIFY(QString::fromStdString(simulation.error().sentence).contains("weell"));
    QVERIFY(QString::fromStdString(simulation.error().sentence).contains("refuse"));
}

QTEST_APPLESS_MAIN(SimulationTest)
#include "tst_simulation.moc"
