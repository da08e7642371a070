#include "tests/engine/brokerstory.h"

using namespace sluice;
using namespace sluice::test;
using namespace sluice::test::brokerstory;

/// From the drawing to what the trace tells: consumers, acknowledgements, confirms and direct replies.
/// What is expected is what RabbitMQ's documentation promises.
class ConsumerDrawingsTest : public QObject {
    Q_OBJECT
private slots:
    void follow_data();
    void follow();
    void neverExceedThePrefetch();
    void waitForTheConfirm();
    void publishAgainAfterANack();
    void answerDirectly();
};

void ConsumerDrawingsTest::follow_data() {
    addColumns();

    row("x-single-active-consumer",
        drawing(
            R"({"id":"c","kind":"client","workload":"constant","rate":1,"count":6},{"id":"q","kind":"queue","singleActiveConsumer":true},{"id":"s","kind":"service","instances":2,"serviceTime":"10ms"})",
            R"({"id":"p","kind":"publish","from":"c","to":"q"},{"id":"t","kind":"consume","from":"q","to":"s"})",
            R"(,"actions":[{"at":"3500ms","do":"stop","target":"s","instance":0}])"),
        "delivered consumer activated",
        {"consumer activated t #0", "delivered q m1 #0", "delivered q m2 #0", "delivered q m3 #0",
         "consumer activated t #1", "delivered q m4 #1", "delivered q m5 #1", "delivered q m6 #1"});

    row("exclusive consumer",
        drawing(
            R"({"id":"c","kind":"client","workload":"constant","rate":0.5,"count":6},{"id":"q","kind":"queue"},{"id":"s","kind":"service","instances":2,"serviceTime":"10ms"})",
            R"({"id":"p","kind":"publish","from":"c","to":"q"},{"id":"t","kind":"consume","from":"q","to":"s","exclusive":true})",
            R"(,"actions":[{"at":"5s","do":"stop","target":"s","instance":0}])"),
        "delivered consumer refused",
        {"consumer refused t #1", "delivered q m1 #0", "delivered q m2 #0", "delivered q m3 #1",
         "delivered q m4 #1", "delivered q m5 #1", "delivered q m6 #1"});

    row("x-priority: the higher consumer while it has room",
        drawing(
            kThree +
                R"(,{"id":"q","kind":"queue"},{"id":"low","kind":"service","serviceTime":"1s"},{"id":"high","kind":"service","serviceTime":"1s"})",
            R"({"id":"p","kind":"publish","from":"c","to":"q"},{"id":"t1","kind":"consume","from":"q","to":"low"},
           {"id":"t2","kind":"consume","from":"q","to":"high","priority":5,"prefetch":2})"),
        "moved", {"moved p m1", "moved t2 m1", "moved p m2", "moved t2 m2", "moved p m3", "moved t1 m3"});

    row("a crash gives back, and to the same place",
        drawing(
            kThree + R"(,{"id":"q","kind":"queue"},{"id":"s","kind":"service","serviceTime":"2s"})",
            R"({"id":"p","kind":"publish","from":"c","to":"q"},{"id":"t","kind":"consume","from":"q","to":"s","prefetch":2})",
            R"(,"actions":[{"at":"1s","do":"stop","target":"s","duration":"5s"}])"),
        "delivered requeued acknowledged",
        {"delivered q m1 #0", "delivered q m2 #0", "requeued q m1 channel closed",
         "requeued q m2 channel closed", "delivered q m1 #0 again", "delivered q m2 #0 again",
         "acknowledged q m1", "delivered q m3 #0", "acknowledged q m2", "acknowledged q m3"});

    row("automatic acknowledgement loses what a crash had",
        drawing(
            kThree + R"(,{"id":"q","kind":"queue"},{"id":"s","kind":"service","serviceTime":"2s"})",
            R"({"id":"p","kind":"publish","from":"c","to":"q"},{"id":"t","kind":"consume","from":"q","to":"s","prefetch":1,"autoAck":true})",
            R"(,"actions":[{"at":"1s","do":"stop","target":"s","duration":"5s"}])"),
        "delivered requeued acknowledged",
        {"delivered q m1 #0", "acknowledged q m1", "delivered q m2 #0", "acknowledged q m2",
         "delivered q m3 #0", "acknowledged q m3"});
}

void ConsumerDrawingsTest::follow() {
    brokerstory::follow();
}

