#include <QAction>
#include <QSignalSpy>
#include <QTest>

#include "app/examples.h"
#include "app/runsession.h"
#include "app/stepcontroller.h"
#include "app/timeselection.h"

using namespace sluice;

/// Steps to what is wanted, in a run that goes on as far as it takes.
class StepsTest : public QObject {
    Q_OBJECT

private slots:
    void initTestCase();
    void init();
    void goBeyondWhatTheEngineHasDone();
    void comeBackTheSameWay();
    void stayWhereTheyAreWhenThereIsNothing();
    void sayThatThereIsNoRun();
    void goAlongOneMessage();
    void goFromADeadLetterToItsCause();
    void keepToTheSelectedElement();
    void keepToTheQuery();
    void canBeCancelled();
    void haveKeysOfTheirOwn();
    void aNewRunHasNoSelectedTime();

private:
    /// The current event, once the step is done.
    Sequence stepped(StepGoal goal, bool forward) {
        m_steps->step(goal, forward);
        [&] { QTRY_VERIFY_WITH_TIMEOUT(!m_steps->isSearching(), 20'000); }();
        return m_session->system().next - 1;
    }
    std::vector<Sequence> all(const std::function<bool(const TraceEvent&)>& wanted) const {
        std::vector<Sequence> found;
        m_whole->visit(0, m_whole->size(), [&](Sequence sequence, const TraceEvent& event) {
            if (wanted(event))
                found.push_back(sequence);
            return true;
        });
        return found;
    }
    [[nodiscard]] std::vector<Sequence> deadLetters() const {
        return all([](const TraceEvent& event) { return event.kind == EventKind::DeadLettered; });
    }

    std::shared_ptr<const Diagram> m_diagram;
    RunOptions m_options;
    std::shared_ptr<TraceStore> m_whole;  ///< the same run, made by the engine alone
    std::unique_ptr<RunSession> m_session;
    std::unique_ptr<StepController> m_steps;
    std::vector<EntityId> m_selected;
    MessageId m_message = 0;
    std::optional<EventFilter> m_query;
};

void StepsTest::initTestCase() {
    const Result<Example> example = findExample("update-user-email");
    QVERIFY2(example.ok(), example.ok() ? "" : example.error().text().c_str());
    m_diagram = std::make_shared<const Diagram>(example->diagram);
    m_options.scenario = "processing-bug";
    auto simulation = Simulation::create(*m_diagram, m_options);
    QVERIFY(simulation.ok());
    m_whole = std::make_shared<TraceStore>(simulation->table());
    simulation->runUntil(TraceTime::max(), *m_whole, {});
    QVERIFY(deadLetters().size() > 2);
}

void StepsTest::init() {
    m_selected.clear();
    m_message = 0;
    m_query.reset();
    m_steps.reset();
    m_session = std::make_unique<RunSession>();
    m_steps = std::make_unique<StepController>(
        *m_session,
        StepController::Surroundings{[this] { return m_selected; }, [this] { return m_message; },
                                     [this] { return m_query; }},
        nullptr);
    m_session->start(m_diagram, m_options);
    QTRY_COMPARE(m_session->state(), RunSession::State::Paused);
}

void StepsTest::goBeyondWhatTheEngineHasDone() {
    m_session->setSpeed(0.001);
    for (const Sequence expected : deadLetters())
        QCOMPARE(stepped(StepGoal::DeadLetter, true), expected);
    QCOMPARE(m_session->now(), m_whole->at(deadLetters().back()).at);
}

void StepsTest::comeBackTheSameWay() {
    m_session->seek(TraceTime::max());
    QTRY_VERIFY(!m_session->progress() && m_session->system().next == m_whole->size());
    auto expected = deadLetters();
    std::ranges::reverse(expected);
    for (const Sequence each : expected)
        QCOMPARE(stepped(StepGoal::DeadLetter, false), each);
}

void StepsTest::stayWhereTheyAreWhenThereIsNothing() {
    QSignalSpy told(m_steps.get(), &StepController::told);
    const Sequence last = stepped(StepGoal::DeadLetter, true);
    QVERIFY(told.empty());
    QCOMPARE(stepped(StepGoal::LateArrival, false), last);
    QCOMPARE(told.size(), 1);
    QCOMPARE(stepped(StepGoal::AtElement, true), last);
    QCOMPARE(told.size(), 2);
    // To the end of the run, and then it is sure that there is none.
    QCOMPARE(stepped(StepGoal::LateArrival, true), last);
    QCOMPARE(told.size(), 3);
    QCOMPARE(m_session->store()->size(), m_whole->size());
    QSignalSpy query(m_steps.get(), &StepController::queryWanted);
    QCOMPARE(stepped(StepGoal::Match, true), last);
    QCOMPARE(query.size(), 1);
}

void StepsTest::sayThatThereIsNoRun() {
    m_session->stop();
    QSignalSpy told(m_steps.get(), &StepController::told);
    m_steps->step(StepGoal::DeadLetter, true);
    QCOMPARE(told.size(), 1);
    QVERIFY(!m_steps->isSearching());
}

void StepsTest::goAlongOneMessage() {
    m_message = m_whole->at(deadLetters().front()).message;
    const auto expected = m_whole->eventsOf(m_message);
    QVERIFY(expected.size() > 5);
    for (const Sequence each : expected)
        QCOMPARE(stepped(StepGoal::OfMessage, true), each);
    for (auto each = std::next(expected.rbegin()); each != expected.rend(); ++each)
        QCOMPARE(stepped(StepGoal::OfMessage, false), *each);
}

void StepsTest::goFromADeadLetterToItsCause() {
    const Sequence died = stepped(StepGoal::DeadLetter, true);
    const Sequence cause = stepped(StepGoal::Causality, false);
    QVERIFY(cause < died);
    QCOMPARE(m_whole->at(cause).message, m_whole->at(died).message);
    // Back to what a client did of its own accord, and no further.
    QSignalSpy told(m_steps.get(), &StepController::told);
    for (int i = 0; i < 200 && told.empty(); ++i)
        stepped(StepGoal::Causality, false);
    QCOMPARE(told.size(), 1);
    const TraceEvent first = m_whole->at(m_session->system().next - 1);
    QCOMPARE(first.kind, EventKind::MessageCreated);
    QCOMPARE(first.peer, 0U);
    QVERIFY(stepped(StepGoal::Causality, true) > 0);
}

void StepsTest::keepToTheSelectedElement() {
    const auto dead = m_whole->table().find("dead-user-commands");
    m_selected = {dead == kNoEntity ? m_whole->at(deadLetters().front()).peer : dead};
    const auto expected = all([this](const TraceEvent& event) { return concerns(event, m_selected); });
    QVERIFY(expected.size() > 3);
    for (const Sequence each : expected)
        QCOMPARE(stepped(StepGoal::AtElement, true), each);
}

void StepsTest::keepToTheQuery() {
    m_query = EventFilter{.query = *EventQuery::parse("kind:failed")};
    const auto expected = all([](const TraceEvent& event) { return event.kind == EventKind::Failed; });
    QVERIFY(expected.size() > 3);
    for (const Sequence each : expected)
        QCOMPARE(stepped(StepGoal::Match, true), each);
    // And to the selected time.
    const TraceTime from = m_whole->at(expected[1]).at;
    m_query->range = TimeRange{from, m_whole->at(expected[2]).at};
    QCOMPARE(stepped(StepGoal::Match, false), expected[1]);
}

void StepsTest::canBeCancelled() {
    m_query = EventFilter{.query = *EventQuery::parse("kind:rebalanced")};
    const Sequence before = m_session->system().next;
    m_steps->step(StepGoal::Match, true);
    QVERIFY(m_steps->isSearching());
    m_steps->cancel();
    QVERIFY(!m_steps->isSearching());
    QCoreApplication::processEvents();
    QCOMPARE(m_session->system().next, before);
}

void StepsTest::haveKeysOfTheirOwn() {
    QSet<QKeySequence> keys;
    for (const QAction* action : m_steps->actions()) {
        QVERIFY2(!action->shortcut().isEmpty(), qPrintable(action->text()));
        QVERIFY2(!keys.contains(action->shortcut()), qPrintable(action->text()));
        keys << action->shortcut();
    }
    QCOMPARE(keys.size(), 2 * (kStepGoalCount - 1));
}

void StepsTest::aNewRunHasNoSelectedTime() {
    TimeSelection time(*m_session, nullptr);
    QSignalSpy changed(&time, &TimeSelection::changed);
    time.select(TimeRange{TraceTime(5), TraceTime(5)});
    QVERIFY(!time.range());
    time.select(TimeRange{TraceTime(5), TraceTime(50)});
    QVERIFY(time.range());
    Incident before;
    before.last = TraceTime(4);
    Incident within;
    within.opened = TraceTime(3);
    within.last = TraceTime(5);
    Incident after;
    after.opened = after.last = TraceTime(50);
    QCOMPARE(time.filtered({before, within, after}), std::vector<Incident>{within});
    m_session->start(m_diagram, m_options);
    QVERIFY(!time.range());
    QCOMPARE(changed.size(), 2);
}

QTEST_MAIN(StepsTest)
#include "tst_steps.moc"
