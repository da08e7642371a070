#include <QtTest>

#include "core/diagram/deadletterqueues.h"
#include "core/diagram/file.h"

using namespace sluice;

namespace {

QByteArray queue(const char* id, const char* ttl = nullptr) {
    return QByteArray(R"({"id":")") + id + R"(","kind":"queue")" +
           (ttl ? QByteArray(R"(,"messageTtl":")") + ttl + '"' : QByteArray()) + '}';
}

QByteArray link(const char* kind, const char* from, const char* to, const char* routingKey = nullptr) {
    return QByteArray(R"({"id":")") + from + '-' + to + R"(","kind":")" + kind + R"(","from":")" + from +
           R"(","to":")" + to + '"' +
           (routingKey ? QByteArray(R"(,"routingKey":")") + routingKey + '"' : QByteArray()) + '}';
}

QByteArray joined(std::initializer_list<QByteArray> parts) {
    return QByteArrayList(parts).join(',');
}

}  // namespace

/// What RabbitMQ's guide calls dead letter exchanges and TTL, drawn in the ways in which people use them.
class TestDeadLetterQueues : public QObject {
    Q_OBJECT

private slots:
    void tellsWhereMessagesComeToRest_data();
    void tellsWhereMessagesComeToRest();
};

void TestDeadLetterQueues::tellsWhereMessagesComeToRest_data() {
    QTest::addColumn<QByteArray>("nodes");
    QTest::addColumn<QByteArray>("links");
    QTest::addColumn<QString>("deadLetterQueues");
    QTest::addColumn<QString>("delayQueues");
    const QByteArray service = R"({"id":"s","kind":"service"})";
    const QByteArray client = R"({"id":"c","kind":"client"})";
    const QByteArray direct = R"({"id":"x","kind":"exchange"})";
    const QByteArray fanout = R"({"id":"x","kind":"exchange","exchangeType":"fanout"})";
    const QByteArray consumed = link("consume", "work", "s");

    QTest::newRow("no dead letters") << joined({queue("work"), service}) << consumed << ""
                                     << "";
    QTest::newRow("a queue of its own") << joined({queue("work"), queue("dead"), service})
                                        << joined({consumed, link("deadLetter", "work", "dead")}) << "dead"
                                        << "";
    QTest::newRow("work expires, but is consumed")
        << joined({queue("work", "1m"), queue("dead"), service})
        << joined({consumed, link("deadLetter", "work", "dead")}) << "dead"
        << "";
    QTest::newRow("somebody reads the dead letters")
        << joined({queue("work"), queue("dead"), service})
        << joined({consumed, link("deadLetter", "work", "dead"), link("consume", "dead", "s")}) << "dead"
        << "";
    QTest::newRow("retry after a pause")
        << joined({queue("work"), queue("wait", "5s"), service})
        << joined({consumed, link("deadLetter", "work", "wait"), link("deadLetter", "wait", "work")}) << ""
        << "wait";
    QTest::newRow("a wait without an end is a rest")
        << joined({queue("work"), queue("wait"), service})
        << joined({consumed, link("deadLetter", "work", "wait"), link("deadLetter", "wait", "work")})
        << "wait work"
        << "";
    QTest::newRow("two pauses, then back")
        << joined({queue("work"), queue("short", "1s"), queue("long", "1m"), service})
        << joined({consumed, link("deadLetter", "work", "short"), link("deadLetter", "short", "long"),
                   link("deadLetter", "long", "work")})
        << ""
        << "long short";
    QTest::newRow("delayed delivery")
        << joined({client, queue("wait", "1h"), queue("work"), service})
        << joined({link("publish", "c", "wait"), link("deadLetter", "wait", "work"), consumed}) << ""
        << "wait";
    QTest::newRow("dead letters go to an archive after a week")
        << joined({queue("work"), queue("dead", "168h"), queue("archive"), service})
        << joined({consumed, link("deadLetter", "work", "dead"), link("deadLetter", "dead", "archive")})
        << "archive"
        << "dead";
    QTest::newRow("through an exchange")
        << joined({queue("work"), fanout, queue("dead"), service})
        << joined({consumed, link("deadLetter", "work", "x"), link("bind", "x", "dead")}) << "dead"
        << "";
    QTest::newRow("through two exchanges")
        << joined({queue("work"), fanout, R"({"id":"y","kind":"exchange"})", queue("dead"), service})
        << joined(
               {consumed, link("deadLetter", "work", "x"), link("bind", "x", "y"), link("bind", "y", "dead")})
        << "dead"
        << "";
    QTest::newRow("to a pause and to a record of it")
        << joined({queue("work"), fanout, queue("wait", "5s"), queue("record"), service})
        << joined({consumed, link("deadLetter", "work", "x"), link("bind", "x", "wait"),
                   link("bind", "x", "record"), link("deadLetter", "wait", "work")})
        << "record"
        << "wait";
    // One direct exchange for work and retries alike: the key of the dead letter says where it goes.
    QTest::newRow("by its key")
        << joined({client, direct, queue("work"), queue("wait", "5s"), service})
        << joined({link("publish", "c", "x", "orders"), link("bind", "x", "work", "orders"),
                   link("bind", "x", "wait", "later"), consumed, link("deadLetter", "work", "x", "later"),
                   R"({"id":"back","kind":"deadLetter","from":"wait","to":"x","routingKey":"orders"})"})
        << ""
        << "wait";
}

void TestDeadLetterQueues::tellsWhereMessagesComeToRest() {
    QFETCH(QByteArray, nodes);
    QFETCH(QByteArray, links);
    const QByteArray text = R"({"sluice":1,"nodes":[)" + nodes + R"(],"links":[)" + links + "]}";
    const auto loaded = parseDiagram(text.toStdString());
    QVERIFY2(loaded.ok(), loaded.ok() ? "" : loaded.error().text().c_str());
    const Diagram& diagram = loaded->diagram;
    const DeadLetterQueues queues(diagram);
    QStringList rests;
    QStringList delays;
    for (std::size_t i = 0; i < diagram.elements.size(); ++i) {
        if (queues.isDeadLetterQueue(i))
            rests << QString::fromStdString(diagram.elements[i].id);
        if (queues.isDelayQueue(i))
            delays << QString::fromStdString(diagram.elements[i].id);
    }
    rests.sort();
    delays.sort();
    QTEST(rests.join(' '), "deadLetterQueues");
    QTEST(delays.join(' '), "delayQueues");
}

QTEST_APPLESS_MAIN(TestDeadLetterQueues)
#include "tst_deadletterqueues.moc"
