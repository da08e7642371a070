#include <QtTest>
#include <set>

#include "core/trace/systemstate.h"
#include "tests/trace/sampletrace.h"

using namespace sluice;

namespace {

TraceEvent entry(EventKind kind, EntityId subject, MessageId message, std::int64_t at = 0,
                 std::int64_t value = 0, std::uint32_t peer = 0, std::uint16_t detail = 0,
                 std::uint8_t marks = 0) {
    return TraceEvent{TraceTime(at), value, subject, message, peer, detail, kind, marks};
}

SystemState folded(const std::vector<TraceEvent>& events, const EntityTable& table) {
    SystemState state = SystemState::initial(table);
    for (const TraceEvent& one : events)
        state.apply(one, table);
    return state;
}

}  // namespace

class SystemStateTest : public QObject {
    Q_OBJECT
private slots:
    void beginsIdleAndEmpty();
    void keepsTheLineOfAQueue();
    void returnsARequeuedMessageToTheHead();
    void countsADeadLetterWhereItDiedAndWhereItCame();
    void countsADeadLetterThatPassesAnExchange();
    void emptiesADeadLetterQueueThatIsRedriven();
    void movesTokensOnlyUntilTheyArrive();
    void takesALostTokenAway();
    void followsOffsetsOfAGroup();
    void stopsAndStartsInstances();
    void isFaultyUntilTheLastActionEnds();
    void agreesWithCountingAnyTrace();
    void standsAsABrokerReports();
    void knowsNoRateWithoutAConnection();
    void survivesSubjectsItDoesNotKnow();
};

void SystemStateTest::beginsIdleAndEmpty() {
    const auto table = sample::table();
    const SystemState state = SystemState::initial(*table);
    QCOMPARE(state.entities.size(), table->entities.size());
    QCOMPARE(state.entities[sample::kUsers].instances.size(), std::size_t(sample::kInstances));
    QVERIFY(state.entities[sample::kUsers].instances.front().running);
    QCOMPARE(state.entities[sample::kTopic].partitions.size(), std::size_t(sample::kPartitions));
    QCOMPARE(state.entities[sample::kTopic].groups.size(), std::size_t(1));
    QCOMPARE(state.entities[sample::kTopic].groups.front().link, sample::kMaterialize);
}

void SystemStateTest::keepsTheLineOfAQueue() {
    const auto table = sample::table();
    const auto state = folded({entry(EventKind::Enqueued, sample::kQueue, 1, 0, 1),
                               entry(EventKind::Enqueued, sample::kQueue, 2, 1, 2),
                               entry(EventKind::Enqueued, sample::kQueue, 3, 2, 3),
                               entry(EventKind::Delivered, sample::kQueue, 1, 3, 3, sample::kConsume),
                               entry(EventKind::Acknowledged, sample::kQueue, 1, 4)},
                              *table);
    const EntityState& queue = state.entities[sample::kQueue];
    QCOMPARE(queue.ready, std::uint64_t(2));
    QCOMPARE(queue.unacknowledged, std::uint64_t(0));
    QCOMPARE(std::vector<MessageId>(queue.messages.begin(), queue.messages.end()),
             (std::vector<MessageId>{2, 3}));
    QCOMPARE(queue.in, std::uint64_t(3));
    QCOMPARE(queue.out, std::uint64_t(1));
}

void SystemStateTest::returnsARequeuedMessageToTheHead() {
    const auto table = sample::table();
    const auto state = folded(
        {entry(EventKind::Enqueued, sample::kQueue, 1, 0, 1),
         entry(EventKind::Enqueued, sample::kQueue, 2, 0, 2), entry(EventKind::Delivered, sample::kQueue, 1),
         entry(EventKind::Requeued, sample::kQueue, 1, 0, 2)},
        *table);
    QCOMPARE(state.entities[sample::kQueue].messages.front(), MessageId(1));
    QCOMPARE(state.entities[sample::kQueue].ready, std::uint64_t(2));
    QCOMPARE(state.entities[sample::kQueue].unacknowledged, std::uint64_t(0));
}

