#include <QSignalSpy>
#include <QTest>
#include <QTimer>

#include "app/examples.h"
#include "app/runcontroller.h"
#include "app/runsession.h"

using namespace sluice;

namespace {

/// Takes a trace and forgets it.
class NoSink : public TraceSink {
public:
    void accept(std::span<const TraceEvent>, TraceTime) override {}
    void finish(const Result<void>&) override {}
};

}  // namespace

/// A run as it is looked at, on the flagship example.
class RunSessionTest : public QObject {
    Q_OBJECT

private slots:
    void initTestCase();
    void init();
    void beginsPausedAtTheStart();
    void movesOnlyWhilePlaying();
    void comesToTheSameEndAsTheEngineAlone();
    void judgesTheExpectationsAtTheEnd();
    void stepsBackToWhereItWas();
    void seeksAheadOfTheEngineAndBack();
    void doesWhatWasAskedForWhileItWasPrepared();
    void playsAgainFromTheStart();
    void saysWhyItCannotRun();
    void dropsTheOldRunWhenANewOneBegins();
    void toldApartByWhatRunsOnly();

private:
    void startAndWait(const RunOptions& options = {});

    std::shared_ptr<const Diagram> m_diagram;
    std::unique_ptr<RunSession> m_session;
};

void RunSessionTest::initTestCase() {
    const Result<Example> example = findExample("update-user-email");
    QVERIFY2(example.ok(), example.ok() ? "" : example.error().text().c_str());
    m_diagram = std::make_shared<const Diagram>(example->diagram);
}

void RunSessionTest::init() {
    m_session = std::make_unique<RunSession>();
}

void RunSessionTest::startAndWait(const RunOptions& options) {
    m_session->start(m_diagram, options);
    QTRY_COMPARE(m_session->state(), RunSession::State::Paused);
}

void RunSessionTest::beginsPausedAtTheStart() {
    startAndWait();
    QCOMPARE(m_session->now(), TraceTime::zero());
    QCOMPARE(m_session->system().next, Sequence(0));
    QCOMPARE(m_session->speed(), m_diagram->scenarios.front().speed);
    QVERIFY(!m_session->isStale());
}

void RunSessionTest::movesOnlyWhilePlaying() {
    startAndWait();
    QSignalSpy moved(m_session.get(), &RunSession::moved);
    m_session->setSpeed(10);
    m_session->play();
    QTRY_VERIFY(m_session->system().next > 0);
    QVERIFY(!moved.isEmpty());
    m_session->pause();
    const TraceTime at = m_session->now();
    const SystemState there = m_session->system();
    moved.clear();
    // A timer as quick as the session's, begun later: once it has come round, so would the other have.
    QTimer frames;
    QSignalSpy passed(&frames, &QTimer::timeout);
    frames.start(16);
    QTRY_VERIFY(passed.size() >= 3);
    QCOMPARE(m_session->now(), at);
    QVERIFY(moved.isEmpty());
    QVERIFY(m_session->system() == there);
    QVERIFY(there == m_session->store()->stateAt(at));
}

void RunSessionTest::comesToTheSameEndAsTheEngineAlone() {
    startAndWait();
    QSignalSpy ended(m_session.get(), &RunSession::ended);
    m_session->runToEnd();
    QTRY_COMPARE_WITH_TIMEOUT(ended.size(), 1, 60'000);
    QCOMPARE(m_session->state(), RunSession::State::Ended);

    Result<Simulation> alone = Simulation::create(*m_diagram, {});
    QVERIFY(alone.ok());
    NoSink sink;
    const Progress progress = alone->runUntil(TraceTime::max(), sink);
    QCOMPARE(m_session->store()->size(), progress.events);
    QVERIFY(m_session->fingerprint().has_value());
    QCOMPARE(*m_session->fingerprint(), alone->fingerprint());
}

void RunSessionTest::judgesTheExpectationsAtTheEnd() {
    startAndWait();
    QVERIFY(m_session->judgements().empty());
    QSignalSpy ended(m_session.get(), &RunSession::ended);
    m_session->runToEnd();
    QTRY_COMPARE_WITH_TIMEOUT(ended.size(), 1, 60'000);
    QCOMPARE(m_session->judgements().size(), m_diagram->scenarios.front().expectations.size());
    QCOMPARE(m_session->outcome().events, m_session->store()->size());
}

void RunSessionTest::stepsBackToWhereItWas() {
    startAndWait();
    std::vector<SystemState> states;
    for (int i = 0; i < 40; ++i) {
        states.push_back(m_session->system());
        QTRY_VERIFY(m_session->store()->size() > m_session->system().next);
        m_session->stepForward();
        QCOMPARE(m_session->system().next, Sequence(i + 1));
    }
    while (!states.empty()) {
        m_session->stepBack();
        QCOMPARE(m_session->system().next, states.back().next);
        QCOMPARE(m_session->now(), m_session->system().at);
        QVERIFY(m_session->system().entities == states.back().entities);
        states.pop_back();
    }
}

void RunSessionTest::seeksAheadOfTheEngineAndBack() {
    startAndWait();
    const TraceTime far = std::chrono::seconds(20);
    m_session->seek(far);
    QTRY_COMPARE(m_session->now(), far);
    QVERIFY(m_session->system() == m_session->store()->stateAt(far));
    m_session->seek(std::chrono::seconds(3));
    QCOMPARE(m_session->now(), TraceTime(std::chrono::seconds(3)));
    QVERIFY(m_session->system() == m_session->store()->stateAt(std::chrono::seconds(3)));
}

void RunSessionTest::doesWhatWasAskedForWhileItWasPrepared() {
    m_session->start(m_diagram, {});
    m_session->play();
    QTRY_COMPARE(m_session->state(), RunSession::State::Playing);
}

void RunSessionTest::playsAgainFromTheStart() {
    startAndWait();
    m_session->runToEnd();
    QTRY_COMPARE_WITH_TIMEOUT(m_session->state(), RunSession::State::Ended, 60'000);
    const double speed = m_session->speed();
    QCOMPARE(speed, m_diagram->scenarios.front().speed);
    m_session->play();
    QCOMPARE(m_session->state(), RunSession::State::Playing);
    QVERIFY(m_session->now() < m_session->end());
}

void RunSessionTest::saysWhyItCannotRun() {
    QSignalSpy failed(m_session.get(), &RunSession::failed);
    RunOptions options;
    options.scenario = "no such scenario";
    m_session->start(m_diagram, options);
    QTRY_COMPARE(failed.size(), 1);
    QCOMPARE(m_session->state(), RunSession::State::Failed);
    QVERIFY(!failed.front().front().toString().isEmpty());
}

void RunSessionTest::dropsTheOldRunWhenANewOneBegins() {
    startAndWait();
    m_session->runToEnd();
    const auto old = m_session->store();
    RunOptions options;
    options.seed = 4711;
    m_session->start(m_diagram, options);
    QTRY_COMPARE(m_session->state(), RunSession::State::Paused);
    QVERIFY(m_session->store() != old);
    QCOMPARE(m_session->seed(), std::uint64_t(4711));
    QCOMPARE(m_session->system().next, Sequence(0));
}

void RunSessionTest::toldApartByWhatRunsOnly() {
    Diagram moved = *m_diagram;
    moved.elements.front().position.x += 100;
    moved.elements.front().note = "a note";
    QVERIFY(runsAlike(*m_diagram, moved));
    moved.elements.front().properties.set("rate", 17);
    QVERIFY(!runsAlike(*m_diagram, moved));
}

QTEST_MAIN(RunSessionTest)
#include "tst_runsession.moc"
