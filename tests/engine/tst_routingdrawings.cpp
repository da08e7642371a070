#include "tests/engine/brokerstory.h"

using namespace sluice;
using namespace sluice::test;
using namespace sluice::test::brokerstory;

/// From the drawing to what the trace tells: exchanges, bindings and headers.
/// What is expected is what RabbitMQ's documentation promises.
class RoutingDrawingsTest : public QObject {
    Q_OBJECT
private slots:
    void follow_data();
    void follow();
    void keepPriorityAndHeadersThroughARetry();
    void countRetriesOfEachCopyOfAFanout();
};

void RoutingDrawingsTest::follow_data() {
    addColumns();

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
}

void RoutingDrawingsTest::follow() {
    brokerstory::follow();
}

void RoutingDrawingsTest::keepPriorityAndHeadersThroughARetry() {
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

void RoutingDrawingsTest::countRetriesOfEachCopyOfAFanout() {
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

QTEST_APPLESS_MAIN(RoutingDrawingsTest)
#include "tst_routingdrawings.moc"