void SystemStateTest::countsADeadLetterWhereItDiedAndWhereItCame() {
    const auto table = sample::table();
    const auto state = folded(
        {entry(EventKind::Enqueued, sample::kQueue, 1, 0, 1), entry(EventKind::Delivered, sample::kQueue, 1),
         entry(EventKind::DeadLettered, sample::kQueue, 1, 1, 1, sample::kDead),
         entry(EventKind::Enqueued, sample::kDead, 1, 2, 1)},
        *table);
    QCOMPARE(state.entities[sample::kQueue].deadLettered, std::uint64_t(1));
    QCOMPARE(state.entities[sample::kQueue].unacknowledged, std::uint64_t(0));
    QCOMPARE(state.entities[sample::kDead].deadLettered, std::uint64_t(1));
    QCOMPARE(state.entities[sample::kDead].ready, std::uint64_t(1));
}

void SystemStateTest::countsADeadLetterThatPassesAnExchange() {
    EntityTable table = *sample::table();
    table.entities.push_back(sample::element("dlx", "Dead letter exchange", ElementKind::Exchange));
    const auto exchange = static_cast<std::uint32_t>(table.entities.size() - 1);
    const auto expired = static_cast<std::uint16_t>(DeathReason::Expired);
    const auto state = folded({entry(EventKind::Enqueued, sample::kQueue, 1, 0, 1),
                               entry(EventKind::DeadLettered, sample::kQueue, 1, 1, 1, exchange, expired),
                               entry(EventKind::Enqueued, sample::kDead, 1, 2, 1),
                               entry(EventKind::Enqueued, sample::kDead, 7, 2, 2)},
                              table);
    QCOMPARE(state.entities[sample::kDead].deadLettered, std::uint64_t(1));
    QCOMPARE(state.entities[sample::kQueue].ready, std::uint64_t(0));
    QVERIFY(state.dying.empty());
}

void SystemStateTest::emptiesADeadLetterQueueThatIsRedriven() {
    const auto table = sample::table();
    const auto state = folded({entry(EventKind::Enqueued, sample::kDead, 1, 0, 1),
                               entry(EventKind::Enqueued, sample::kDead, 2, 0, 2),
                               entry(EventKind::Redriven, sample::kDead, 1, 1, 0, sample::kQueue),
                               entry(EventKind::Redriven, sample::kDead, 2, 1, 0, kNoEntity, 1)},
                              *table);
    QCOMPARE(state.entities[sample::kDead].ready, std::uint64_t(1));
    QCOMPARE(state.entities[sample::kDead].messages.front(), MessageId(2));
}

void SystemStateTest::movesTokensOnlyUntilTheyArrive() {
    const auto table = sample::table();
    SystemState state = folded({entry(EventKind::Moved, sample::kPublish, 1, 10, 100),
                                entry(EventKind::Moved, sample::kPublish, 2, 20, 200),
                                entry(EventKind::Moved, sample::kPublish, 3, 20, 0)},
                               *table);
    QCOMPARE(state.transits.size(), std::size_t(2));
    state.advanceTo(TraceTime(110));
    QCOMPARE(state.transits.size(), std::size_t(1));
    QCOMPARE(state.transits.front().message, MessageId(2));
    QCOMPARE(state.entities[sample::kPublish].in, std::uint64_t(3));
}

void SystemStateTest::takesALostTokenAway() {
    const auto table = sample::table();
    const auto state = folded({entry(EventKind::Moved, sample::kPublish, 1, 10, 100),
                               entry(EventKind::Moved, sample::kPublish, 2, 10, 100),
                               entry(EventKind::Lost, sample::kPublish, 1, 50)},
                              *table);
    QCOMPARE(state.transits.size(), std::size_t(1));
    QCOMPARE(state.transits.front().message, MessageId(2));
    QCOMPARE(state.entities[sample::kPublish].lost, std::uint64_t(1));
}

