#include <QtTest>

#include "core/metrics/lagmeter.h"
#include "core/trace/systemstate.h"
#include "tests/engine/simulated.h"

using namespace sluice;

class LagMeterTest : public QObject {
    Q_OBJECT
private slots:
    void agreesWithCountingAfterEveryEvent_data();
    void agreesWithCountingAfterEveryEvent();
};

void LagMeterTest::agreesWithCountingAfterEveryEvent_data() {
    QTest::addColumn<QString>("example");
    QTest::addColumn<QString>("scenario");
    for (const char* scenario : {"sale", "cart-down", "hot-product"})
        QTest::newRow(scenario) << "price-change" << scenario;
    QTest::newRow("materialized") << "update-user-email"
                                  << "all-is-well";
}

// The meter against the definition, counted from the state of the system over all partitions.
void LagMeterTest::agreesWithCountingAfterEveryEvent() {
    QFETCH(QString, example);
    QFETCH(QString, scenario);
    const auto loaded =
        loadDiagram((SLUICE_SOURCE_DIR "/resources/examples/" + example + ".sluice").toStdString());
    QVERIFY(loaded.ok());
    RunOptions options;
    options.scenario = scenario.toStdString();
    const test::Run run = test::run(loaded->diagram, options);
    SystemState state = SystemState::initial(*run.table);
    LagMeter meter(*run.table);
    std::map<EntityId, std::uint64_t> told;
    std::size_t compared = 0;
    std::uint64_t most = 0;
    for (const TraceEvent& event : run.trace.events) {
        state.apply(event, *run.table);
        meter.apply(event, [&told](EntityId link, std::uint64_t records) { told[link] = records; });
        for (const EntityState& entity : state.entities) {
            for (const GroupState& group : entity.groups) {
                const bool commits = std::any_of(group.committed.begin(), group.committed.end(),
                                                 [](std::int64_t offset) { return offset > 0; });
                const auto& read = commits ? group.committed : group.position;
                std::uint64_t behind = 0;
                for (std::size_t i = 0; i < read.size(); ++i)
                    behind += static_cast<std::uint64_t>(
                        std::max<std::int64_t>(entity.partitions[i].end - read[i], 0));
                if (told[group.link] != behind)
                    QCOMPARE(told[group.link], behind);
                ++compared;
                most = std::max(most, behind);
            }
        }
    }
    QVERIFY(compared > 1000 && most > 1);
}

QTEST_GUILESS_MAIN(LagMeterTest)
#include "tst_lagmeter.moc"
