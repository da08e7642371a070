#include "core/trace/messagepath.h"

#include "core/base/random.h"
#include "core/engine/queuebroker/queuebroker.h"
#include "tests/engine/simulated.h"

using namespace sluice;
using namespace std::chrono_literals;

namespace {

using End = Stay::End;

constexpr EntityId kWork = 0;
constexpr EntityId kDelay = 1;
constexpr EntityId kDead = 2;
constexpr EntityId kExchange = 3;

EntityTable queues(std::initializer_list<const char*> names) {
    EntityTable table;
    for (const char* name : names) {
        Entity entity;
        entity.id = name;
        entity.name = name;
        entity.elementKind = ElementKind::Queue;
        table.entities.push_back(entity);
    }
    return table;
}

EntityTable table() {
    EntityTable made = queues({"work", "delay", "dead", "exchange"});
    made.entities[kExchange].elementKind = ElementKind::Exchange;
    return made;
}

/// Events of message 7, one after the other.
class Story {
public:
    Story& at(TraceTime time) {
        m_now = time;
        return *this;
    }
    Story& add(EventKind kind, EntityId subject, std::uint32_t peer = 0, std::uint16_t detail = 0,
               FailureKind cause = FailureKind::None, std::int64_t value = 0) {
        events.push_back({m_now, value, subject, 7, peer, detail, kind, marksOf(0, cause)});
        return *this;
    }
    Story& enqueued(EntityId queue) { return add(EventKind::Enqueued, queue); }
    Story& delivered(EntityId queue) { return add(EventKind::Delivered, queue); }
    Story& died(EntityId queue, DeathReason reason, EntityId next,
                FailureKind cause = FailureKind::UnexpectedError) {
        return add(EventKind::DeadLettered, queue, next, static_cast<std::uint16_t>(reason), cause);
    }
    [[nodiscard]] MessageHistory told() const { return historyOf(7, events, table()); }

    std::vector<TraceEvent> events;

private:
    TraceTime m_now{};
};

/// "work rejected 2, delay expired 1".
QString deathsOf(const MessagePath& path, const EntityTable& names) {
    QStringList entries;
    for (const DeathEntry& entry : path.deaths())
        entries << QString("%1 %2 %3")
                       .arg(names.entities[entry.queue].name.c_str(), reasonName(entry.reason).data())
                       .arg(entry.count);
    return entries.join(", ");
}

/// The broker itself with a clock, and its effects as the events of a trace.
struct Recorded : QueueBroker {
    void note(const EntityTable& names, const std::vector<EntityId>& nextOf) {
        for (const QueueEffect& effect : effects()) {
            if (!effect.queue.valid())
                continue;
            const EntityId subject = names.find(queueName(effect.queue));
            TraceEvent event{now, 0, subject, effect.payload, 0, 0, EventKind::Enqueued, 0};
            switch (effect.kind) {
                case QueueEffectKind::Enqueued:
                    break;
                case QueueEffectKind::Delivered:
                    event.kind = EventKind::Delivered;
                    break;
                case QueueEffectKind::Acknowledged:
                    event.kind = EventKind::Acknowledged;
                    break;
                case QueueEffectKind::Requeued:
                    event.kind = EventKind::Requeued;
                    break;
                case QueueEffectKind::DeadLettered:
                    event.kind = EventKind::DeadLettered;
                    event.detail = static_cast<std::uint16_t>(effect.reason);
                    event.peer = nextOf[subject];
                    break;
                case QueueEffectKind::Discarded:
                    event.kind = EventKind::Discarded;
                    event.detail = static_cast<std::uint16_t>(
                        effect.discard == DiscardReason::Cycle ? DeathReason::Cycle : effect.reason);
                    break;
                default:
                    continue;
            }
            events.push_back(event);
        }
        clearEffects();
    }

    std::vector<TraceEvent> events;
    Duration now{};
};

}  // namespace

class MessagePathTest : public QObject {
    Q_OBJECT
private slots:
    void followsARetryByADelayQueue();
    void tellsWhereItIs();
    void aRetryBeginsAnew();
    void copiesOfAnExchangeGoTheirOwnWays();
    void aDeadLetterThatIsCopiedSharesItsPast();
    void keepsWhyADeadLetterCameNowhere();
    void whatAQueueRefusesDiesAtItsDoor();
    void requeuesStayWhereTheyAre();
    void whatHappensElsewhereIsTold();
    void countsDeathsAsTheBrokerDoes();
    void followsARunRoundADelayQueue();
};

