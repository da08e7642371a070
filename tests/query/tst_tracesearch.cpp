#include <QtTest>

#include "core/query/causes.h"
#include "core/query/stepgoal.h"
#include "core/query/tracesearch.h"
#include "tests/trace/sampletrace.h"

using namespace sluice;

/// Going from event to event.
class TraceSearchTest : public QObject {
    Q_OBJECT
private slots:
    void initTestCase();
    void findsEachForwardsAndBackwards_data();
    void findsEachForwardsAndBackwards();
    void goesOnWhereTheTraceGrows();
    void saysHowFarItIs();
    void knowsWhatConcernsAnElement();
    void causesAreEarlierAndConsequencesTheirInverse();
    void leadsFromADeadLetterBackToTheClient();
    void keepsCopiesApart();

private:
    std::vector<TraceEvent> m_events;
    std::shared_ptr<TraceStore> m_store;
};

void TraceSearchTest::initTestCase() {
    m_events = sample::trace(70'000, 3, 1.02);
    m_store = std::make_shared<TraceStore>(sample::table());
    m_store->accept(m_events, m_events.back().at);
}

void TraceSearchTest::findsEachForwardsAndBackwards_data() {
    QTest::addColumn<int>("kind");
    QTest::addColumn<int>("slice");
    QTest::newRow("rare, in small bits") << int(EventKind::DeadLettered) << 100;
    QTest::newRow("rare, at once") << int(EventKind::DeadLettered) << 1'000'000;
    QTest::newRow("often") << int(EventKind::Requeued) << 5000;
    QTest::newRow("never") << int(EventKind::Rebalanced) << 20'000;
}

void TraceSearchTest::findsEachForwardsAndBackwards() {
    QFETCH(int, kind);
    QFETCH(int, slice);
    const auto wanted = [kind](const TraceEvent& event) { return int(event.kind) == kind; };
    std::vector<Sequence> expected;
    for (Sequence i = 0; i < m_events.size(); ++i) {
        if (wanted(m_events[i]))
            expected.push_back(i);
    }
    const auto next = [&](Sequence from, TraceSearch::Direction direction) {
        TraceSearch search(m_store, wanted, from, direction);
        auto outcome = TraceSearch::Outcome::NotYet;
        while (outcome == TraceSearch::Outcome::NotYet)
            outcome = search.advance(std::size_t(slice));
        return search.found();
    };
    std::vector<Sequence> forwards;
    for (auto at = next(0, TraceSearch::Direction::Forward); at;
         at = next(*at + 1, TraceSearch::Direction::Forward))
        forwards.push_back(*at);
    QCOMPARE(forwards, expected);
    std::vector<Sequence> backwards;
    for (auto at = next(m_events.size(), TraceSearch::Direction::Backward); at;
         at = next(*at, TraceSearch::Direction::Backward))
        backwards.push_back(*at);
    std::ranges::reverse(backwards);
    QCOMPARE(backwards, expected);
}

void TraceSearchTest::goesOnWhereTheTraceGrows() {
    const auto store = std::make_shared<TraceStore>(sample::table());
    TraceSearch search(
        store, [](const TraceEvent& event) { return event.kind == EventKind::LateArrival; }, 0,
        TraceSearch::Direction::Forward);
    QCOMPARE(search.advance(1000), TraceSearch::Outcome::AtEnd);
    TraceEvent event;
    store->accept(std::span(&event, 1), event.at);
    QCOMPARE(search.advance(1000), TraceSearch::Outcome::AtEnd);
    event.kind = EventKind::LateArrival;
    store->accept(std::span(&event, 1), event.at);
    QCOMPARE(search.advance(1000), TraceSearch::Outcome::Found);
    QCOMPARE(search.found(), std::optional<Sequence>(1));
}

void TraceSearchTest::saysHowFarItIs() {
    TraceSearch search(
        m_store, [](const TraceEvent&) { return false; }, m_events.size(), TraceSearch::Direction::Backward);
    QCOMPARE(search.progress(), 0.0);
    QCOMPARE(search.advance(m_events.size() / 2), TraceSearch::Outcome::NotYet);
    QVERIFY(std::abs(search.progress() - 0.5) < 0.01);
    QCOMPARE(search.advance(m_events.size()), TraceSearch::Outcome::AtEnd);
    QCOMPARE(search.progress(), 1.0);
}

void TraceSearchTest::knowsWhatConcernsAnElement() {
    TraceEvent died;
    died.kind = EventKind::DeadLettered;
    died.subject = sample::kQueue;
    died.peer = sample::kDead;
    QVERIFY(concerns(died, {sample::kQueue}));
    QVERIFY(concerns(died, {sample::kTopic, sample::kDead}));
    QVERIFY(!concerns(died, {sample::kTopic}));
    // Here the peer is a number of another kind: instance 1, not the queue.
    TraceEvent work;
    work.kind = EventKind::WorkStarted;
    work.subject = sample::kUsers;
    work.peer = sample::kQueue;
    QVERIFY(!concerns(work, {sample::kQueue}));
}

void TraceSearchTest::causesAreEarlierAndConsequencesTheirInverse() {
    Causes causes(m_store);
    for (Sequence i = 0; i < m_events.size(); i += 97) {
        const auto cause = causes.causeOf(i);
        if (m_events[i].kind == EventKind::MessageCreated && m_events[i].peer == 0)
            QVERIFY(!cause);
        if (cause) {
            QVERIFY(*cause < i);
            const auto consequences = causes.consequencesOf(*cause);
            QVERIFY(std::ranges::find(consequences, i) != consequences.end());
        }
    }
}

void TraceSearchTest::leadsFromADeadLetterBackToTheClient() {
    Causes causes(m_store);
    int found = 0;
    for (Sequence i = 0; i < m_events.size() && found < 20; ++i) {
        if (m_events[i].kind != EventKind::DeadLettered)
            continue;
        ++found;
        // A consumer rejected it: the cause is what the service did, not that it was delivered.
        const auto first = causes.causeOf(i);
        QVERIFY(first);
        QCOMPARE(m_events[*first].subject, sample::kUsers);
        std::optional<Sequence> at = i;
        Sequence last = i;
        int steps = 0;
        while (at && ++steps < 1000) {
            last = *at;
            at = causes.causeOf(*at);
        }
        QCOMPARE(m_events[last].kind, EventKind::MessageCreated);
        QCOMPARE(m_events[last].peer, 0U);
        QCOMPARE(m_events[last].subject, sample::kPortal);
    }
    QVERIFY(found > 3);
}

void TraceSearchTest::keepsCopiesApart() {
    // One message in two queues, each with a consumer: what the second does follows from its own delivery.
    auto table = std::make_shared<EntityTable>();
    const auto element = [&](const char* id, ElementKind kind) {
        table->entities.push_back(sample::element(id, id, kind));
    };
    element("one", ElementKind::Queue);
    element("two", ElementKind::Queue);
    element("first", ElementKind::Service);
    element("second", ElementKind::Service);
    table->entities.push_back(sample::link("one-first", LinkKind::Consume, 0, 2));
    table->entities.push_back(sample::link("two-second", LinkKind::Consume, 1, 3));
    const auto store = std::make_shared<TraceStore>(table);
    std::vector<TraceEvent> events;
    const auto tell = [&](EventKind kind, EntityId subject, std::uint32_t peer = 0) {
        TraceEvent event;
        event.kind = kind;
        event.at = TraceTime(events.size());
        event.subject = subject;
        event.peer = peer;
        event.message = 1;
        events.push_back(event);
    };
    tell(EventKind::MessageCreated, 2);
    tell(EventKind::Enqueued, 0);      // 1
    tell(EventKind::Enqueued, 1);      // 2
    tell(EventKind::Delivered, 0, 4);  // 3
    tell(EventKind::Delivered, 1, 5);  // 4
    tell(EventKind::WorkStarted, 2);   // 5
    tell(EventKind::WorkStarted, 3);   // 6
    tell(EventKind::WorkFinished, 2);  // 7
    tell(EventKind::WorkFinished, 3);  // 8
    tell(EventKind::Acknowledged, 0);  // 9
    tell(EventKind::Acknowledged, 1);  // 10
    store->accept(events, events.back().at);
    Causes causes(store);
    const auto cause = [&](Sequence of) { return causes.causeOf(of).value_or(999); };
    QCOMPARE(cause(10), 8U);
    QCOMPARE(cause(9), 7U);
    QCOMPARE(cause(8), 6U);
    QCOMPARE(cause(7), 5U);
    QCOMPARE(cause(6), 4U);
    QCOMPARE(cause(5), 3U);
    QCOMPARE(cause(4), 2U);
    QCOMPARE(cause(3), 1U);
    QCOMPARE(causes.consequencesOf(4), std::vector<Sequence>{6});
}

QTEST_APPLESS_MAIN(TraceSearchTest)
#include "tst_tracesearch.moc"