void SystemStateTest::followsOffsetsOfAGroup() {
    const auto table = sample::table();
    const auto state = folded({entry(EventKind::Appended, sample::kTopic, 1, 0, 0, 3),
                               entry(EventKind::Appended, sample::kTopic, 2, 0, 1, 3),
                               entry(EventKind::Fetched, sample::kMaterialize, 1, 0, 0, 3),
                               entry(EventKind::Committed, sample::kMaterialize, 1, 0, 1, 3),
                               entry(EventKind::Assigned, sample::kMaterialize, 0, 0, 0, 3, 2),
                               entry(EventKind::Fetched, sample::kMaterialize, 9, 0, 0, 999)},
                              *table);
    const EntityState& topic = state.entities[sample::kTopic];
    QCOMPARE(topic.partitions[3].end, std::int64_t(2));
    QCOMPARE(topic.groups.front().position[3], std::int64_t(1));
    QCOMPARE(topic.groups.front().committed[3], std::int64_t(1));
    QCOMPARE(topic.groups.front().assigned[3], std::uint16_t(2));
}

void SystemStateTest::stopsAndStartsInstances() {
    const auto table = sample::table();
    SystemState state = folded({entry(EventKind::WorkStarted, sample::kUsers, 1, 0, 0, 2),
                                entry(EventKind::InstanceStopped, sample::kUsers, 0, 1, 0, 2)},
                               *table);
    QVERIFY(!state.entities[sample::kUsers].instances[2].running);
    QCOMPARE(state.entities[sample::kUsers].instances[2].busy, 0U);
    state.apply(entry(EventKind::InstanceStarted, sample::kUsers, 0, 2, 0, 2), *table);
    QVERIFY(state.entities[sample::kUsers].instances[2].running);
    // Autoscaling: an instance that was not there at the start.
    state.apply(entry(EventKind::InstanceStarted, sample::kUsers, 0, 2, 0, 5), *table);
    QCOMPARE(state.entities[sample::kUsers].instances.size(), std::size_t(6));
    QVERIFY(!state.entities[sample::kUsers].instances[4].running);
}

void SystemStateTest::isFaultyUntilTheLastActionEnds() {
    const auto table = sample::table();
    SystemState state = folded({entry(EventKind::ActionBegan, sample::kUsers, 0),
                                entry(EventKind::ActionBegan, sample::kUsers, 0, 1, 0, 0, 1),
                                entry(EventKind::ActionEnded, sample::kUsers, 0, 2)},
                               *table);
    QVERIFY(state.entities[sample::kUsers].faulty);
    state.apply(entry(EventKind::ActionEnded, sample::kUsers, 0, 3, 0, 0, 1), *table);
    QVERIFY(!state.entities[sample::kUsers].faulty);
}

