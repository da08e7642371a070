#include <fmt/format.h>

#include <set>

#include "tests/engine/simulated.h"

using namespace sluice;
using namespace sluice::test;

namespace {

/// What a broker's clients could see of an event: "dead lettered work m1 expired", "delivered q m2 to #0
/// again".
std::string told(const TraceEvent& event, const EntityTable& table) {
    const std::string subject =
        event.subject < table.entities.size() ? table.entities[event.subject].id : "?";
    std::string line = fmt::format("{} {}", kindName(event.kind), subject);
    if (event.message > 0)
        line += fmt::format(" m{}", event.message);
    switch (event.kind) {
        case EventKind::DeadLettered:
        case EventKind::Discarded:
        case EventKind::Returned:
        case EventKind::Nacked:
            return line + fmt::format(" {}", reasonName(static_cast<DeathReason>(event.detail)));
        case EventKind::Requeued:
            return line + fmt::format(" {}", reasonName(static_cast<RequeueReason>(event.detail)));
        case EventKind::QueueDeleted:
            return line + fmt::format(" {}", reasonName(static_cast<QueueEnd>(event.detail)));
        case EventKind::Delivered:
            return line +
                   fmt::format(" #{}{}", event.detail, event.has(eventflag::Redelivered) ? " again" : "");
        case EventKind::ConsumerActivated:
        case EventKind::ConsumerRefused:
            return line + fmt::format(" #{}", event.detail);
        default:
            return line;
    }
}

QStringList story(const Run& run, const std::set<std::string>& kinds) {
    QStringList lines;
    for (const TraceEvent& event : run.trace.events) {
        if (kinds.count(std::string(kindName(event.kind))) > 0)
            lines << QString::fromStdString(told(event, *run.table));
    }
    return lines;
}

std::string drawing(const std::string& nodes, const std::string& links, const std::string& actions = {}) {
    return fmt::format(
        R"({{"sluice":1,"nodes":[{}],"links":[{}],"scenarios":[{{"id":"s","until":"60s"{}}}]}})", nodes,
        links, actions);
}

/// One message over each of its links, in the order they are drawn, at 0.1 s.
const std::string kClient = R"({"id":"c","kind":"client","workload":"constant","rate":10,"count":1})";
const std::string kThree = R"({"id":"c","kind":"client","workload":"constant","rate":10,"count":3})";
/// The service is away for the first ten seconds.
const std::string kLater = R"(,"actions":[{"at":"0s","do":"stop","target":"s","duration":"10s"}])";
const std::string kFails = R"("handlers":[{"steps":[{"do":"work","time":"10ms"},{"do":"fail"}]}])";

}  // namespace

/// Each property of the catalogue that names a rule of RabbitMQ, from the drawing to what the trace tells.
/// What is expected is what RabbitMQ's documentation promises.
class BrokerDrawingsTest : public QObject {
    Q_OBJECT
private slots:
    void follow_data();
    void follow();
    void refuse_data();
    void refuse();
    void neverExceedThePrefetch();
    void waitForTheConfirm();
    void publishAgainAfterANack();
    void answerDirectly();
    void keepPriorityAndHeadersThroughARetry();
    void countRetriesOfEachCopyOfAFanout();
};

