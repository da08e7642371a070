#include "tests/plugins/realplay.h"

using namespace sluice;
using namespace sluice::test;
using namespace sluice::test::brokerstory;

/// Drawings that are played with the queues of a real RabbitMQ: what the trace tells of them is what
/// RabbitMQ's documentation promises, and what the run in the program tells.
class RealRunTest : public QObject {
    Q_OBJECT

private:
    RealRun::Place place(bool mayWrite = true) {
        return {m_broker.plugin(), m_broker.asGuest(mayWrite), "Test"};
    }
    QStringList queues() {
        QStringList names;
        for (const Element& element : m_broker.discover(m_broker.asGuest()).drawing->elements)
            names << QString::fromStdString(element.name);
        return names;
    }

    LiveBroker m_broker{"rabbitmq", "realbroker.py"};

private slots:
    void initTestCase() { START_OR_SKIP(m_broker); }
    void cleanupTestCase() { QVERIFY(m_broker.stop()); }

    void tellsWhatTheBrokerDoes_data();
    void tellsWhatTheBrokerDoes();
    void holdsInTheEndWhatTheTraceTells();
    void conversationsGoTheSameWayAsInTheProgram();
    void writesNothingWhereOnlyReadingIsAllowed();
    void whatIsNotTheBrokersStaysInTheProgram();
    void aBrokerThatGoesEndsTheRunWithAWord();  // the last: its queues stay
};

