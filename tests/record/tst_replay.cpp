#include <QTemporaryDir>

#include "core/incident/incident.h"
#include "core/metrics/series.h"
#include "core/record/recorder.h"
#include "core/record/recording.h"
#include "tests/engine/randomdrawing.h"
#include "tests/engine/simulated.h"

using namespace sluice;
using namespace sluice::test;

namespace {

/// Everything that an outcome says of an element.
std::vector<double> figuresOf(const ElementOutcome& one) {
    std::vector<double> figures;
    for (const std::uint64_t count :
         {one.created, one.in, one.out, one.failed, one.retried, one.redelivered, one.deadLettersTotal(),
          one.discarded, one.lost, one.lateArrivals, one.timeouts, one.lateAnswers, one.redriven, one.refused,
          one.deferred, one.done, one.depth, one.maxDepth, one.openIncidents})
        figures.push_back(static_cast<double>(count));
    figures.push_back(one.busy);
    for (const Histogram* times : {&one.wait, &one.service, &one.roundTrip, &one.freshness}) {
        figures.push_back(static_cast<double>(times->count()));
        if (times->count() > 0)
            figures.push_back(static_cast<double>(times->percentile(0.99).count()));
    }
    return figures;
}

std::vector<std::vector<double>> figuresOf(const Outcome& outcome) {
    std::vector<std::vector<double>> figures{figuresOf(outcome.system)};
    for (const ElementOutcome& one : outcome.elements)
        figures.push_back(figuresOf(one));
    return figures;
}

/// Two sinks as one.
class Both : public TraceSink {
public:
    Both(TraceSink& first, TraceSink& second) : m_first(first), m_second(second) {}
    void accept(std::span<const TraceEvent> events, TraceTime horizon) override {
        m_first.accept(events, horizon);
        m_second.accept(events, horizon);
    }
    void finish(const Result<void>& outcome) override {
        m_first.finish(outcome);
        m_second.finish(outcome);
    }

private:
    TraceSink& m_first;
    TraceSink& m_second;
};

void tell(TraceSink& collector, const TraceStore& store) {
    store.visit(0, store.size(), [&](Sequence, const TraceEvent& event) {
        collector.accept(std::span(&event, 1), event.at);
        return true;
    });
    collector.accept({}, store.horizon());
    collector.finish(store.outcome());
}

Outcome outcomeOf(const TraceStore& store) {
    OutcomeCollector collector(store.sharedTable());
    tell(collector, store);
    return collector.outcome();
}

std::vector<Incident> incidentsOf(const TraceStore& store) {
    IncidentCollector collector(store.sharedTable());
    tell(collector, store);
    return collector.incidents();
}

/// Every point of every series of every entity, of links and of the whole system, and the actions' spans.
using Curves = std::pair<std::vector<std::vector<SeriesPoint>>, std::vector<ActionSpan>>;
Curves curvesOf(const Aggregator& aggregator, const EntityTable& table) {
    Curves curves;
    for (EntityId entity = 0; entity <= table.entities.size(); ++entity) {
        for (int metric = 0; metric <= static_cast<int>(Metric::Faults); ++metric)
            curves.first.push_back(aggregator.series(entity < table.entities.size() ? entity : kNoEntity,
                                                     static_cast<Metric>(metric), TraceTime::zero(),
                                                     aggregator.horizon()));
    }
    curves.second = aggregator.actions();
    return curves;
}

Curves curvesOf(const TraceStore& store) {
    Aggregator aggregator(store.sharedTable());
    tell(aggregator, store);
    return curvesOf(aggregator, store.table());
}

/// Runs, records and replays; QVERIFY returns from here, so the caller asks whether the test has failed.
void replays(const Diagram& diagram, const RunOptions& options, const QString& path) {
    auto simulation = Simulation::create(diagram, options);
    QVERIFY(simulation.ok());
    const RecordingHeader header{diagram, simulation->scenario(), simulation->seed(), simulation->table()};
    auto recorder = Recorder::create(path.toStdString(), header);
    QVERIFY(recorder.ok());
    TraceStore kept(simulation->table());
    // Metrics that the run was seen with while it happened.
    Aggregator curves(simulation->table());
    OutcomeCollector figures(simulation->table());
    Both measured(curves, figures);
    Both keptAndRecorded(kept, **recorder);
    Both both(keptAndRecorded, measured);
    simulation->runUntil(TraceTime::max(), both);
    QVERIFY((*recorder)->status().ok());

    const auto recording = openRecording(path.toStdString());
    QVERIFY2(recording.ok(), recording.ok() ? "" : recording.error().text().c_str());
    QVERIFY(recording->complete);
    const auto reread = parseDiagram(writeDiagram(diagram));
    QVERIFY(reread.ok());
    QCOMPARE(recording->warnings.size(), reread->warnings.size());
    QVERIFY(recording->header.diagram == diagram);
    QVERIFY(recording->header.scenario == simulation->scenario());
    QCOMPARE(recording->header.seed, simulation->seed());
    QVERIFY(*recording->header.table == *simulation->table());
    const TraceStore& store = *recording->store;
    QCOMPARE(store.size(), kept.size());
    QCOMPARE(store.outcome().ok(), kept.outcome().ok());
    QVERIFY(store.horizon() == kept.horizon());
    QVERIFY(store.read(0, store.size()) == kept.read(0, kept.size()));
    RandomStream random(simulation->seed(), 5);
    for (int i = 0; i < 10; ++i) {
        const auto time = TraceTime(
            static_cast<std::int64_t>(random.uniform() * static_cast<double>(kept.horizon().count())));
        QVERIFY(store.stateAt(time) == kept.stateAt(time));
    }
    QVERIFY(figuresOf(outcomeOf(store)) == figuresOf(figures.outcome()));
    QVERIFY(curvesOf(store) == curvesOf(curves, *simulation->table()));
    QVERIFY(incidentsOf(store) == incidentsOf(kept));
}

}  // namespace

