#include <QtTest>
#include <atomic>
#include <thread>

#include "core/trace/blockcodec.h"
#include "core/trace/tracestore.h"
#include "tests/trace/sampletrace.h"

using namespace sluice;

namespace {

/// Hands the events over in batches of random size, as an engine does.
void feed(TraceStore& store, std::span<const TraceEvent> events, std::uint64_t seed = 1) {
    RandomStream random(seed, 99);
    while (!events.empty()) {
        const auto count = std::min<std::size_t>(events.size(), random.below(5000));
        store.accept(events.first(count), count ? events[count - 1].at : TraceTime::zero());
        events = events.subspan(count);
    }
}

/// The state by definition: every event folded from the beginning.
SystemState folded(std::span<const TraceEvent> events, const EntityTable& table, TraceTime time) {
    SystemState state = SystemState::initial(table);
    for (const TraceEvent& event : events) {
        if (event.at > time)
            break;
        state.apply(event, table);
    }
    state.advanceTo(time);
    return state;
}

bool names(const TraceEvent& event, MessageId id) {
    const bool peer = event.kind == EventKind::Answered || event.kind == EventKind::AnsweredLate ||
                      event.kind == EventKind::LateArrival;
    return event.message == id || (peer && event.peer == id);
}

}  // namespace

class TraceStoreTest : public QObject {
    Q_OBJECT
private slots:
    void isEmptyAtFirst();
    void readsWhatWasWritten_data();
    void readsWhatWasWritten();
    void findsTimes();
    void knowsTheStateAtAnyTime_data();
    void knowsTheStateAtAnyTime();
    void advancesLikeSeeking();
    void knowsMessages();
    void inheritsTheEventTimeOfTheCause();
    void searchesBothWays();
    void staysWithinItsBytes();
    void keepsTheTraceWhereNoFileCanBe();
    void remembersHowItEnded();
    void isReadWhileItIsWritten();
};

void TraceStoreTest::isEmptyAtFirst() {
    const TraceStore store(sample::table());
    QCOMPARE(store.size(), Sequence(0));
    QCOMPARE(store.lowerBound(TraceTime(5)), Sequence(0));
    QVERIFY(store.read(0, 100).empty());
    QVERIFY(!store.message(1));
    QVERIFY(store.eventsOf(1).empty());
    QVERIFY(!store.findNext(0, [](const TraceEvent&) { return true; }));
    QVERIFY(!store.findPrevious(0, [](const TraceEvent&) { return true; }));
    QVERIFY(store.stateAt(TraceTime(7)) == SystemState::initial(store.table()));
    QVERIFY(!store.finished());
}

void TraceStoreTest::readsWhatWasWritten_data() {
    QTest::addColumn<int>("count");
    QTest::addColumn<qulonglong>("budget");
    QTest::newRow("less than a block") << 100 << (qulonglong(1) << 20);
    QTest::newRow("exactly a block") << int(kBlockEvents) << (qulonglong(1) << 20);
    QTest::newRow("blocks in memory") << 100'000 << (qulonglong(64) << 20);
    QTest::newRow("blocks in a file") << 300'000 << qulonglong(0);
}

