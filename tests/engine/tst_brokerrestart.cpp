#include "core/engine/queuebroker/queuebroker.h"
#include "tests/engine/simulated.h"

using namespace sluice;
using namespace sluice::test;
using namespace std::chrono_literals;

/// What survives a broker that stops and comes back, and what publishers learn when a message does not
/// arrive. RabbitMQ documentation: "Queues" (durability), "Publishers" (mandatory, confirms), "Reliability
/// Guide".
class BrokerRestartTest : public QObject {
    Q_OBJECT
private slots:
    void keepsWhatIsDurableAndPersistent_data();
    void keepsWhatIsDurableAndPersistent();
    void makesWhatWasHeldReadyAgain();
    void goesOnAfterwards_data();
    void goesOnAfterwards();
    void deliversNothingWhileItIsDown();
    void processesAgainWhatWasInWork();
    void publishesAgainWhatIsNotConfirmed_data();
    void publishesAgainWhatIsNotConfirmed();
    void failsARequestThatCameToNoQueue();
};

void BrokerRestartTest::keepsWhatIsDurableAndPersistent_data() {
    QTest::addColumn<bool>("quorum");
    QTest::addColumn<bool>("durable");
    QTest::addColumn<QString>("left");
    QTest::newRow("durable classic queue") << false << true << "1 3";
    QTest::newRow("transient classic queue") << false << false << "gone";
    QTest::newRow("quorum queue") << true << true << "1 2 3 4";
}

/// Messages with odd payloads are persistent.
void BrokerRestartTest::keepsWhatIsDurableAndPersistent() {
    QFETCH(bool, quorum);
    QFETCH(bool, durable);
    QueueBroker broker;
    QueueOptions options;
    options.type = quorum ? QueueType::Quorum : QueueType::Classic;
    options.durable = durable;
    const QueueIndex queue = *broker.declareQueue("q", options, 0ms);
    for (std::uint32_t i = 1; i <= 4; ++i) {
        Publish publish;
        publish.payload = i;
        broker.publishToQueue(queue, publish, 0ms);
    }
    broker.clearEffects();
    broker.restart([](std::uint32_t payload) { return payload % 2 == 1; }, 1ms);
    const auto found = broker.findQueue("q");
    QString left = found ? QString() : QStringLiteral("gone");
    if (found)
        broker.forEachReady(*found, [&](MessageIndex message) {
            left += (left.isEmpty() ? "" : " ") + QString::number(broker.describe(message).payload);
        });
    QTEST(left, "left");
    QCOMPARE(broker.checkInvariants(), std::string());
}

/// Nobody gets what another one's connection gives back, and nobody is left to get anything.
void BrokerRestartTest::makesWhatWasHeldReadyAgain() {
    QueueBroker broker;
    const QueueIndex queue = *broker.declareQueue("q", {}, 0ms);
    Consume one;
    one.prefetch = 1;
    QVERIFY(broker.consume(broker.openChannel(), queue, one, 0ms).ok());
    QVERIFY(broker.consume(broker.openChannel(), queue, one, 0ms).ok());
    for (std::uint32_t i = 1; i <= 3; ++i) {
        Publish publish;
        publish.payload = i;
        broker.publishToQueue(queue, publish, 0ms);
    }
    QCOMPARE(broker.counts(queue).unacknowledged, 2U);
    broker.clearEffects();
    broker.restart([](std::uint32_t) { return true; }, 1ms);
    QCOMPARE(broker.counts(queue).unacknowledged, 0U);
    QCOMPARE(broker.counts(queue).consumers, 0U);
    QString order;
    broker.forEachReady(
        queue, [&](MessageIndex message) { order += QString::number(broker.describe(message).payload); });
    QCOMPARE(order, QStringLiteral("123"));
    for (const QueueEffect& effect : broker.effects())
        QVERIFY(effect.kind != QueueEffectKind::Delivered);
    QCOMPARE(broker.checkInvariants(), std::string());
}

namespace {

/// Five messages at the beginning, one a second to work on; the broker is down from 1.5 s to 4.5 s.
std::string drawing(const char* queue, const char* publish, const char* service = "") {
    return std::string(R"({"sluice":1,"nodes":[
 {"id":"c","kind":"client","workload":"burst","burstSize":5,"count":5},
 {"id":"q","kind":"queue")") +
           queue + R"(},{"id":"s","kind":"service","serviceTime":"1s")" + service + R"(}],
"links":[{"id":"p","kind":"publish","from":"c","to":"q")" +
           publish + R"(},{"id":"r","kind":"consume","from":"q","to":"s","prefetch":1}],
"scenarios":[{"id":"s1","until":"20s","actions":[{"at":"1500ms","do":"brokerDown","duration":"3s"}]}]})";
}

}  // namespace