void BrokerDrawingsTest::follow_data() {
    QTest::addColumn<QString>("text");
    QTest::addColumn<QString>("kinds");
    QTest::addColumn<QStringList>("expected");
    const auto row = [](const char* name, const std::string& text, const char* kinds,
                        const QStringList& expected) {
        QTest::newRow(name) << QString::fromStdString(text) << QString(kinds) << expected;
    };

    row("direct exchange",
        drawing(
            kClient + R"(,{"id":"x","kind":"exchange"},{"id":"a","kind":"queue"},{"id":"b","kind":"queue"})",
            R"({"id":"p1","kind":"publish","from":"c","to":"x","routingKey":"red"},
           {"id":"p2","kind":"publish","from":"c","to":"x","routingKey":"blue"},
           {"id":"p3","kind":"publish","from":"c","to":"x","routingKey":"green"},
           {"id":"b1","kind":"bind","from":"x","to":"a","routingKey":"red"},
           {"id":"b2","kind":"bind","from":"x","to":"b","routingKey":"blue"})"),
        "enqueued discarded returned", {"enqueued a m1", "enqueued b m2", "discarded x m3 unroutable"});

    row("fanout exchange ignores the key",
        drawing(
            kClient +
                R"(,{"id":"x","kind":"exchange","exchangeType":"fanout"},{"id":"a","kind":"queue"},{"id":"b","kind":"queue"})",
            R"({"id":"p1","kind":"publish","from":"c","to":"x","routingKey":"any"},
           {"id":"b1","kind":"bind","from":"x","to":"a","routingKey":"one"},
           {"id":"b2","kind":"bind","from":"x","to":"b"})"),
        "enqueued discarded", {"enqueued b m1", "enqueued a m1"});

    row("topic exchange: * is one word, # any number",
        drawing(
            kClient +
                R"(,{"id":"x","kind":"exchange","exchangeType":"topic"},{"id":"one","kind":"queue"},{"id":"many","kind":"queue"})",
            R"({"id":"p1","kind":"publish","from":"c","to":"x","routingKey":"order.eu"},
           {"id":"p2","kind":"publish","from":"c","to":"x","routingKey":"order.eu.north"},
           {"id":"p3","kind":"publish","from":"c","to":"x","routingKey":"order"},
           {"id":"b1","kind":"bind","from":"x","to":"one","routingKey":"order.*"},
           {"id":"b2","kind":"bind","from":"x","to":"many","routingKey":"order.#"})"),
        "enqueued discarded",
        {"enqueued one m1", "enqueued many m1", "enqueued many m2", "enqueued many m3"});

    row("headers exchange",
        drawing(
            kClient +
                R"(,{"id":"x","kind":"exchange","exchangeType":"headers"},{"id":"all","kind":"queue"},{"id":"any","kind":"queue"},{"id":"withx","kind":"queue"})",
            R"({"id":"p1","kind":"publish","from":"c","to":"x","headers":{"type":"pdf","size":1}},
           {"id":"p2","kind":"publish","from":"c","to":"x","headers":{"type":"pdf","size":2}},
           {"id":"p3","kind":"publish","from":"c","to":"x","headers":{"type":"zip","x-vip":true}},
           {"id":"b1","kind":"bind","from":"x","to":"all","headers":{"type":"pdf","size":1}},
           {"id":"b2","kind":"bind","from":"x","to":"any","headers":{"type":"pdf","size":3},"match":"any"},
           {"id":"b3","kind":"bind","from":"x","to":"withx","headers":{"x-vip":true},"match":"anyWithX"})"),
        "enqueued discarded", {"enqueued any m1", "enqueued all m1", "enqueued any m2", "enqueued withx m3"});

    row("CC adds routing keys",
        drawing(
            kClient + R"(,{"id":"x","kind":"exchange"},{"id":"a","kind":"queue"},{"id":"b","kind":"queue"})",
            R"({"id":"p1","kind":"publish","from":"c","to":"x","routingKey":"red","headers":{"CC":["blue"]}},
           {"id":"b1","kind":"bind","from":"x","to":"a","routingKey":"red"},
           {"id":"b2","kind":"bind","from":"x","to":"b","routingKey":"blue"})"),
        "enqueued discarded", {"enqueued b m1", "enqueued a m1"});

    row("alternate exchange before unroutable",
        drawing(
            kClient +
                R"(,{"id":"x","kind":"exchange","alternateExchange":"y"},{"id":"y","kind":"exchange","exchangeType":"fanout"},{"id":"a","kind":"queue"},{"id":"rest","kind":"queue"})",
            R"({"id":"p1","kind":"publish","from":"c","to":"x","routingKey":"red","mandatory":true},
           {"id":"p2","kind":"publish","from":"c","to":"x","routingKey":"blue","mandatory":true},
           {"id":"b1","kind":"bind","from":"x","to":"a","routingKey":"red"},
           {"id":"b2","kind":"bind","from":"y","to":"rest"})"),
        "enqueued discarded returned moved",
        {"moved p1 m1", "moved p2 m2", "moved b1 m1", "enqueued a m1", "moved b2 m2", "enqueued rest m2"});

    row("exchange to exchange, one copy a queue",
        drawing(
            kClient +
                R"(,{"id":"x","kind":"exchange"},{"id":"y","kind":"exchange","exchangeType":"fanout","internal":true},{"id":"a","kind":"queue"},{"id":"b","kind":"queue"})",
            R"({"id":"p1","kind":"publish","from":"c","to":"x","routingKey":"red"},
           {"id":"b1","kind":"bind","from":"x","to":"a","routingKey":"red"},
           {"id":"b2","kind":"bind","from":"x","to":"y","routingKey":"red"},
           {"id":"b3","kind":"bind","from":"y","to":"a"},
           {"id":"b4","kind":"bind","from":"y","to":"b"})"),
        "enqueued discarded moved",
        {"moved p1 m1", "moved b2 m1", "moved b4 m1", "enqueued b m1", "moved b1 m1", "enqueued a m1"});

    row("mandatory: returned",
        drawing(
            kClient + R"(,{"id":"x","kind":"exchange"})",
            R"({"id":"p1","kind":"publish","from":"c","to":"x","mandatory":true},{"id":"p2","kind":"publish","from":"c","to":"x"})"),
        "returned discarded nacked lost retry scheduled",
        {"returned x m1 unroutable", "discarded x m2 unroutable"});

    row("x-message-ttl",
        drawing(
            kClient +
                R"(,{"id":"q","kind":"queue","messageTtl":"2s"},{"id":"dead","kind":"queue"},{"id":"plain","kind":"queue","messageTtl":"3s"})",
            R"({"id":"p1","kind":"publish","from":"c","to":"q"},{"id":"p2","kind":"publish","from":"c","to":"plain"},
           {"id":"d","kind":"deadLetter","from":"q","to":"dead"})"),
        "enqueued dead lettered discarded",
        {"enqueued q m1", "enqueued plain m2", "dead lettered q m1 expired", "enqueued dead m1",
         "discarded plain m2 expired"});

    row("a message's own TTL acts at the head only",
        drawing(kClient + R"(,{"id":"q","kind":"queue"},{"id":"r","kind":"queue"})",
                R"({"id":"p1","kind":"publish","from":"c","to":"q"},
           {"id":"p2","kind":"publish","from":"c","to":"q","expiration":"1s"},
           {"id":"p3","kind":"publish","from":"c","to":"r","expiration":"1s"})"),
        "discarded", {"discarded r m3 expired"});

    row("of two TTLs the lower",
        drawing(
            kClient +
                R"(,{"id":"q","kind":"queue","messageTtl":"5s"},{"id":"r","kind":"queue","messageTtl":"1s"})",
            R"({"id":"p1","kind":"publish","from":"c","to":"q","expiration":"2s"},{"id":"p2","kind":"publish","from":"c","to":"r","expiration":"3s"})"),
        "discarded", {"discarded r m2 expired", "discarded q m1 expired"});

    row("x-expires: no dead letters, then unroutable",
        drawing(
            R"({"id":"c","kind":"client","workload":"constant","rate":0.5,"count":2},{"id":"q","kind":"queue","expires":"3s"},{"id":"dead","kind":"queue"})",
            R"({"id":"p1","kind":"publish","from":"c","to":"q"},{"id":"d","kind":"deadLetter","from":"q","to":"dead"})"),
        "enqueued dead lettered discarded queue deleted",
        {"enqueued q m1", "discarded q m1 queue deleted", "queue deleted q expired",
         "discarded q m2 unroutable"});

    row("x-max-length drops the head",
        drawing(
            kThree + R"(,{"id":"q","kind":"queue","maxLength":2},{"id":"dead","kind":"queue"})",
            R"({"id":"p","kind":"publish","from":"c","to":"q"},{"id":"d","kind":"deadLetter","from":"q","to":"dead"})"),
        "enqueued dead lettered discarded nacked",
        {"enqueued q m1", "enqueued q m2", "enqueued q m3", "dead lettered q m1 maxlen", "enqueued dead m1"});

    row("x-max-length-bytes",
        drawing(kThree + R"(,{"id":"q","kind":"queue","maxLengthBytes":1100})",
                R"({"id":"p","kind":"publish","from":"c","to":"q"})"),
        "enqueued discarded", {"enqueued q m1", "enqueued q m2", "enqueued q m3", "discarded q m1 maxlen"});

    row("reject-publish: nacked, not returned",
        drawing(
            kThree +
                R"(,{"id":"q","kind":"queue","maxLength":2,"overflow":"rejectPublish"},{"id":"dead","kind":"queue"})",
            R"({"id":"p","kind":"publish","from":"c","to":"q","retries":0},{"id":"d","kind":"deadLetter","from":"q","to":"dead"})"),
        "enqueued dead lettered discarded nacked returned lost",
        {"enqueued q m1", "enqueued q m2", "nacked q m3 maxlen", "lost q m3"});

    row("reject-publish without confirms: nobody hears",
        drawing(kThree + R"(,{"id":"q","kind":"queue","maxLength":2,"overflow":"rejectPublish"})",
                R"({"id":"p","kind":"publish","from":"c","to":"q","confirms":false})"),
        "enqueued discarded nacked returned lost",
        {"enqueued q m1", "enqueued q m2", "discarded q m3 maxlen"});

    row("reject-publish-dlx: nacked and dead-lettered",
        drawing(
            kThree +
                R"(,{"id":"q","kind":"queue","maxLength":2,"overflow":"rejectPublishDlx"},{"id":"dead","kind":"queue"})",
            R"({"id":"p","kind":"publish","from":"c","to":"q","retries":0},{"id":"d","kind":"deadLetter","from":"q","to":"dead"})"),
        "enqueued dead lettered discarded nacked returned lost",
        {"enqueued q m1", "enqueued q m2", "dead lettered q m3 maxlen", "enqueued dead m3",
         "nacked q m3 maxlen", "lost q m3"});

    row("a dead letter that meets a full queue",
        drawing(
            kThree +
                R"(,{"id":"q","kind":"queue","messageTtl":"1s"},{"id":"dead","kind":"queue","maxLength":2,"overflow":"rejectPublish"})",
            R"({"id":"p","kind":"publish","from":"c","to":"q"},{"id":"d","kind":"deadLetter","from":"q","to":"dead"})"),
        "enqueued discarded nacked dead lettered",
        {"enqueued q m1", "enqueued q m2", "enqueued q m3", "dead lettered q m1 expired", "enqueued dead m1",
         "dead lettered q m2 expired", "enqueued dead m2", "dead lettered q m3 expired",
         "discarded dead m3 maxlen"});

    row("x-dead-letter-routing-key",
        drawing(
            kClient +
                R"(,{"id":"q","kind":"queue","messageTtl":"1s","deadLetterRoutingKey":"late"},{"id":"r","kind":"queue","messageTtl":"2s"},{"id":"x","kind":"exchange"},{"id":"late","kind":"queue"},{"id":"own","kind":"queue"})",
            R"({"id":"p1","kind":"publish","from":"c","to":"q"},{"id":"p2","kind":"publish","from":"c","to":"r"},
           {"id":"d1","kind":"deadLetter","from":"q","to":"x"},{"id":"d2","kind":"deadLetter","from":"r","to":"x"},
           {"id":"b1","kind":"bind","from":"x","to":"late","routingKey":"late"},{"id":"b2","kind":"bind","from":"x","to":"own","routingKey":"r"})"),
        "enqueued discarded", {"enqueued q m1", "enqueued r m2", "enqueued late m1", "enqueued own m2"});

    row("expiry in a circle is dropped",
        drawing(
            kClient +
                R"(,{"id":"q","kind":"queue","messageTtl":"1s"},{"id":"r","kind":"queue","messageTtl":"1s"})",
            R"({"id":"p1","kind":"publish","from":"c","to":"q"},{"id":"d1","kind":"deadLetter","from":"q","to":"r"},{"id":"d2","kind":"deadLetter","from":"r","to":"q"})"),
        "enqueued dead lettered discarded",
        {"enqueued q m1", "dead lettered q m1 expired", "enqueued r m1", "dead lettered r m1 expired",
         "discarded r m1 cycle"});

    row("rejected, delayed, rejected again",
        drawing(
            kClient +
                R"(,{"id":"work","kind":"queue"},{"id":"delay","kind":"queue","messageTtl":"5s"},{"id":"s","kind":"service",)" +
                kFails + "}",
            R"({"id":"p1","kind":"publish","from":"c","to":"work"},{"id":"t","kind":"consume","from":"work","to":"s"},
           {"id":"d1","kind":"deadLetter","from":"work","to":"delay"},{"id":"d2","kind":"deadLetter","from":"delay","to":"work"})"),
        "enqueued dead lettered discarded",
        {"enqueued work m1", "dead lettered work m1 rejected", "enqueued delay m1",
         "dead lettered delay m1 expired", "enqueued work m1", "dead lettered work m1 rejected",
         "enqueued delay m1", "..."});

    row("x-max-priority",
        drawing(
            kClient +
                R"(,{"id":"q","kind":"queue","maxPriority":5},{"id":"s","kind":"service","serviceTime":"10ms"})",
            R"({"id":"p1","kind":"publish","from":"c","to":"q"},{"id":"p2","kind":"publish","from":"c","to":"q","priority":5},
           {"id":"p3","kind":"publish","from":"c","to":"q","priority":1},{"id":"p4","kind":"publish","from":"c","to":"q","priority":9},
           {"id":"t","kind":"consume","from":"q","to":"s","prefetch":1})",
            kLater),
        "delivered", {"delivered q m2 #0", "delivered q m4 #0", "delivered q m3 #0", "delivered q m1 #0"});

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

    row("quorum queue: delivery limit",
        drawing(
            kClient +
                R"(,{"id":"q","kind":"queue","queueType":"quorum","deliveryLimit":2},{"id":"dead","kind":"queue"},{"id":"s","kind":"service",)" +
                kFails + "}",
            R"({"id":"p","kind":"publish","from":"c","to":"q"},{"id":"t","kind":"consume","from":"q","to":"s","requeue":true},{"id":"d","kind":"deadLetter","from":"q","to":"dead"})"),
        "delivered requeued dead lettered enqueued",
        {"enqueued q m1", "delivered q m1 #0", "requeued q m1 nacked", "delivered q m1 #0 again",
         "requeued q m1 nacked", "delivered q m1 #0 again", "dead lettered q m1 delivery_limit",
         "enqueued dead m1"});

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

    row("auto-delete goes with its last consumer",
        drawing(
            R"({"id":"c","kind":"client","workload":"constant","rate":0.25,"count":3,"startAt":"1s"},{"id":"q","kind":"queue","autoDelete":true},{"id":"s","kind":"service","startupTime":"0s","serviceTime":"10ms"})",
            R"({"id":"p","kind":"publish","from":"c","to":"q"},{"id":"t","kind":"consume","from":"q","to":"s"})",
            R"(,"actions":[{"at":"6s","do":"stop","target":"s","duration":"5s"}])"),
        "enqueued discarded queue deleted queue declared",
        {"enqueued q m1", "queue deleted q auto-delete", "discarded q m2 unroutable", "queue declared q",
         "enqueued q m3"});

    row("an exclusive queue dies with its connection",
        drawing(
            R"({"id":"c","kind":"client","workload":"constant","rate":10,"count":2},{"id":"q","kind":"queue","exclusive":true},{"id":"s","kind":"service","instances":2,"serviceTime":"20s"})",
            R"({"id":"p","kind":"publish","from":"c","to":"q"},{"id":"t","kind":"consume","from":"q","to":"s","prefetch":1})",
            R"(,"actions":[{"at":"1s","do":"stop","target":"s","instance":0}])"),
        "consumer refused delivered requeued discarded queue deleted queue declared",
        {"consumer refused t #1", "delivered q m1 #0", "requeued q m1 channel closed",
         "discarded q m1 queue deleted", "discarded q m2 queue deleted", "queue deleted q exclusive",
         "queue declared q"});
}