void RealRunTest::tellsWhatTheBrokerDoes_data() {
    addColumns();
    const std::string kWorks =
        R"({"id":"s","kind":"service","handlers":[{"steps":[{"do":"work","time":"10ms"}]}]})";
    const std::string kRejects = R"({"id":"s","kind":"service",)" + kFails + "}";
    row("a queue, and who reads it",
        drawing(
            kThree + R"(,{"id":"q","kind":"queue"},)" + kWorks,
            R"({"id":"p","kind":"publish","from":"c","to":"q"},{"id":"r","kind":"consume","from":"q","to":"s"})"),
        "delivered acknowledged",
        {"delivered q m1 #0", "acknowledged q m1", "delivered q m2 #0", "acknowledged q m2",
         "delivered q m3 #0", "acknowledged q m3"});
    row("a topic exchange chooses by the key",
        drawing(
            kClient +
                R"(,{"id":"x","kind":"exchange","exchangeType":"topic"},{"id":"q","kind":"queue"},{"id":"r","kind":"queue"})",
            R"({"id":"p1","kind":"publish","from":"c","to":"x","routingKey":"order.new"},{"id":"p2","kind":"publish","from":"c","to":"x","routingKey":"order.old.paid"},
                   {"id":"b1","kind":"bind","from":"x","to":"q","routingKey":"order.*"},{"id":"b2","kind":"bind","from":"x","to":"r","routingKey":"#.paid"})"),
        "enqueued", {"enqueued q m1", "enqueued r m2"});
    row("CC and BCC are further routing keys",
        drawing(
            kClient +
                R"(,{"id":"x","kind":"exchange"},{"id":"q","kind":"queue"},{"id":"r","kind":"queue"},{"id":"t","kind":"queue"},{"id":"u","kind":"queue"})",
            R"({"id":"p1","kind":"publish","from":"c","to":"x","routingKey":"a","headers":{"CC":["b"],"BCC":["c"]}},
                   {"id":"b1","kind":"bind","from":"x","to":"q","routingKey":"a"},{"id":"b2","kind":"bind","from":"x","to":"r","routingKey":"b"},
                   {"id":"b3","kind":"bind","from":"x","to":"t","routingKey":"c"},{"id":"b4","kind":"bind","from":"x","to":"u","routingKey":"d"})"),
        "enqueued", {"enqueued q m1", "enqueued r m1", "enqueued t m1"});
    row("by its name, to the queues of other names",
        drawing(kClient + R"(,{"id":"q","kind":"queue"},{"id":"r","kind":"queue"},{"id":"t","kind":"queue"})",
                R"({"id":"p1","kind":"publish","from":"c","to":"q","headers":{"BCC":["r"]}})"),
        "enqueued", {"enqueued q m1", "enqueued r m1"});
    row("no queue is bound: returned when mandatory, else gone",
        drawing(
            kClient + R"(,{"id":"x","kind":"exchange"})",
            R"({"id":"p1","kind":"publish","from":"c","to":"x","mandatory":true},{"id":"p2","kind":"publish","from":"c","to":"x"})"),
        "returned discarded", {"returned x m1 unroutable", "discarded x m2 unroutable"});
    row("what is rejected is a dead letter",
        drawing(
            kClient + R"(,{"id":"q","kind":"queue"},{"id":"dead","kind":"queue"},)" + kRejects,
            R"({"id":"p","kind":"publish","from":"c","to":"q"},{"id":"d","kind":"deadLetter","from":"q","to":"dead"},
                   {"id":"r","kind":"consume","from":"q","to":"s","retries":0})"),
        "enqueued delivered dead lettered acknowledged",
        {"enqueued q m1", "delivered q m1 #0", "dead lettered q m1 rejected", "enqueued dead m1"});
    row("what expires is a dead letter, which its look finds",
        drawing(
            kClient + R"(,{"id":"q","kind":"queue","messageTtl":"1s"},{"id":"dead","kind":"queue"})",
            R"({"id":"p","kind":"publish","from":"c","to":"q"},{"id":"d","kind":"deadLetter","from":"q","to":"dead"})"),
        "enqueued dead lettered", {"enqueued q m1", "dead lettered q m1 expired", "enqueued dead m1"});
    row("x-max-length drops the head",
        drawing(
            kThree + R"(,{"id":"q","kind":"queue","maxLength":2},{"id":"dead","kind":"queue"})",
            R"({"id":"p","kind":"publish","from":"c","to":"q"},{"id":"d","kind":"deadLetter","from":"q","to":"dead"})"),
        "dead lettered", {"dead lettered q m1 maxlen"});
    row("a full queue that refuses tells its publisher",
        drawing(kThree + R"(,{"id":"q","kind":"queue","maxLength":2,"overflow":"rejectPublish"})",
                R"({"id":"p","kind":"publish","from":"c","to":"q","retries":0})"),
        "nacked lost", {"nacked q m3 maxlen", "lost q m3"});
    row("an instance that stops gives back what it had",
        drawing(
            kClient +
                R"(,{"id":"q","kind":"queue"},{"id":"s","kind":"service","startupTime":"500ms","handlers":[{"steps":[{"do":"work","time":"2s"}]}]})",
            R"({"id":"p","kind":"publish","from":"c","to":"q"},{"id":"r","kind":"consume","from":"q","to":"s"})",
            R"(,"actions":[{"at":"1s","do":"stop","target":"s","duration":"1s"}])"),
        "delivered requeued acknowledged",
        {"delivered q m1 #0", "requeued q m1 channel closed", "delivered q m1 #0 again",
         "acknowledged q m1"});
}
void RealRunTest::tellsWhatTheBrokerDoes() {
    QFETCH(QString, text);
    QFETCH(QString, kinds);
    QFETCH(QStringList, expected);
    Diagram drawn = parsed(text.toStdString());
    drawn.scenarios.front().until = std::chrono::seconds(4);
    RealPlay play;
    QCOMPARE(playFor(drawn, {place()}, play), QString());
    std::set<std::string> wanted;
    for (int kind = 0; kind < kEventKindCount; ++kind) {
        const std::string name(kindName(static_cast<EventKind>(kind)));
        if (kinds.contains(QString::fromStdString(name)))
            wanted.insert(name);
    }
    // What befalls a message comes in its order; which of two is confirmed first is the broker's business.
    const auto byMessage = [&kinds](QStringList lines) {
        static const QRegularExpression message(" (m\\d+)");
        std::stable_sort(lines.begin(), lines.end(), [](const QString& one, const QString& other) {
            return message.match(one).captured(1) < message.match(other).captured(1);
        });
        // Copies of one message come to their queues in any order.
        if (kinds == "enqueued")
            lines.sort();
        return lines;
    };
    QCOMPARE(byMessage(story(play.run, wanted)), byMessage(expected));
    // In the program the same befalls the same messages.
    QCOMPARE(byMessage(story(run(drawn), wanted)), byMessage(expected));
    for (const auto& one : queues())
        QVERIFY2(!one.startsWith("test-"), qPrintable(one + " is still there"));
}

