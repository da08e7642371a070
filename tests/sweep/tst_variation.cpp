#include <QtTest>

#include "core/diagram/file.h"
#include "core/sweep/values.h"
#include "core/sweep/variation.h"

using namespace sluice;

namespace {

// Two services read the queue; the scenario overrides what one of the tests varies.
constexpr const char* kDrawing = R"({"sluice":1,"nodes":[
{"id":"shop","kind":"client","rate":2,"message":"Order"},
{"id":"orders","kind":"queue"},
{"id":"unread","kind":"queue"},
{"id":"v1.pay","kind":"service"},
{"id":"ship","kind":"service","handlers":[{"steps":[{"do":"validate"}]},
 {"message":"Order","steps":[{"do":"work","time":"5ms"},{"do":"fail","probability":0.5}]}]}],
"links":[
{"id":"shop-to-orders","kind":"publish","from":"shop","to":"orders"},
{"id":"orders-to-pay","kind":"consume","from":"orders","to":"v1.pay"},
{"id":"orders-to-ship","kind":"consume","from":"orders","to":"ship"}],
"messages":[{"id":"Order","kind":"command"}],
"scenarios":[{"id":"rush","overrides":{"shop":{"rate":9,"workload":"constant"}}}]})";

Diagram drawing() {
    auto loaded = parseDiagram(kDrawing);
    if (!loaded)
        qFatal("%s", loaded.error().text().c_str());
    return std::move(loaded).value().diagram;
}

QString texts(const std::vector<Json>& values) {
    QStringList list;
    for (const Json& value : values)
        list << QString::fromStdString(valueText(value));
    return list.join(' ');
}

}  // namespace

class VariationTest : public QObject {
    Q_OBJECT
private slots:
    void readsValues_data();
    void readsValues();
    void readsSeeds_data();
    void readsSeeds();
    void saysWhatIsWrong_data();
    void saysWhatIsWrong();
    void setsThePropertyWhereItStands();
    void setsAPropertyOfAStep();
    void variesAllConsumersOfAQueue();
    void holdsAgainstTheScenariosOverride();
    void nullIsTheDefault();
};

void VariationTest::readsValues_data() {
    QTest::addColumn<QString>("text");
    QTest::addColumn<QString>("values");
    const auto row = [](const char* text, const char* values) { QTest::newRow(text) << text << values; };
    row("orders.prefetch=1,5,20", "1 5 20");
    row("queue.orders.prefetch=1, 5", "1 5");
    row("consume.orders-to-ship.prefetch=1..5", "1 2 3 4 5");
    row("orders-to-ship.prefetch=1..10/4", "1 5 9");
    row("link.orders-to-ship.prefetch=1..3,10,20..30/10", "1 2 3 10 20 30");
    row("orders-to-ship.autoAck=true,false", "true false");
    row("shop.rate=0.1..0.5/0.1", "0.1 0.2 0.3 0.4 0.5");
    row("shop.rate=1..2.5/0.5,7", "1.0 1.5 2.0 2.5 7.0");
    row("client.shop.workload=constant,poisson", "constant poisson");
    row("orders.messageTtl=null,30s,1m", "null 30s 1m");
    row("orders.messageTtl=100ms..400ms/100ms", "100ms 200ms 300ms 400ms");
    row("service.ship.serviceTime=exp(20ms),uniform(10ms, 30ms)", "exp(20ms) uniform(10ms, 30ms)");
    row("v1.pay.instances=1,2", "1 2");
    row("service.v1.pay.instances=1,2", "1 2");
    row("message.Order.size=100,1000", "100 1000");
    row("command.Order.size=100", "100");
    row("element.shop.message=Order", "Order");
}

void VariationTest::readsValues() {
    QFETCH(QString, text);
    QFETCH(QString, values);
    const auto variation = parseVariation(drawing(), text.toStdString());
    QVERIFY2(variation.ok(), variation ? "" : variation.error().text().c_str());
    QCOMPARE(texts(variation->values), values);
    QCOMPARE(variation->name, text.section('=', 0, 0).toStdString());
}

