#include "tests/engine/brokerstory.h"

using namespace sluice;
using namespace sluice::test;
using namespace sluice::test::brokerstory;

/// From the drawing to what the trace tells: the arguments of a queue, and what it does with its messages.
/// What is expected is what RabbitMQ's documentation promises.
class QueueDrawingsTest : public QObject {
    Q_OBJECT
private slots:
    void follow_data();
    void follow();
    void refuse_data();
    void refuse();
};

void QueueDrawingsTest::follow_data() {
    addColumns();

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

void QueueDrawingsTest::follow() {
    brokerstory::follow();
}

void QueueDrawingsTest::refuse_data() {
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

void QueueDrawingsTest::refuse() {
    QFETCH(QString, nodes);
    QFETCH(QString, links);
    QFETCH(QString, where);
    const auto made = Simulation::create(parsed(drawing(nodes.toStdString(), links.toStdString())), {});
    QVERIFY(!made.ok());
    QCOMPARE(QString::fromStdString(made.error().where), where);
}

QTEST_APPLESS_MAIN(QueueDrawingsTest)
#include "tst_queuedrawings.moc"