/// The chain of issue 3: rejected, delayed, rejected again, dead.
void MessagePathTest::followsARetryByADelayQueue() {
    Story story;
    story.at(1s).enqueued(kWork).delivered(kWork).died(kWork, DeathReason::Rejected, kDelay).enqueued(kDelay);
    story.at(31s).died(kDelay, DeathReason::Expired, kWork, FailureKind::ServiceUnavailable).enqueued(kWork);
    story.at(32s).delivered(kWork).died(kWork, DeathReason::Rejected, kDead).enqueued(kDead);
    const MessageHistory told = story.told();
    QVERIFY(told.mishaps.empty());
    QCOMPARE(told.paths.size(), std::size_t(1));
    const std::vector<Stay>& stays = told.paths[0].stays;
    QCOMPARE(stays.size(), std::size_t(4));
    QCOMPARE(stays[0].deathCount, 1U);
    QCOMPARE(stays[1].ended - stays[1].arrived, TraceTime(30s));
    QCOMPARE(stays[1].deathCount, 1U);
    QCOMPARE(stays[2].deathCount, 2U);
    QVERIFY(stays[2].cause == FailureKind::UnexpectedError);
    QVERIFY(stays[3].end == End::None && stays[3].queue == kDead);
    QCOMPARE(deathsOf(told.paths[0], table()), QString("work rejected 2, delay expired 1"));
}

void MessagePathTest::tellsWhereItIs() {
    Story story;
    story.enqueued(kWork);
    QVERIFY(story.told().paths[0].stays[0].end == End::None);
    story.delivered(kWork);
    QVERIFY(story.told().paths[0].stays[0].end == End::Taken);
    story.add(EventKind::Acknowledged, kWork);
    QVERIFY(story.told().paths[0].stays[0].end == End::Acknowledged);
}

/// The engine publishes a retry and a redriven message anew: x-death begins again.
void MessagePathTest::aRetryBeginsAnew() {
    Story story;
    story.enqueued(kWork).delivered(kWork).died(kWork, DeathReason::Rejected, kDead).enqueued(kDead);
    story.at(5s).add(EventKind::Redriven, kDead, kWork).add(EventKind::Acknowledged, kDead).enqueued(kWork);
    story.at(6s).delivered(kWork).add(EventKind::RetryScheduled, kWork, 0, 2, FailureKind::UnexpectedError,
                                      Duration(2s).count());
    story.add(EventKind::Acknowledged, kWork).at(8s).enqueued(kWork).delivered(kWork);
    story.died(kWork, DeathReason::Rejected, kDead).enqueued(kDead);
    const MessageHistory told = story.told();
    QCOMPARE(told.paths.size(), std::size_t(1));
    const std::vector<Stay>& stays = told.paths[0].stays;
    QCOMPARE(stays.size(), std::size_t(5));
    QVERIFY(stays[1].end == End::Redriven && stays[1].next == kWork);
    QVERIFY(stays[2].end == End::Retried && stays[2].attempt == 2);
    QCOMPARE(stays[2].backoff, Duration(2s));
    QCOMPARE(stays[3].deathCount, 1U);
}

void MessagePathTest::copiesOfAnExchangeGoTheirOwnWays() {
    Story story;
    story.enqueued(kWork).enqueued(kDelay).delivered(kWork).add(EventKind::Acknowledged, kWork);
    story.at(3s).died(kDelay, DeathReason::Expired, kNoEntity).add(EventKind::Discarded, kDelay, 0, 6);
    const MessageHistory told = story.told();
    QCOMPARE(told.paths.size(), std::size_t(2));
    QVERIFY(told.paths[0].stays[0].end == End::Acknowledged);
    QVERIFY(told.paths[1].stays[0].end == End::DeadLettered);
    QCOMPARE(deathsOf(told.paths[0], table()), QString());
    QCOMPARE(deathsOf(told.paths[1], table()), QString("delay expired 1"));
}