void BrokerRestartTest::goesOnAfterwards_data() {
    QTest::addColumn<QByteArray>("text");
    QTest::addColumn<int>("acknowledged");
    QTest::addColumn<int>("lost");
    // At 1.5 s one is done and one in work.
    QTest::newRow("durable and persistent") << QByteArray::fromStdString(drawing("", "")) << 5 << 0;
    QTest::newRow("messages in memory")
        << QByteArray::fromStdString(drawing("", R"(,"persistent":false)")) << 1 << 4;
    QTest::newRow("a queue in memory")
        << QByteArray::fromStdString(drawing(R"(,"durable":false)", "")) << 1 << 4;
    QTest::newRow("quorum") << QByteArray::fromStdString(
                                   drawing(R"(,"queueType":"quorum")", R"(,"persistent":false)"))
                            << 5 << 0;
}

void BrokerRestartTest::goesOnAfterwards() {
    QFETCH(QByteArray, text);
    const Run r = run(text.toStdString());
    QVERIFY(r.trace.ok);
    QTEST(static_cast<int>(r.trace.count(EventKind::Acknowledged)), "acknowledged");
    QTEST(static_cast<int>(r.trace.count(EventKind::Discarded)), "lost");
    QCOMPARE(r.of("q").depth, std::uint64_t{0});
}

void BrokerRestartTest::deliversNothingWhileItIsDown() {
    const Run r = run(drawing("", "", R"(,"instances":2)"));
    for (const TraceEvent& event : r.trace.events) {
        const bool away = event.at >= 1500ms && event.at < 4500ms;
        if (event.kind == EventKind::Delivered || event.kind == EventKind::Acknowledged)
            QVERIFY2(!away, formatDuration(event.at).c_str());
    }
}

/// Its acknowledgement found no broker: it comes once more, marked as redelivered.
void BrokerRestartTest::processesAgainWhatWasInWork() {
    const Run r = run(drawing("", ""));
    QCOMPARE(r.trace.count(EventKind::WorkFinished), std::size_t{6});
    QCOMPARE(r.trace.count(EventKind::Requeued), std::size_t{1});
    QCOMPARE(r.outcome.system.redelivered, std::uint64_t{1});
}

void BrokerRestartTest::publishesAgainWhatIsNotConfirmed_data() {
    QTest::addColumn<QByteArray>("publish");
    QTest::addColumn<int>("lost");
    QTest::newRow("with confirms") << QByteArray() << 0;
    QTest::newRow("without") << QByteArray(R"(,"confirms":false)") << 5;
    QTest::newRow("without further attempts") << QByteArray(R"(,"retries":0)") << 5;
}

void BrokerRestartTest::publishesAgainWhatIsNotConfirmed() {
    QFETCH(QByteArray, publish);
    std::string text = drawing("", publish.constData());
    const std::string down = R"({"at":"1500ms","do":"brokerDown","duration":"3s"})";
    text.replace(text.find(down), down.size(), R"({"at":"0s","do":"drop","target":"p","duration":"10ms"})");
    const Run r = run(text);
    QTEST(static_cast<int>(r.trace.count(EventKind::Lost)), "lost");
    QFETCH(int, lost);
    QCOMPARE(static_cast<int>(r.trace.count(EventKind::Enqueued)), 5 - lost);
}

/// A mandatory command that is returned will not be answered: its user hears so long before the timeout.
void BrokerRestartTest::failsARequestThatCameToNoQueue() {
    const Run r = run(R"({"sluice":1,"nodes":[
 {"id":"c","kind":"client","workload":"constant","rate":1,"count":1},
 {"id":"a","kind":"service","serviceTime":"0ms","handlers":[{"steps":[
   {"do":"publish","link":"p","awaitReply":true,"replyTo":"direct","timeout":"10s"},{"do":"reply"}]}]},
 {"id":"x","kind":"exchange"}],
"links":[{"id":"k","kind":"call","from":"c","to":"a","timeout":"15s","latency":"0ms"},
 {"id":"p","kind":"publish","from":"a","to":"x","mandatory":true,"latency":"5ms"}],
"scenarios":[{"id":"s1","until":"30s"}]})");
    QCOMPARE(r.trace.count(EventKind::Returned), std::size_t{1});
    QCOMPARE(r.trace.count(EventKind::TimedOut), std::size_t{0});
    const auto failed = std::find_if(r.trace.events.begin(), r.trace.events.end(),
                                     [](const TraceEvent& event) { return event.kind == EventKind::Failed; });
    QVERIFY(failed != r.trace.events.end());
    QCOMPARE(failed->cause(), FailureKind::QueueUnavailable);
    QCOMPARE(failed->at, TraceTime(1s) + 10ms);
}

QTEST_APPLESS_MAIN(BrokerRestartTest)
#include "tst_brokerrestart.moc"