void VariationTest::readsSeeds_data() {
    QTest::addColumn<QString>("text");
    QTest::addColumn<QString>("seeds");  // or the error
    const auto row = [](const char* text, const char* seeds) { QTest::newRow(text) << text << seeds; };
    row("7", "7");
    row("1..4", "1 2 3 4");
    row("1..9/3,20", "1 4 7 20");
    row("18446744073709551614..18446744073709551615", "18446744073709551614 18446744073709551615");
    row("0..18446744073709551615", "more than 100000 seeds");
    row("", "must be whole numbers as in 1..20 or 1,5,9, is ''");
    row("-1", "must be whole numbers as in 1..20 or 1,5,9, is '-1'");
    row("1..x", "must be whole numbers as in 1..20 or 1,5,9, is '1..x'");
    row("4..1", "the range 4..1 must not end before it begins, nor its step be 0");
    row("1..4/0", "the range 1..4/0 must not end before it begins, nor its step be 0");
    row("1..3,2", "lists 2 twice, which would count one replica as two");
}

void VariationTest::readsSeeds() {
    QFETCH(QString, text);
    QFETCH(QString, seeds);
    const auto parsed = parseSeeds(text.toStdString());
    QStringList list;
    if (parsed) {
        for (const std::uint64_t seed : *parsed)
            list << QString::number(seed);
    } else {
        list << QString::fromStdString(parsed.error().sentence);
    }
    QCOMPARE(list.join(' '), seeds);
}

void VariationTest::saysWhatIsWrong_data() {
    QTest::addColumn<QString>("text");
    QTest::addColumn<QString>("error");
    const auto row = [](const char* text, const char* error) { QTest::newRow(text) << text << error; };
    const char* shape = "must be ID.property=values, such as queue.orders.prefetch=1,5,20, is '%1'";
    for (const char* text : {"orders", "orders.prefetch", "prefetch=3", ".prefetch=3", "orders.=3", ""})
        QTest::newRow(text) << text << QString(shape).arg(text);
    row("oders.prefetch=1",
        "oders.prefetch: there is no element, link or message 'oders'; did you mean 'orders'?");
    row("queue.order.prefetch=1", "queue.order.prefetch: there is no queue 'order'; did you mean 'orders'?");
    row("zzz.rate=1", "zzz.rate: there is no element, link or message 'zzz'");
    row("topic.orders.prefetch=1", "topic.orders.prefetch: 'orders' is a queue, not a topic");
    row("queu.orders.prefetch=1", "queu.orders.prefetch: there is no kind 'queu'; did you mean 'queue'?");
    row("orders.prefetsch=1",
        "orders.prefetsch: a queue has no property 'prefetsch'; did you mean 'prefetch'?");
    row("ship.instanses=1",
        "ship.instanses: a service has no property 'instanses'; did you mean 'instances'?");
    row("unread.prefetch=1", "unread.prefetch: 'unread' has no consumers whose prefetch could vary");
    row("orders.prefetch=", "orders.prefetch: a value is missing: list them as in 1,5,20 or 1..10/2");
    row("orders.prefetch=1,,2", "orders.prefetch: a value is missing: list them as in 1,5,20 or 1..10/2");
    row("orders.prefetch=few", "orders.prefetch: must be a whole number, is 'few'");
    row("orders.prefetch=-1", "orders.prefetch: must not be negative, is -1");
    row("orders.prefetch=1..80001/10000", "orders.prefetch: must be at most 65535, is 70001");
    row("orders.prefetch=1..60000", "orders.prefetch: the range 1..60000 has more than 10000 values");
    row("orders.prefetch=5..1",
        "orders.prefetch: the range 5..1 must not end before it begins, nor its step be 0");
    row("orders.prefetch=1..x",
        "orders.prefetch: the range 1..x must be of whole numbers, such as 1..10 or 1..10/2");
    row("orders.prefetch=1..3,2", "orders.prefetch: lists 2 twice");
    row("orders.messageTtl=1s..5s",
        "orders.messageTtl: the range 1s..5s must be of durations and name its step, such as "
        "100ms..1s/100ms");
    row("orders.messageTtl=soon", "orders.messageTtl: 'soon' is not a duration");
    row("ship.handlers[2].steps[0].time=1s",
        "ship.handlers[2].steps[0].time: 'ship' has 2 handlers, 0 to 1; there is no 2");
    row("ship.handlers[0].steps[1].time=1s", "'ship' has 1 steps in handlers[0], 0 to 0; there is no 1");
    row("v1.pay.handlers[0].steps[0].time=1s", "'v1.pay' has no handlers");
    row("orders-to-ship.handlers[0].steps[0].time=1s",
        "'orders-to-ship' is a consume, which has no handlers");
    row("ship.handlers[1].steps[0].tim=1s", "a work step has no property 'tim'; did you mean 'time'?");
    row("ship.handlers[1].steps[1].probability=2", "must be at most 1, is 2");
    row("ship.handlers[1].step[1].probability=1", "there is no element, link or message");
    row("ship.handlers[1].steps[x].probability=1", "there is no element, link or message");
    row("shop.workload=constnat", "did you mean 'constant'?");
    row("shop.message=Ordr", "shop.message: there is no message 'Ordr'; did you mean 'Order'?");
}