void RealRunTest::holdsInTheEndWhatTheTraceTells() {
    const Diagram drawn = parsed(drawing(
        kThree + R"(,{"id":"q","kind":"queue"},{"id":"unread","kind":"queue"},{"id":"s","kind":"service"})",
        R"({"id":"p","kind":"publish","from":"c","to":"q"},{"id":"p2","kind":"publish","from":"c","to":"unread"},
               {"id":"r","kind":"consume","from":"q","to":"s"})"));
    RealPlay play;
    QCOMPARE(playFor(drawn, {place()}, play), QString());
    QCOMPARE(play.heldBy("unread"), 3);
    QCOMPARE(play.heldBy("q"), 0);
    for (const RealRun::Held& one : play.held)
        QCOMPARE(one.told, one.found);
}

void RealRunTest::conversationsGoTheSameWayAsInTheProgram() {
    auto example = loadDiagram(SLUICE_SOURCE_DIR "/resources/examples/update-user-email.sluice");
    QVERIFY(example.ok());
    Diagram drawn = example->diagram;
    RealPlay play;
    RunOptions options;
    drawn.scenarios = {*drawn.findScenario("business-error")};
    drawn.scenarios.front().until = std::chrono::seconds(12);
    QCOMPARE(playFor(drawn, {place()}, play), QString());
    auto simulation = Simulation::create(drawn, options);
    TraceStore program(simulation->table());
    simulation->runUntil(TraceTime::max(), program);
    const auto compared = compare(program, *play.store, {});
    QVERIFY(compared.ok());
    QVERIFY(compared->same > 5);
    QCOMPARE(compared->otherWay, 0U);
    QCOMPARE(compared->missingLeft + compared->missingRight, 0U);
}

void RealRunTest::writesNothingWhereOnlyReadingIsAllowed() {
    RealPlay play;
    const Diagram drawn = parsed(drawing(kClient + R"(,{"id":"q","kind":"queue"})",
                                         R"({"id":"p","kind":"publish","from":"c","to":"q"})"));
    QVERIFY(playFor(drawn, {place(false)}, play).contains("may only read"));
    for (const auto& one : queues())
        QVERIFY(!one.startsWith("test-"));
}

void RealRunTest::whatIsNotTheBrokersStaysInTheProgram() {
    RealPlay play;
    const Diagram nothing = parsed(drawing(kClient + R"(,{"id":"t","kind":"topic"})",
                                           R"({"id":"p","kind":"publish","from":"c","to":"t"})"));
    QVERIFY(playFor(nothing, {place()}, play).contains("nothing that is drawn"));
    const Diagram both = parsed(drawing(
        kClient + R"(,{"id":"t","kind":"topic"},{"id":"q","kind":"queue"})",
        R"({"id":"p","kind":"publish","from":"c","to":"t"},{"id":"p2","kind":"publish","from":"c","to":"q"})",
        R"(,"actions":[{"at":"1s","do":"brokerDown","duration":"1s"}])"));
    QCOMPARE(playFor(both, {place()}, play), QString());
    QCOMPARE(play.run.trace.count(EventKind::Appended), 1U);
    QCOMPARE(play.run.trace.count(EventKind::Enqueued), 1U);
    QCOMPARE(play.notes.size(), 1U);
    QVERIFY(QString::fromStdString(play.notes.front()).contains("left out"));
}

void RealRunTest::aBrokerThatGoesEndsTheRunWithAWord() {
    const Diagram drawn = parsed(drawing(
        R"({"id":"c","kind":"client","workload":"constant","rate":20},{"id":"q","kind":"queue"},{"id":"r","kind":"queue"})",
        R"({"id":"p","kind":"publish","from":"c","to":"q"})"));
    RealPlay play;
    bool stopped = false;
    const QString said = playFor(drawn, {place()}, play, [&](const Progress& progress) {
        if (!stopped && progress.now > std::chrono::seconds(1))
            stopped = m_broker.command("stop");
    });
    QVERIFY(stopped);
    QVERIFY2(said.contains("2 of what was made could not be taken away"), qPrintable(said));
    QVERIFY(said.contains("names begin with 'test-"));
    QVERIFY(play.run.trace.finished && !play.run.trace.ok);
    QVERIFY2(QString::fromStdString(play.run.trace.error).contains("refuses: CONNECTION_FORCED"),
             play.run.trace.error.c_str());
    // What happened before is kept.
    QVERIFY(play.run.trace.count(EventKind::Enqueued) > 10);
    QVERIFY(m_broker.command("start"));
}

QTEST_GUILESS_MAIN(RealRunTest)
#include "tst_realrun.moc"