void MessagePathTest::aDeadLetterThatIsCopiedSharesItsPast() {
    Story story;
    story.enqueued(kWork)
        .at(2s)
        .died(kWork, DeathReason::MaxLength, kExchange)
        .enqueued(kDelay)
        .enqueued(kDead);
    story.at(4s).died(kDelay, DeathReason::Expired, kWork).enqueued(kWork);
    const MessageHistory told = story.told();
    QCOMPARE(told.paths.size(), std::size_t(2));
    QCOMPARE(deathsOf(told.paths[0], table()), QString("delay expired 1, work maxlen 1"));
    QCOMPARE(deathsOf(told.paths[1], table()), QString("work maxlen 1"));
    QCOMPARE(told.paths[1].stays.size(), std::size_t(2));
    QCOMPARE(told.paths[1].stays[1].queue, kDead);
}

void MessagePathTest::keepsWhyADeadLetterCameNowhere() {
    Story story;
    story.enqueued(kWork).at(9s).died(kWork, DeathReason::Expired, kDelay);
    story.add(EventKind::Discarded, kWork, 0, static_cast<std::uint16_t>(DeathReason::Cycle));
    const MessageHistory told = story.told();
    QVERIFY(told.mishaps.empty());
    QVERIFY(told.paths[0].stays[0].dropped == DeathReason::Cycle);
}

/// reject-publish-dlx: a copy of what is refused is dead-lettered; the one that stands there is not touched.
void MessagePathTest::whatAQueueRefusesDiesAtItsDoor() {
    Story story;
    story.enqueued(kWork).at(3s).died(kWork, DeathReason::MaxLength, kDead);
    story.events.back().marks = marksOf(eventflag::Outside);
    story.enqueued(kDead);
    const MessageHistory told = story.told();
    QCOMPARE(told.paths.size(), std::size_t(2));
    QVERIFY(told.paths[0].stays[0].end == End::None);
    QCOMPARE(deathsOf(told.paths[1], table()), QString("work maxlen 1"));
    QCOMPARE(told.paths[1].stays.size(), std::size_t(2));
    QCOMPARE(told.paths[1].stays[1].queue, kDead);
}

void MessagePathTest::requeuesStayWhereTheyAre() {
    Story story;
    story.enqueued(kWork);
    for (int i = 0; i < 2; ++i)
        story.delivered(kWork).add(EventKind::Requeued, kWork, 0,
                                   static_cast<std::uint16_t>(RequeueReason::Nacked));
    story.delivered(kWork).died(kWork, DeathReason::DeliveryLimit, kDead);
    const Stay stay = story.told().paths[0].stays[0];
    QCOMPARE(stay.requeues, 2U);
    QVERIFY(stay.requeue == RequeueReason::Nacked);
    QVERIFY(stay.end == End::DeadLettered && stay.reason == DeathReason::DeliveryLimit);
}

void MessagePathTest::whatHappensElsewhereIsTold() {
    Story story;
    story.at(1s).add(EventKind::Lost, kExchange);
    story.add(EventKind::Nacked, kWork, 0, static_cast<std::uint16_t>(DeathReason::MaxLength));
    story.add(EventKind::Discarded, kExchange, 0, static_cast<std::uint16_t>(DeathReason::Unroutable));
    const MessageHistory told = story.told();
    QVERIFY(told.paths.empty());
    QCOMPARE(told.mishaps.size(), std::size_t(3));
    QVERIFY(told.mishaps[1].kind == EventKind::Nacked && told.mishaps[1].reason == DeathReason::MaxLength);
    QVERIFY(told.mishaps[2].reason == DeathReason::Unroutable);
}