void BrokerDrawingsTest::follow() {
    QFETCH(QString, text);
    QFETCH(QString, kinds);
    QFETCH(QStringList, expected);
    std::set<std::string> wanted;
    for (int kind = 0; kind < kEventKindCount; ++kind) {
        const std::string name(kindName(static_cast<EventKind>(kind)));
        if (kinds.contains(QString::fromStdString(name)))
            wanted.insert(name);
    }
    QStringList lines = story(run(text.toStdString()), wanted);
    if (expected.last() == "...") {  // and so on
        expected.removeLast();
        lines = lines.mid(0, expected.size());
    }
    QCOMPARE(lines, expected);
}

void BrokerDrawingsTest::refuse_data() {
    QTest::addColumn<QString>("nodes");
    QTest::addColumn<QString>("links");
    QTest::addColumn<QString>("where");
    QTest::newRow("priorities of a quorum queue")
        << R"({"id":"q","kind":"queue","queueType":"quorum","maxPriority":3})"
        << ""
        << "nodes[0].x-max-priority";
    QTest::newRow("reject-publish-dlx of a quorum queue")
        << R"({"id":"q","kind":"queue","queueType":"quorum","overflow":"rejectPublishDlx"})"
        << ""
        << "nodes[0].x-overflow";
    QTest::newRow("an exclusive quorum queue")
        << R"({"id":"q","kind":"queue","queueType":"quorum","exclusive":true})"
        << ""
        << "nodes[0].exclusive";
    QTest::newRow("a transient quorum queue")
        << R"({"id":"q","kind":"queue","queueType":"quorum","durable":false})"
        << ""
        << "nodes[0].durable";
    QTest::newRow("a routing key without a dead-letter exchange")
        << R"({"id":"q","kind":"queue","deadLetterRoutingKey":"k"})"
        << ""
        << "nodes[0].x-dead-letter-routing-key";
    QTest::newRow("a client that publishes to an internal exchange")
        << R"({"id":"c","kind":"client"},{"id":"x","kind":"exchange","internal":true})"
        << R"({"id":"p","kind":"publish","from":"c","to":"x"})"
        << "links[0].to";
}

