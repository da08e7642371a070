#include "tests/plugins/realplay.h"

using namespace sluice;
using namespace sluice::test;

/// Drawings that are played with the topics of a real Kafka.
class KafkaRunTest : public QObject {
    Q_OBJECT

private:
    RealRun::Place place() {
        ConnectionSettings made;
        made.plugin = "kafka";
        made.values = {{"servers", QString("127.0.0.1:%1").arg(m_broker.port("plain"))}};
        made.mayWrite = true;
        return {m_broker.plugin(), made, "Test"};
    }
    LiveBroker m_broker{"kafka", "realkafka.py", {SLUICE_BIN_DIR "/../../kafka"}};

private slots:
    void initTestCase() { START_OR_SKIP(m_broker); }
    void cleanupTestCase() { QVERIFY(m_broker.stop()); }
    void recordsGoTheSameWayAsInTheProgram();
};

void KafkaRunTest::recordsGoTheSameWayAsInTheProgram() {
    auto example = loadDiagram(SLUICE_SOURCE_DIR "/resources/examples/price-change.sluice");
    QVERIFY(example.ok());
    Diagram drawn = example->diagram;
    drawn.scenarios.resize(1);
    drawn.scenarios.front().until = std::chrono::seconds(10);
    RealPlay play;
    QCOMPARE(playFor(drawn, {place()}, play), QString());
    // The cluster has one broker; three copies are drawn.
    QCOMPARE(play.notes.size(), 1U);

    const Run program = run(drawn);
    const auto placesOf = [](const Run& run) {
        std::map<MessageId, std::uint32_t> places;
        for (const TraceEvent& event : run.trace.events) {
            if (event.kind == EventKind::Appended)
                places[event.message] = event.peer;
        }
        return places;
    };
    // Where Kafka's own producer puts a key, the model of it does.
    QVERIFY(placesOf(play.run).size() > 5);
    QCOMPARE(placesOf(play.run), placesOf(program));
    QCOMPARE(play.heldBy("price-changes"), qint64(placesOf(program).size()));
    for (const EventKind kind : {EventKind::Fetched, EventKind::WorkFinished, EventKind::RowWritten})
        QCOMPARE(play.run.trace.count(kind), program.trace.count(kind));

    // Offsets of a partition are one after the other, and all that was read is committed.
    std::map<std::pair<EntityId, std::uint32_t>, std::int64_t> read;
    std::map<std::pair<EntityId, std::uint32_t>, std::int64_t> committed;
    for (const TraceEvent& event : play.run.trace.events) {
        auto& next = read[{event.subject, event.peer}];
        if (event.kind == EventKind::Fetched)
            QCOMPARE(event.value, next++);
        if (event.kind == EventKind::Committed)
            committed[{event.subject, event.peer}] = event.value;
    }
    std::erase_if(read, [](const auto& one) { return one.second == 0; });
    QVERIFY(!read.empty());
    QCOMPARE(committed, read);
}

QTEST_GUILESS_MAIN(KafkaRunTest)
#include "tst_kafkarun.moc"