/// The queue broker, which is held against the real one, keeps x-death itself: over random conversations the
/// history made from the events has to come to the same entries and counts.
void MessagePathTest::countsDeathsAsTheBrokerDoes() {
    const EntityTable names = queues({"q0", "q1", "q2", "q3"});
    int compared = 0;
    int most = 0;
    for (std::uint64_t seed = 1; seed <= 60; ++seed) {
        RandomStream random(seed, hashOf("paths"));
        Recorded broker;
        std::vector<QueueIndex> declared;
        std::vector<EntityId> nextOf;
        for (std::size_t i = 0; i < 4; ++i) {
            QueueOptions options;
            nextOf.push_back(static_cast<EntityId>(random.below(4)));
            options.deadLetterExchange = "";
            options.deadLetterRoutingKey = "q" + std::to_string(nextOf.back());
            if (random.chance(0.6))
                options.messageTtl = Duration(std::chrono::seconds(1 + random.below(5)));
            if (random.chance(0.3))
                options.maxLength = 2 + random.below(3);
            declared.push_back(*broker.declareQueue("q" + std::to_string(i), options, broker.now));
        }
        const ChannelIndex channel = broker.openChannel();
        for (std::uint32_t step = 1; step <= 60; ++step) {
            const QueueIndex queue = declared[random.below(4)];
            if (random.chance(0.35)) {
                Publish message;
                message.payload = step;
                broker.publishToQueue(queue, message, broker.now);
            } else if (random.chance(0.7)) {
                if (const auto got = broker.get(channel, queue, false, broker.now)) {
                    if (random.chance(0.2))
                        broker.ack(got->message, got->tag, broker.now);
                    else
                        broker.nack(got->message, got->tag, random.chance(0.2), broker.now);
                }
            } else {
                broker.now += Duration(std::chrono::milliseconds(random.below(3000)));
                while (broker.nextTimer() <= broker.now)
                    broker.advance(broker.nextTimer());
            }
            broker.note(names, nextOf);
        }
        for (std::size_t i = 0; i < declared.size(); ++i) {
            broker.forEachReady(declared[i], [&](MessageIndex index) {
                const std::uint32_t payload = broker.describe(index).payload;
                const MessageHistory told = historyOf(payload, broker.events, names);
                QStringList expected;
                for (const Death& death : broker.deaths(index)) {
                    expected << QString("%1 %2 %3")
                                    .arg(broker.keyText(death.queue).c_str(),
                                         xDeathReason(death.reason).data())
                                    .arg(death.count);
                    most = std::max(most, static_cast<int>(death.count));
                }
                QCOMPARE(told.paths.size(), std::size_t(1));
                QCOMPARE(deathsOf(told.paths[0], names), expected.join(", "));
                QCOMPARE(told.paths[0].stays.back().queue, static_cast<EntityId>(i));
                QVERIFY(told.paths[0].stays.back().end == End::None);
                ++compared;
            });
        }
    }
    QVERIFY2(compared > 100 && most > 3, qPrintable(QString("%1 compared, %2").arg(compared).arg(most)));
}

/// A drawing whose work queue sends what was rejected to a delay queue, and that one back after 30 s.
void MessagePathTest::followsARunRoundADelayQueue() {
    const test::Run run = test::run(R"({"sluice":1,"nodes":[
 {"id":"c","kind":"client","workload":"constant","rate":1,"count":1},
 {"id":"work","kind":"queue"},{"id":"delay","kind":"queue","messageTtl":"30s"},
 {"id":"s","kind":"service","serviceTime":"10ms"}],
"links":[{"id":"p","kind":"publish","from":"c","to":"work"},
 {"id":"t","kind":"consume","from":"work","to":"s"},
 {"id":"d","kind":"deadLetter","from":"work","to":"delay"},
 {"id":"b","kind":"deadLetter","from":"delay","to":"work"}],
"scenarios":[{"id":"s1","until":"200s","actions":[
 {"at":"0s","do":"fail","target":"s","failure":"unexpectedError","duration":"50s"}]}]})");
    const MessageHistory told = historyOf(1, run.trace.events, *run.table);
    QCOMPARE(told.paths.size(), std::size_t(1));
    QVERIFY(told.mishaps.empty());
    const MessagePath& path = told.paths[0];
    QCOMPARE(deathsOf(path, *run.table), QString("delay expired 2, work rejected 2"));
    QCOMPARE(path.stays.size(), std::size_t(5));
    for (std::size_t i = 1; i < 4; i += 2)
        QCOMPARE(path.stays[i].ended - path.stays[i].arrived, TraceTime(30s));
    QVERIFY(path.stays[4].end == End::Acknowledged);
    QCOMPARE(run.table->entities[path.stays[4].queue].id, std::string("work"));
}

QTEST_GUILESS_MAIN(MessagePathTest)
#include "tst_messagepath.moc"