void ConsumerDrawingsTest::neverExceedThePrefetch() {
    const Run r = run(drawing(
        R"({"id":"c","kind":"client","workload":"constant","rate":100,"count":200},{"id":"q","kind":"queue"},
        {"id":"s","kind":"service","instances":2,"concurrency":10,"serviceTime":"100ms"})",
        R"({"id":"p","kind":"publish","from":"c","to":"q"},{"id":"t","kind":"consume","from":"q","to":"s","prefetch":3})"));
    std::array<int, 2> held{};
    int most = 0;
    for (const TraceEvent& event : r.trace.events) {
        if (event.kind == EventKind::Delivered)
            most = std::max(most, ++held.at(event.detail));
        if (event.kind == EventKind::Acknowledged)
            --held.at(event.detail);
    }
    QCOMPARE(most, 3);
}

void ConsumerDrawingsTest::waitForTheConfirm() {
    // The order is stored only when its event is with the broker, 30 ms there and 30 ms back; a full queue
    // fails it.
    const auto text = [](const char* limit) {
        return drawing(R"({"id":"c","kind":"client","workload":"constant","rate":1,"count":2},
            {"id":"s","kind":"service","handlers":[{"steps":[{"do":"publish"},{"do":"reply"}]}]},
            {"id":"q","kind":"queue","overflow":"rejectPublish","maxLength":)" +
                           std::string(limit) + "}",
                       R"({"id":"a","kind":"call","from":"c","to":"s","latency":"10ms"},
               {"id":"p","kind":"publish","from":"s","to":"q","awaitConfirm":true,"retries":0,"latency":"30ms"})");
    };
    const Run taken = run(text("5"));
    QCOMPARE(taken.of("c").done, 2U);
    QCOMPARE(taken.of("c").roundTrip.minimum(), Duration(std::chrono::milliseconds(80)));
    const Run full = run(text("1"));
    QCOMPARE(full.of("c").done, 1U);
    QCOMPARE(full.of("s").failed, 1U);
    for (const TraceEvent& event : full.trace.events) {
        if (event.kind == EventKind::Failed)
            QCOMPARE(event.cause(), FailureKind::QueueUnavailable);
    }
}

void ConsumerDrawingsTest::publishAgainAfterANack() {
    const Run r = run(drawing(
        kThree +
            R"(,{"id":"q","kind":"queue","maxLength":1,"overflow":"rejectPublish"},{"id":"s","kind":"service","serviceTime":"10ms"})",
        R"({"id":"p","kind":"publish","from":"c","to":"q"},{"id":"t","kind":"consume","from":"q","to":"s","prefetch":1})",
        kLater));
    QCOMPARE(r.of("s").out, 3U);
    QCOMPARE(r.outcome.system.lost, 0U);
    std::vector<std::int64_t> attempts;
    for (const TraceEvent& event : r.trace.events) {
        if (event.kind == EventKind::Nacked && event.message == 2)
            attempts.push_back(event.value);
    }
    QCOMPARE(attempts, (std::vector<std::int64_t>{1, 2, 3, 4}));  // at 0.2, 1.2, 3.2 and 7.2 s
}

void ConsumerDrawingsTest::answerDirectly() {
    const auto text = [](const std::string& actions) {
        return drawing(
            R"({"id":"c","kind":"client","workload":"constant","rate":1,"count":1},
            {"id":"s","kind":"service","handlers":[{"steps":[{"do":"publish","awaitReply":true,"replyTo":"direct","timeout":"10s"},{"do":"reply"}]}]},
            {"id":"q","kind":"queue"},{"id":"w","kind":"service","serviceTime":"1s"})",
            R"({"id":"a","kind":"call","from":"c","to":"s"},{"id":"p","kind":"publish","from":"s","to":"q"},
               {"id":"t","kind":"consume","from":"q","to":"w"})",
            actions);
    };
    const Run r = run(text({}));
    QCOMPARE(r.of("c").done, 1U);
    QCOMPARE(r.trace.count(EventKind::QueueDeclared), std::size_t(0));
    QCOMPARE(r.trace.count(EventKind::Enqueued), std::size_t(1));  // the command; no queue holds the reply
    QCOMPARE(story(r, {"called", "answered"}),
             (QStringList{"called a m1", "called p m2", "answered p m3", "answered a m4"}));
    // Nobody keeps a direct reply for whoever is gone.
    const Run gone = run(text(R"(,"actions":[{"at":"1500ms","do":"stop","target":"s"}])"));
    QVERIFY(story(gone, {"discarded"}).contains("discarded p m4 unroutable"));
    QCOMPARE(gone.of("c").done, 0U);
}

QTEST_APPLESS_MAIN(ConsumerDrawingsTest)
#include "tst_consumerdrawings.moc"