class ReplayTest : public QObject {
    Q_OBJECT
private slots:
    void givesBackRandomDesigns();
    void givesBackTheExamples_data();
    void givesBackTheExamples();

private:
    QTemporaryDir m_folder;
};

void ReplayTest::givesBackRandomDesigns() {
    // SLUICE_DRAWINGS: more of them, by hand.
    const int more = qEnvironmentVariableIntValue("SLUICE_DRAWINGS");
    const std::uint64_t drawings = more > 0 ? static_cast<std::uint64_t>(more) : 60;
    for (std::uint64_t seed = 1; seed <= drawings; ++seed) {
        RunOptions options;
        options.seed = seed;
        replays(parsed(RandomDrawing(seed).text()), options, m_folder.filePath("random.sluicerec"));
        if (QTest::currentTestFailed()) {
            qWarning("drawing %d", int(seed));
            return;
        }
    }
}

void ReplayTest::givesBackTheExamples_data() {
    QTest::addColumn<QString>("file");
    QTest::addColumn<int>("seconds");
    for (const char* name : {"update-user-email", "price-change", "password-change"})
        QTest::newRow(name) << SLUICE_SOURCE_DIR "/resources/examples/" + QString(name) + ".sluice" << 0;
    QTest::newRow("many blocks") << QString(SLUICE_SOURCE_DIR "/resources/examples/benchmarks/broker.sluice")
                                 << 300;
}

void ReplayTest::givesBackTheExamples() {
    QFETCH(QString, file);
    QFETCH(int, seconds);
    const auto loaded = loadDiagram(file.toStdString());
    QVERIFY(loaded.ok());
    RunOptions options;
    if (seconds > 0)
        options.until = std::chrono::seconds(seconds);
    replays(loaded->diagram, options, m_folder.filePath("example.sluicerec"));
}

QTEST_APPLESS_MAIN(ReplayTest)
#include "tst_replay.moc"
