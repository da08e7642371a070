#include <QtTest>

#include "core/metrics/series.h"
#include "widgets/timeline/faultspans.h"

using namespace sluice;
using namespace std::chrono_literals;

/// The scenario's actions as spans: from what the trace tells and what the scenario says they were.
class TestTimeline : public QObject {
    Q_OBJECT

private slots:
    void init();
    void aSpanReachesFromItsBeginningToItsEnd();
    void whatHasNotEndedReachesToTheHorizon();
    void whatIsDoneAtOnceIsAMoment();
    void aStopLastsUntilTheNextStart();
    void spansThatOverlapLieInRowsOfTheirOwn();

private:
    [[nodiscard]] std::vector<FaultSpan> spans(const std::vector<Action>& actions, TraceTime horizon) {
        m_aggregator->accept(m_events, horizon);
        m_events.clear();
        return faultSpans(m_aggregator->actions(), actions, *m_table, horizon);
    }
    void tell(EventKind kind, TraceTime at, std::uint16_t action, EntityId subject = 0) {
        TraceEvent event;
        event.kind = kind;
        event.at = at;
        event.detail = action;
        event.subject = subject;
        m_events.push_back(event);
    }
    static Action action(ActionKind kind) {
        Action made;
        made.kind = kind;
        return made;
    }

    std::shared_ptr<EntityTable> m_table;
    std::unique_ptr<Aggregator> m_aggregator;
    std::vector<TraceEvent> m_events;
};

void TestTimeline::init() {
    m_table = std::make_shared<EntityTable>();
    m_table->entities.push_back({.id = "users", .name = "Users"});
    m_table->entities.push_back({.id = "app", .name = "App"});
    m_aggregator = std::make_unique<Aggregator>(m_table);
    m_events.clear();
}

void TestTimeline::aSpanReachesFromItsBeginningToItsEnd() {
    tell(EventKind::ActionBegan, 5s, 0);
    tell(EventKind::ActionEnded, 25s, 0);
    const auto found = spans({action(ActionKind::SlowDown)}, 60s);
    QCOMPARE(found.size(), std::size_t(1));
    QVERIFY(found[0].from == TraceTime(5s) && found[0].to == TraceTime(25s));
    QVERIFY(!found[0].open);
    QCOMPARE(found[0].text, QStringLiteral("Slow down Users"));
}

void TestTimeline::whatHasNotEndedReachesToTheHorizon() {
    tell(EventKind::ActionBegan, 5s, 0);
    QVERIFY(spans({action(ActionKind::Fail)}, 9s)[0].to == TraceTime(9s));
    const auto later = spans({action(ActionKind::Fail)}, 30s);
    QVERIFY(later[0].to == TraceTime(30s));
    QVERIFY(later[0].open);
}

void TestTimeline::whatIsDoneAtOnceIsAMoment() {
    tell(EventKind::ActionBegan, 5s, 0);
    tell(EventKind::ActionBegan, 6s, 1);
    const auto found = spans({action(ActionKind::Set), action(ActionKind::Start)}, 60s);
    for (const FaultSpan& span : found)
        QVERIFY(span.from == span.to && !span.open);
}

void TestTimeline::aStopLastsUntilTheNextStart() {
    tell(EventKind::ActionBegan, 5s, 0, 0);
    tell(EventKind::ActionBegan, 7s, 1, 1);
    tell(EventKind::ActionBegan, 20s, 2, 0);
    const auto found =
        spans({action(ActionKind::Stop), action(ActionKind::Start), action(ActionKind::Start)}, 60s);
    QVERIFY(found[0].to == TraceTime(20s));
    QVERIFY(!found[0].open);
}

void TestTimeline::spansThatOverlapLieInRowsOfTheirOwn() {
    tell(EventKind::ActionBegan, 5s, 0);
    tell(EventKind::ActionBegan, 6s, 1, 1);
    tell(EventKind::ActionEnded, 10s, 0);
    tell(EventKind::ActionBegan, 12s, 2);
    tell(EventKind::ActionEnded, 14s, 2);
    tell(EventKind::ActionEnded, 20s, 1, 1);
    const std::vector<Action> actions(3, action(ActionKind::Delay));
    const auto found = spans(actions, 60s);
    QCOMPARE(found[0].row, 0);
    QCOMPARE(found[1].row, 1);
    QCOMPARE(found[2].row, 0);
    QVERIFY(found[1].to == TraceTime(20s));
}

QTEST_GUILESS_MAIN(TestTimeline)
#include "tst_timeline.moc"
