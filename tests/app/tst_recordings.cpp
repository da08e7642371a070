#include <QSettings>
#include <QTemporaryDir>
#include <QtTest>

#include "app/filecontroller.h"
#include "app/mainwindow.h"
#include "app/messagebar.h"
#include "app/recentfiles.h"
#include "app/recordingcontroller.h"
#include "app/runcontroller.h"
#include "app/themecontroller.h"
#include "core/engine/simulation.h"
#include "core/record/recorder.h"
#include "tests/app/windowtest.h"
#include "widgets/transport/transportbar.h"

using namespace sluice;
using namespace std::chrono_literals;

namespace {

std::vector<TraceEvent> eventsOf(const TraceStore& store) {
    return store.read(0, store.size());
}

}  // namespace

/// Recording a run in the window, and playing it back there.
class TestRecordings : public test::WindowTest {
    Q_OBJECT

private slots:
    void init() { openFlagship("processing-bug"); }
    void cleanup() { close(); }

    void aRunThatIsRecordedWhileItHappensIsPlayedBackTheSame() {
        session().seek(10s);
        QTRY_COMPARE(session().now(), TraceTime(10s));
        recordings().recordTo(file());
        QVERIFY(recordings().isRecording());
        QVERIFY(recordings().status().contains("run.sluicerec"));
        session().runToEnd();
        QTRY_COMPARE_WITH_TIMEOUT(session().state(), RunSession::State::Ended, 60'000);
        QTRY_VERIFY(!recordings().isRecording());
        const std::vector<TraceEvent> events = eventsOf(*session().store());
        const std::vector<Incident> incidents = session().incidents();
        const auto judgements = session().judgements().size();
        QVERIFY(!incidents.empty());

        openRecording();
        QCOMPARE(m_window->mode(), Mode::Replay);
        QVERIFY(session().isReplay());
        QCOMPARE(eventsOf(*session().store()), events);
        QCOMPARE(session().scenario().id, std::string("processing-bug"));
        session().runToEnd();
        QTRY_COMPARE_WITH_TIMEOUT(session().state(), RunSession::State::Ended, 60'000);
        QTRY_COMPARE(session().incidents(), incidents);
        QCOMPARE(session().judgements().size(), judgements);
    }

    void aRunThatIsOverCanStillBeRecorded() {
        session().runToEnd();
        QTRY_COMPARE_WITH_TIMEOUT(session().state(), RunSession::State::Ended, 60'000);
        const std::vector<TraceEvent> events = eventsOf(*session().store());
        recordings().recordTo(file());
        QVERIFY(!recordings().isRecording());
        QTRY_VERIFY(m_window->messages().sentence().contains("run.sluicerec"));
        openRecording();
        QCOMPARE(eventsOf(*session().store()), events);
    }

    void aRecordingThatIsStoppedHoldsWhatWasThere() {
        session().seek(20s);
        QTRY_COMPARE(session().now(), TraceTime(20s));
        recordings().recordTo(file());
        recordings().stopRecording();
        const Sequence atLeast = session().system().next;
        // The engine's thread writes the end.
        const auto written = [&] {
            const auto opened = openRecordingFile();
            return opened && opened->warnings.empty() && opened->store->size() >= atLeast;
        };
        QTRY_VERIFY(written());
        openRecording();
        QVERIFY(session().store()->size() >= atLeast);
        QVERIFY(session().end() >= 20s);
    }

    void leavingReplayRunsAgainAndComingBackShowsTheRecording() {
        session().runToEnd();
        QTRY_COMPARE_WITH_TIMEOUT(session().state(), RunSession::State::Ended, 60'000);
        recordings().recordTo(file());
        QTRY_VERIFY(QFileInfo(file()).size() > 0 &&
                    m_window->messages().sentence().contains("run.sluicerec"));
        openRecording();
        const auto recorded = session().store();
        m_window->setMode(Mode::Run);
        QVERIFY(!session().isReplay());
        QTRY_COMPARE(session().state(), RunSession::State::Paused);
        QVERIFY(session().store() != recorded);
        m_window->setMode(Mode::Replay);
        QVERIFY(session().isReplay());
        QCOMPARE(session().store(), recorded);
        // Playing stays in the recording.
        m_window->runs().togglePlay();
        QCOMPARE(m_window->mode(), Mode::Replay);
        QVERIFY(session().isReplay());
    }

    void playsBackwards() {
        session().seek(20s);
        QTRY_COMPARE(session().now(), TraceTime(20s));
        QTRY_VERIFY(session().openIncidents() > 0);
        session().setSpeed(100);
        session().playBackwards();
        QVERIFY(session().isPlayingBackwards());
        QTRY_VERIFY(session().now() < TraceTime(15s));
        const SystemState now = session().system();
        QCOMPARE(now, session().store()->stateAt(session().now()));
        QTRY_COMPARE(session().state(), RunSession::State::Paused);
        QCOMPARE(session().now(), TraceTime(0s));
        QTRY_COMPARE(session().openIncidents(), std::size_t{0});
    }

    void itIsAmongTheRecentFiles() {
        recordings().recordTo(file());
        session().runToEnd();
        QTRY_VERIFY_WITH_TIMEOUT(!recordings().isRecording(), 60'000);
        openRecording();
        const QList<RecentFile> recent = RecentFiles(*m_settings).list();
        QCOMPARE(recent.front().path, file());
        QCOMPARE(recent.front().name, QString("run, a recording"));
    }

    // Of a large recording not everything is read at once: what is bad is told when somebody comes to it.
    void aPartThatCannotBeReadIsTold() {
        const Diagram& diagram = m_window->documents().document().diagram();
        auto simulation = Simulation::create(diagram, {.scenario = "processing-bug", .seed = 1, .until = 8h});
        QVERIFY(simulation.ok());
        auto recorder =
            Recorder::create(file().toStdString(), {diagram, simulation->scenario(), 1, simulation->table()});
        QVERIFY(recorder.ok());
        simulation->runUntil(20h, **recorder);
        openRecording();
        QVERIFY(session().store()->size() > 400'000);
        QFile damaged(file());
        QVERIFY(damaged.open(QIODevice::ReadWrite));
        for (qint64 at = 20'000; at < damaged.size(); at += 500) {
            damaged.seek(at);
            damaged.write("????????");
        }
        damaged.close();
        session().seek(15min);
        QTRY_VERIFY2(
            m_window->messages().sentence().startsWith("The recording is damaged: what happened from"),
            qPrintable(m_window->messages().sentence()));
    }

    void oneThatIsCutOffIsNamedOnce() {
        const Diagram& diagram = m_window->documents().document().diagram();
        auto simulation =
            Simulation::create(diagram, {.scenario = "processing-bug", .seed = 1, .until = 1min});
        QVERIFY(simulation.ok());
        auto recorder =
            Recorder::create(file().toStdString(), {diagram, simulation->scenario(), 1, simulation->table()});
        QVERIFY(recorder.ok());
        simulation->runUntil(2min, **recorder);
        QVERIFY(QFile::resize(file(), QFileInfo(file()).size() - 100));
        openRecording();
        const QString told = m_window->messages().sentence();
        QVERIFY2(told.startsWith("run.sluicerec: the recording is cut off"), qPrintable(told));
        QCOMPARE(told.count("run.sluicerec"), 1);
    }

    void whatIsNoRecordingIsRefusedWithASentence() {
        QFile text(file());
        QVERIFY(text.open(QIODevice::WriteOnly));
        text.write("this is no recording");
        text.close();
        recordings().openPath(file());
        QTRY_VERIFY(m_window->messages().sentence().contains("run.sluicerec"));
        QVERIFY(!recordings().recording());
        QCOMPARE(m_window->mode(), Mode::Run);
    }

private:
    [[nodiscard]] RecordingController& recordings() { return m_window->recordings(); }
    [[nodiscard]] QString file() const { return m_folder->filePath("run.sluicerec"); }
    [[nodiscard]] Result<Recording> openRecordingFile() const {
        return sluice::openRecording(file().toStdString());
    }
    void openRecording() {
        m_window->files().openPath(file());
        QTRY_VERIFY2(recordings().recording(), qPrintable(m_window->messages().sentence()));
    }
};

QTEST_MAIN(TestRecordings)
#include "tst_recordings.moc"