void SystemStateTest::agreesWithCountingAnyTrace() {
    const auto table = sample::table();
    const auto events = sample::trace(30'000, 5, 2.0);
    SystemState state = SystemState::initial(*table);
    std::vector<MessageId> line;
    std::multiset<MessageId> held;
    for (const TraceEvent& one : events) {
        state.apply(one, *table);
        if (one.subject == sample::kQueue) {
            if (one.kind == EventKind::Enqueued)
                line.push_back(one.message);
            if (one.kind == EventKind::Delivered) {
                line.erase(std::find(line.begin(), line.end(), one.message));
                held.insert(one.message);
            }
            if (one.kind == EventKind::Acknowledged || one.kind == EventKind::DeadLettered)
                held.erase(held.find(one.message));
        }
    }
    const EntityState& queue = state.entities[sample::kQueue];
    QVERIFY(line.size() > 200);
    QCOMPARE(queue.ready, std::uint64_t(line.size()));
    QCOMPARE(queue.unacknowledged, std::uint64_t(held.size()));
    const std::size_t shown = std::min(line.size(), EntityState::kShownMessages);
    QVERIFY(
        std::equal(line.begin(), line.begin() + static_cast<std::ptrdiff_t>(shown), queue.messages.begin()));
    QCOMPARE(state.next, Sequence(events.size()));
}

void SystemStateTest::survivesSubjectsItDoesNotKnow() {
    const auto table = sample::table();
    SystemState state = SystemState::initial(*table);
    for (int kind = 0; kind < kEventKindCount; ++kind) {
        for (const EntityId subject :
             {EntityId(0), EntityId(1), EntityId(3), EntityId(4), EntityId(10), EntityId(4711), kNoEntity})
            state.apply(entry(static_cast<EventKind>(kind), subject, 5, 1, -3, 0xfffffff0, 0xffff), *table);
    }
    QCOMPARE(state.next, Sequence(kEventKindCount * 7));
}

namespace {

TraceEvent report(EventKind kind, EntityId subject, int what, std::int64_t value, std::uint32_t peer = 0,
                  TraceTime at = std::chrono::seconds(1)) {
    TraceEvent event;
    event.at = at;
    event.kind = kind;
    event.subject = subject;
    event.detail = static_cast<std::uint16_t>(what);
    event.value = value;
    event.peer = peer;
    return event;
}

}  // namespace

void SystemStateTest::standsAsABrokerReports() {
    const auto table = sample::table();
    SystemState state = SystemState::initial(*table);
    QVERIFY(state.observed.empty());
    const auto tell = [&](const TraceEvent& event) { state.apply(event, *table); };
    tell(report(EventKind::Observed, sample::kQueue, int(Gauge::Ready), 140));
    tell(report(EventKind::Observed, sample::kQueue, int(Gauge::Unacknowledged), 5));
    tell(report(EventKind::Observed, sample::kQueue, int(Gauge::Consumers), 2));
    tell(report(EventKind::Counted, sample::kQueue, int(Flow::In), 250, 5000));
    tell(report(EventKind::Counted, sample::kQueue, int(Flow::Out), 7, 2000));
    tell(report(EventKind::Observed, kNoEntity, int(Gauge::Alarm), 1));
    tell(report(EventKind::Observed, kNoEntity, int(Gauge::WatchCost), 1200));
    tell(report(EventKind::Observed, sample::kTopic, int(Gauge::EndOffset), 900, 3));
    tell(report(EventKind::Observed, sample::kMaterialize, int(Gauge::Committed), 880, 3));
    const EntityState& queue = state.entities[sample::kQueue];
    QCOMPARE(queue.ready, 140U);
    QCOMPARE(queue.unacknowledged, 5U);
    QCOMPARE(queue.in, 250U);
    QCOMPARE(queue.deadLettered, 0U);
    QCOMPARE(state.observed[sample::kQueue].consumers, 2U);
    QCOMPARE(state.observed[sample::kQueue].inRate, 50'000U);
    QCOMPARE(state.observed[sample::kQueue].outRate, 3'500U);
    QVERIFY(!state.observed[sample::kUsers].known);
    QVERIFY(state.alarm);
    QCOMPARE(state.watchCost, 1200U);
    QCOMPARE(state.entities[sample::kTopic].partitions[3].end, 900);
    QCOMPARE(state.entities[sample::kTopic].groups[0].committed[3], 880);
    // A dead-letter queue that has grown by three has taken three dead letters at least.
    for (const int depth : {4, 1, 3})
        tell(report(EventKind::Observed, sample::kDead, int(Gauge::Ready), depth));
    QCOMPARE(state.entities[sample::kDead].deadLettered, 6U);
}

void SystemStateTest::knowsNoRateWithoutAConnection() {
    const auto table = sample::table();
    SystemState state = SystemState::initial(*table);
    QCOMPARE(state.contact, Contact::None);
    state.apply(report(EventKind::ConnectionMade, kNoEntity, 0, 0), *table);
    state.apply(report(EventKind::Counted, sample::kQueue, int(Flow::In), 250, 5000), *table);
    state.apply(report(EventKind::Observed, sample::kQueue, int(Gauge::Ready), 9), *table);
    state.apply(report(EventKind::ConnectionLost, kNoEntity, int(ConnectionLoss::Unreachable), 0, 0,
                       std::chrono::seconds(3)),
                *table);
    QCOMPARE(state.contact, Contact::Lost);
    QCOMPARE(state.contactSince, TraceTime(std::chrono::seconds(3)));
    QCOMPARE(state.observed[sample::kQueue].inRate, 0U);
    QCOMPARE(state.entities[sample::kQueue].ready, 9U);
}

QTEST_APPLESS_MAIN(SystemStateTest)
#include "tst_systemstate.moc"