void TraceStoreTest::readsWhatWasWritten() {
    QFETCH(int, count);
    QFETCH(qulonglong, budget);
    const auto events = sample::trace(static_cast<std::size_t>(count), 11);
    TraceStore store(sample::table(), budget);
    feed(store, events);
    QCOMPARE(store.size(), Sequence(events.size()));
    QVERIFY(store.read(0, store.size() + 10) == events);
    QVERIFY(store.horizon() == events.back().at);
    RandomStream random(2, 2);
    for (int i = 0; i < 200; ++i) {
        const Sequence from = random.below(events.size());
        const Sequence to = std::min<Sequence>(from + random.below(40'000), events.size());
        if (i < 20) {
            const std::vector<TraceEvent> wanted(events.begin() + static_cast<std::ptrdiff_t>(from),
                                                 events.begin() + static_cast<std::ptrdiff_t>(to));
            QVERIFY(store.read(from, to) == wanted);
        }
        QVERIFY(store.at(from) == events[from]);
    }
    Sequence expected = 5;
    store.visit(5, 60'000, [&](Sequence sequence, const TraceEvent& event) {
        if (sequence != expected || event != events[expected])
            return false;
        ++expected;
        return true;
    });
    QCOMPARE(expected, std::min<Sequence>(60'000, events.size()));
}

void TraceStoreTest::findsTimes() {
    const auto events = sample::trace(70'000, 12);
    TraceStore store(sample::table());
    feed(store, events);
    RandomStream random(3, 3);
    for (int i = 0; i < 500; ++i) {
        // Times of events and times between them.
        const TraceTime time = events[random.below(events.size())].at + TraceTime(i % 3) - TraceTime(1);
        const auto wanted =
            std::lower_bound(events.begin(), events.end(), time,
                             [](const TraceEvent& event, TraceTime t) { return event.at < t; });
        QCOMPARE(store.lowerBound(time), Sequence(wanted - events.begin()));
    }
    QCOMPARE(store.lowerBound(TraceTime::max()), store.size());
    QCOMPARE(store.lowerBound(TraceTime::min()), Sequence(0));
}

void TraceStoreTest::knowsTheStateAtAnyTime_data() {
    QTest::addColumn<double>("load");
    QTest::newRow("short queues") << 0.7;
    QTest::newRow("a queue that grows") << 3.0;
}

void TraceStoreTest::knowsTheStateAtAnyTime() {
    QFETCH(double, load);
    const auto table = sample::table();
    const auto events = sample::trace(260'000, 13, load);
    TraceStore store(table);
    feed(store, events);
    RandomStream random(4, 4);
    for (int i = 0; i < 25; ++i) {
        const TraceTime time = events[random.below(events.size())].at + TraceTime(i % 3) - TraceTime(1);
        QVERIFY(store.stateAt(time) == folded(events, *table, time));
    }
    const Sequence sequence = 200'001;
    SystemState after = SystemState::initial(*table);
    for (Sequence i = 0; i <= sequence; ++i)
        after.apply(events[i], *table);
    after.advanceTo(after.at);
    QVERIFY(store.stateAfter(sequence) == after);
    QVERIFY(store.stateAt(TraceTime::max()) == folded(events, *table, events.back().at));
}

void TraceStoreTest::advancesLikeSeeking() {
    const auto table = sample::table();
    const auto events = sample::trace(200'000, 14, 1.5);
    TraceStore store(table);
    feed(store, events);
    const TraceTime end = events.back().at;
    SystemState state = store.stateAt(TraceTime::zero());
    RandomStream random(5, 5);
    for (int i = 0; i < 40; ++i) {
        const bool jump = i % 10 == 9;
        const TraceTime time =
            jump ? TraceTime(static_cast<std::int64_t>(random.uniform() * static_cast<double>(end.count())))
                 : state.at + end / 200;
        store.advance(state, time);
        QVERIFY(state == store.stateAt(time));
    }
}

void TraceStoreTest::knowsMessages() {
    const auto events = sample::trace(150'000, 15);
    TraceStore store(sample::table());
    feed(store, events);
    RandomStream random(6, 6);
    MessageId last = 0;
    for (const TraceEvent& event : events)
        last = std::max(last, event.kind == EventKind::MessageCreated ? event.message : 0U);
    for (int i = 0; i < 60; ++i) {
        const auto id = static_cast<MessageId>(1 + random.below(last));
        std::vector<Sequence> named;
        std::vector<MessageId> caused;
        const TraceEvent* made = nullptr;
        for (std::size_t s = 0; s < events.size(); ++s) {
            const bool creation = events[s].kind == EventKind::MessageCreated;
            if (names(events[s], id))
                named.push_back(s);
            if (creation && events[s].message == id)
                made = &events[s];
            if (creation && events[s].peer == id)
                caused.push_back(events[s].message);
        }
        QVERIFY(made);
        const auto info = store.message(id);
        QVERIFY(info);
        QCOMPARE(info->id, id);
        QCOMPARE(info->key, made->value);
        QCOMPARE(info->type, made->detail);
        QCOMPARE(info->causation, made->peer);
        QCOMPARE(info->correlation, made->peer ? made->peer : id);
        QVERIFY(info->created == made->at);
        QVERIFY(store.eventsOf(id) == named);
        QVERIFY(store.consequencesOf(id) == caused);
    }
    QVERIFY(!store.message(last + 1));
    QVERIFY(!store.message(0));
    QCOMPARE(store.eventsOf(1, 2).size(), std::size_t(2));
}

void TraceStoreTest::inheritsTheEventTimeOfTheCause() {
    TraceStore store(sample::table());
    const auto created = [](MessageId id, MessageId cause, std::int64_t at, std::uint8_t flags = 0) {
        return TraceEvent{TraceTime(at), 7, sample::kUsers, id, cause, 0, EventKind::MessageCreated, flags};
    };
    const std::vector<TraceEvent> events{created(1, 0, 10), created(2, 1, 20), created(3, 2, 30),
                                         created(4, 2, 40, eventflag::OwnEventTime), created(5, 4, 50)};
    store.accept(events, TraceTime(50));
    QCOMPARE(store.message(3)->eventTime.count(), 10);
    QCOMPARE(store.message(3)->correlation, MessageId(1));
    QCOMPARE(store.message(4)->eventTime.count(), 40);
    QCOMPARE(store.message(5)->eventTime.count(), 40);
    QCOMPARE(store.message(5)->correlation, MessageId(1));
}

void TraceStoreTest::searchesBothWays() {
    const auto events = sample::trace(50'000, 16);
    TraceStore store(sample::table());
    feed(store, events);
    const auto dead = [](const TraceEvent& event) { return event.kind == EventKind::DeadLettered; };
    std::vector<Sequence> wanted;
    for (std::size_t i = 1; i < events.size(); ++i) {
        if (dead(events[i]))
            wanted.push_back(i);
    }
    QVERIFY(wanted.size() > 3);
    std::vector<Sequence> forward;
    for (auto at = store.findNext(0, dead); at; at = store.findNext(*at, dead))
        forward.push_back(*at);
    QVERIFY(forward == wanted);
    std::vector<Sequence> backward;
    for (auto at = store.findPrevious(store.size(), dead); at; at = store.findPrevious(*at, dead))
        backward.insert(backward.begin(), *at);
    QVERIFY(backward == wanted);
}

void TraceStoreTest::staysWithinItsBytes() {
    const auto events = sample::trace(500'000, 17);
    TraceStore store(sample::table());
    feed(store, events);
    QVERIFY2(store.bytesPerEvent() <= 9.0, qPrintable(QString::number(store.bytesPerEvent())));
}

void TraceStoreTest::keepsTheTraceWhereNoFileCanBe() {
    const auto events = sample::trace(100'000, 18);
    TraceStore store(sample::table(), 0, "/nonexistent/folder with spaces");
    feed(store, events);
    QVERIFY(store.read(0, store.size()) == events);
}

void TraceStoreTest::remembersHowItEnded() {
    TraceStore store(sample::table());
    store.accept({}, TraceTime(77));
    QCOMPARE(store.horizon().count(), 77);
    store.finish(Error{ErrorCode::Cancelled, "stopped", {}});
    QVERIFY(store.finished());
    QVERIFY(store.outcome().error().code == ErrorCode::Cancelled);
}

void TraceStoreTest::isReadWhileItIsWritten() {
    const auto table = sample::table();
    const auto events = sample::trace(200'000, 19);
    TraceStore store(table, 200'000);  // so that it spills meanwhile
    std::atomic<bool> done = false;
    std::atomic<int> wrong = 0;
    std::atomic<int> reads = 0;
    const auto reader = [&](std::uint64_t seed) {
        RandomStream random(seed, 1);
        while (!done || reads < 100) {
            const Sequence size = store.size();
            if (size == 0)
                continue;
            const Sequence from = random.below(size);
            const auto some = store.read(from, std::min(size, from + 300));
            if (!std::equal(some.begin(), some.end(), events.begin() + static_cast<std::ptrdiff_t>(from)))
                ++wrong;
            const TraceEvent event = store.at(from);
            if (store.lowerBound(event.at) > from)
                ++wrong;
            if (event.message && !store.message(event.message))
                ++wrong;
            if (++reads % 64 == 0 && store.stateAt(event.at).at < event.at)
                ++wrong;
        }
    };
    std::thread first(reader, 1);
    std::thread second(reader, 2);
    feed(store, events);
    done = true;
    first.join();
    second.join();
    QCOMPARE(wrong.load(), 0);
    QVERIFY(store.read(0, store.size()) == events);
}

QTEST_APPLESS_MAIN(TraceStoreTest)
#include "tst_tracestore.moc"