void VariationTest::saysWhatIsWrong() {
    QFETCH(QString, text);
    QFETCH(QString, error);
    const auto variation = parseVariation(drawing(), text.toStdString());
    QVERIFY(!variation.ok());
    const QString said = QString::fromStdString(variation.error().text());
    QVERIFY2(said.contains(error), qPrintable(said));
}

void VariationTest::setsThePropertyWhereItStands() {
    Diagram changed = drawing();
    apply(*parseVariation(changed, "message.Order.size=100,900"), 1, changed);
    apply(*parseVariation(changed, "ship.instances=3"), 0, changed);
    QCOMPARE(changed.findMessage("Order")->properties.find("size")->get<int>(), 900);
    QCOMPARE(changed.findElement("ship")->properties.find("instances")->get<int>(), 3);
    QVERIFY(changed.findElement("v1.pay")->properties.empty());
}

void VariationTest::setsAPropertyOfAStep() {
    Diagram changed = drawing();
    apply(*parseVariation(changed, "service.ship.handlers[1].steps[0].time=exp(1.5ms),20ms"), 0, changed);
    apply(*parseVariation(changed, "ship.handlers[1].steps[1].probability=0.1..0.5/0.1"), 2, changed);
    const std::vector<Handler>& handlers = changed.findElement("ship")->handlers;
    QCOMPARE(handlers[1].steps[0].properties.find("time")->get<std::string>(), std::string("exp(1.5ms)"));
    QCOMPARE(handlers[1].steps[1].properties.find("probability")->get<double>(), 0.3);
    QVERIFY(handlers[0].steps[0].properties.empty());
    QVERIFY(changed.findElement("ship")->properties.empty());
}

void VariationTest::variesAllConsumersOfAQueue() {
    Diagram changed = drawing();
    apply(*parseVariation(changed, "queue.orders.prefetch=5,20"), 1, changed);
    for (const char* link : {"orders-to-pay", "orders-to-ship"})
        QCOMPARE(changed.findLink(link)->properties.find("prefetch")->get<int>(), 20);
    QVERIFY(changed.findLink("shop-to-orders")->properties.empty());
    QVERIFY(changed.findElement("orders")->properties.empty());
}

void VariationTest::holdsAgainstTheScenariosOverride() {
    Diagram changed = drawing();
    apply(*parseVariation(changed, "shop.rate=4"), 0, changed);
    const Properties& overrides = changed.findScenario("rush")->overrides.at("shop");
    QVERIFY(!overrides.has("rate"));
    QVERIFY(overrides.has("workload"));
    QCOMPARE(changed.findElement("shop")->properties.find("rate")->get<double>(), 4.0);
}

void VariationTest::nullIsTheDefault() {
    Diagram changed = drawing();
    apply(*parseVariation(changed, "shop.rate=null"), 0, changed);
    QVERIFY(!changed.findElement("shop")->properties.has("rate"));
}

QTEST_GUILESS_MAIN(VariationTest)
#include "tst_variation.moc"