void BrokerDrawingsTest::refuse() {
    QFETCH(QString, nodes);
    QFETCH(QString, links);
    QFETCH(QString, where);
    const auto made = Simulation::create(parsed(drawing(nodes.toStdString(), links.toStdString())), {});
    QVERIFY(!made.ok());
    QCOMPARE(QString::fromStdString(made.error().where), where);
}

void BrokerDrawingsTest::neverExceedThePrefetch() {
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

void BrokerDrawingsTest::waitForTheConfirm() {
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

void BrokerDrawingsTest::publishAgainAfterANack() {
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

void BrokerDrawingsTest::answerDirectly() {
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

void BrokerDrawingsTest::keepPriorityAndHeadersThroughARetry() {
    const Run r = run(drawing(
        kClient +
            R"(,{"id":"q","kind":"queue","maxPriority":5},{"id":"x","kind":"exchange","exchangeType":"headers"},{"id":"dead","kind":"queue"},{"id":"copy","kind":"queue"},{"id":"s","kind":"service",)" +
            kFails + "}",
        R"({"id":"p","kind":"publish","from":"c","to":"q","priority":4,"headers":{"kind":"bill","CC":["copy"]}},
           {"id":"t","kind":"consume","from":"q","to":"s","retries":1},{"id":"d","kind":"deadLetter","from":"q","to":"x"},
           {"id":"b","kind":"bind","from":"x","to":"dead","headers":{"kind":"bill"}})"));
    QCOMPARE(story(r, {"retry scheduled", "enqueued", "dead lettered"}),
             (QStringList{"enqueued q m1", "enqueued copy m1", "retry scheduled q m1", "enqueued q m1",
                          "dead lettered q m1 rejected", "enqueued dead m1"}));
}

void BrokerDrawingsTest::countRetriesOfEachCopyOfAFanout() {
    const Run r = run(drawing(
        kClient +
            R"(,{"id":"x","kind":"exchange","exchangeType":"fanout"},{"id":"a","kind":"queue"},{"id":"b","kind":"queue"},{"id":"s","kind":"service",)" +
            kFails +
            R"(},{"id":"slow","kind":"service","handlers":[{"steps":[{"do":"work","time":"100ms"},{"do":"fail"}]}]})",
        R"({"id":"p","kind":"publish","from":"c","to":"x"},{"id":"b1","kind":"bind","from":"x","to":"a"},{"id":"b2","kind":"bind","from":"x","to":"b"},
           {"id":"t1","kind":"consume","from":"a","to":"s"},{"id":"t2","kind":"consume","from":"b","to":"slow","retries":2})"));
    QCOMPARE(story(r, {"discarded", "retry scheduled"}),
             (QStringList{"discarded a m1 rejected", "retry scheduled b m1", "retry scheduled b m1",
                          "discarded b m1 rejected"}));
}

QTEST_APPLESS_MAIN(BrokerDrawingsTest)
#include "tst_brokerdrawings.moc"
