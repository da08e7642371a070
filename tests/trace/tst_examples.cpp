#include <QDir>
#include <QtTest>

#include "core/diagram/file.h"
#include "core/engine/simulation.h"
#include "core/trace/tracestore.h"

using namespace sluice;

/// What the engine tells of the examples, folded: the state must hold together at every event.
class ExamplesTest : public QObject {
    Q_OBJECT
private slots:
    void foldsIntoAStateThatHoldsTogether_data();
    void foldsIntoAStateThatHoldsTogether();
};

void ExamplesTest::foldsIntoAStateThatHoldsTogether_data() {
    QTest::addColumn<QString>("file");
    QTest::addColumn<QString>("scenario");
    const QDir folder(QStringLiteral(SLUICE_SOURCE_DIR "/resources/examples"));
    for (const QString& name : folder.entryList({QStringLiteral("*.sluice")})) {
        const auto loaded = loadDiagram(folder.filePath(name).toStdString());
        QVERIFY(loaded.ok());
        for (const Scenario& scenario : loaded->diagram.scenarios) {
            QTest::addRow("%s, %s", qPrintable(name), scenario.id.c_str())
                << folder.filePath(name) << QString::fromStdString(scenario.id);
        }
    }
}

void ExamplesTest::foldsIntoAStateThatHoldsTogether() {
    QFETCH(QString, file);
    QFETCH(QString, scenario);
    const auto loaded = loadDiagram(file.toStdString());
    QVERIFY(loaded.ok());
    RunOptions options;
    options.scenario = scenario.toStdString();
    auto simulation = Simulation::create(loaded->diagram, options);
    QVERIFY(simulation.ok());
    TraceStore store(simulation->table());
    simulation->runUntil(TraceTime::max(), store);
    QVERIFY(store.finished() && store.outcome().ok());
    QVERIFY(store.size() > 100);

    const EntityTable& table = store.table();
    SystemState state = SystemState::initial(table);
    TraceTime before{};
    store.visit(0, store.size(), [&](Sequence sequence, const TraceEvent& event) {
        state.apply(event, table);
        const auto complain = [&](const char* what) {
            qWarning("event %llu, %s: %s", static_cast<unsigned long long>(sequence),
                     std::string(kindName(event.kind)).c_str(), what);
            return false;
        };
        if (event.at < before)
            return complain("time goes back");
        before = event.at;
        if (event.message != 0 && !store.message(event.message))
            return complain("of a message that was never created");
        if (event.subject >= table.entities.size())
            return true;
        const EntityState& entity = state.entities[event.subject];
        if (entity.ready != entity.messages.length())
            return complain("the queue's depth is not the length of its line");
        for (const GroupState& group : entity.groups) {
            for (std::size_t i = 0; i < group.position.size(); ++i) {
                if (group.position[i] > entity.partitions[i].end || group.committed[i] > group.position[i])
                    return complain("a group is ahead of what it reads");
            }
        }
        return true;
    });
    QCOMPARE(state.next, store.size());
    // The run ends when nothing is in flight.
    state.advanceTo(store.horizon());
    QVERIFY(state.transits.empty());
    for (const EntityState& entity : state.entities)
        QCOMPARE(entity.unacknowledged, std::uint64_t(0));
    QVERIFY(state == store.stateAt(store.horizon()));
}

QTEST_APPLESS_MAIN(ExamplesTest)
#include "tst_examples.moc"
