#pragma once

#include <cstdint>
#include <memory>
#include <optional>
#include <stop_token>
#include <unordered_map>
#include <vector>

#include "core/base/result.h"
#include "core/engine/duenow.h"
#include "core/engine/enginestate.h"
#include "core/engine/eventqueue.h"
#include "core/engine/logbroker/logbroker.h"
#include "core/engine/logbroker/partitioner.h"
#include "core/engine/messagepool.h"
#include "core/engine/newestbykey.h"
#include "core/engine/queuebroker/queuebroker.h"
#include "core/engine/timeouts.h"
#include "core/engine/topology/topology.h"
#include "core/engine/tracer.h"

namespace sluice {

/// The discrete-event loop: plays a topology on the two brokers and tells what happens. Deterministic: events
/// of one time are ordered by priority, then insertion, and each element and link draws from a random stream
/// of its own. No threads, no wall clock; lives where runUntil() is called. Split over the engine*.cpp files
/// by what it plays.
class Engine {
public:
    /// `outside`: where some of its queues and topics stand; null: all are played here.
    explicit Engine(std::shared_ptr<const Topology> topology,
                    std::shared_ptr<OutsideBroker> outside = nullptr);

    /// Plays everything due up to and including `time`. Returns early when stopped, and for good when it gets
    /// no further (see failure()).
    Progress runUntil(TraceTime time, TraceSink* sink, const std::stop_token& stop);
    /// What the broker outside has told happens now, where runUntil() has come to; what follows from it is
    /// played when that is called again.
    void tell(const OutsideNews& news);
    /// Why the run cannot go on: at one instant there were more steps than a million, and kMostForEach more
    /// for each message in the system at a time or sent in a burst: something goes round without taking time.
    /// Or there are more messages, or pending events, than a run has room for.
    [[nodiscard]] const std::optional<Error>& failure() const { return m_failure; }
    [[nodiscard]] std::uint64_t fingerprint() const { return m_tracer.fingerprint(); }

private:
    using DueKind = enginestate::DueKind;
    using Fault = enginestate::Fault;
    using Way = enginestate::Way;
    using JobSource = enginestate::JobSource;
    using JobState = enginestate::JobState;
    using Instance = enginestate::Instance;
    using Assignment = enginestate::Assignment;
    using Job = enginestate::Job;
    using Service = enginestate::Service;
    using Seat = enginestate::Seat;
    using RequestState = enginestate::RequestState;
    using Request = enginestate::Request;
    using StoreUse = enginestate::StoreUse;
    using Store = enginestate::Store;
    using Group = enginestate::Group;
    using MemberPlace = enginestate::MemberPlace;
    using ClientState = enginestate::ClientState;
    using Outside = enginestate::Outside;

    // engine.cpp: the loop, messages, links.
    void play(TraceTime time, const std::stop_token& stop);
    [[nodiscard]] bool isOver();
    [[nodiscard]] bool isPending(const Timeouts::Deadline& deadline) const;
    void perform(const Due& due);
    [[gnu::noinline]] void performSeldom(const Due& due);
    void schedule(TraceTime at, DueKind kind, std::uint32_t a, std::uint32_t b = 0, std::uint32_t c = 0,
                  std::uint16_t small = 0);
    void emit(EventKind kind, EntityId subject, MessageId message, std::uint32_t peer = 0,
              std::uint16_t detail = 0, std::int64_t value = 0, std::uint8_t flags = 0,
              FailureKind cause = FailureKind::None) {
        m_tracer.emit(m_now, kind, subject, message, peer, detail, value, marksOf(flags, cause));
    }
    std::uint32_t createMessage(std::uint16_t type, std::int64_t key, EntityId creator, std::uint32_t parent,
                                std::uint8_t flags);
    void release(std::uint32_t message) {
        if (m_messages.release(message))
            released(message);
    }
    void released(std::uint32_t message);
    [[nodiscard]] bool isAtWork(const Timeouts::Deadline& deadline) const {
        return m_jobs.isCurrent(deadline.index, deadline.generation);
    }
    /// Over the link, then arrive() or arriveBack() with the same arguments. Takes over the caller's
    /// reference.
    void move(std::uint32_t link, std::uint32_t message, std::uint32_t extra, std::uint16_t small,
              bool back = false) {
        const Way& way = m_ways[link];
        if (!way.atOnce)
            return moveOverTime(link, message, extra, small, back);
        m_immediate.push({static_cast<std::uint8_t>(back ? DueKind::ArriveBack : way.arrival), small, link,
                          message, extra});
    }
    void moveOverTime(std::uint32_t link, std::uint32_t message, std::uint32_t extra, std::uint16_t small,
                      bool back);
    [[nodiscard]] std::uint32_t connectionsOf(std::uint32_t link) const;
    [[nodiscard]] std::uint32_t connectionOf(std::uint32_t link, std::uint32_t extra, std::uint16_t small);
    void lose(std::uint32_t link, std::uint32_t message, std::uint32_t extra, std::uint16_t small, bool back);
    void arrive(std::uint32_t link, std::uint32_t message, std::uint32_t extra, std::uint16_t small);
    void arriveBack(std::uint32_t link, std::uint32_t message, std::uint32_t extra);
    [[nodiscard]] bool isDown(std::uint32_t element) const {
        return m_brokerDown > 0 || (m_faulty[element] && m_faults[element].down > 0);
    }
    [[nodiscard]] bool isCut(EntityId link) const { return m_faulty[link] && m_faults[link].cut > 0; }
    [[nodiscard]] EntityId entityOfLink(std::uint32_t link) const { return m_ways[link].entity; }

    // enginestandstill.cpp
    void noteBurst(std::uint64_t messages);
    [[gnu::noinline]] bool goesOn(const std::stop_token& stop);
    [[nodiscard]] Error standstill(const std::stop_token& stop);
    [[nodiscard]] Error crowded() const;
    [[nodiscard]] std::string nameOf(EntityId element) const;

    // engineclients.cpp
    void startClients();
    static Duration untilNext(const ClientPlan& plan, RandomStream& random, TraceTime from);
    void tickClient(std::uint32_t client);
    static std::int64_t chooseKey(const ClientPlan& plan, ClientState& state, RandomStream& random);
    void sendFrom(std::uint32_t client, std::uint16_t type, std::int64_t key);
    void informUser(const Request& request, FailureKind cause);

    // enginerequests.cpp
    std::uint32_t ask(Request request, std::uint32_t message, Duration timeout);
    void letGo(std::uint32_t request);
    void deleteReplyQueue(Request& request);
    void answer(std::uint32_t job, std::uint16_t type, FailureKind cause) {
        if (m_messages.at(m_jobs.at(job).message).request != kNone)
            answerRequest(job, type, cause);
    }
    void answerRequest(std::uint32_t job, std::uint16_t type, FailureKind cause);
    void answerCall(std::uint32_t link, std::uint32_t asked, std::uint16_t type, FailureKind cause);
    void arriveAtReplyQueue(std::uint32_t message);
    [[nodiscard]] RoutingKeyIndex replyAddressOf(Instance& instance);
    void replyDirectly(std::uint32_t message);
    std::uint32_t replyLinkTo(const QueuePlan& queue, const Request& request);
    void takeAnswer(std::uint32_t index, std::uint32_t message);
    void resume(const Request& request, FailureKind cause);
    void timeOut(std::uint32_t index);
    void failRequest(std::uint32_t index);
    void externalDone(std::uint32_t link, std::uint32_t message);

    // engineservices.cpp
    void takeCall(std::uint32_t link, std::uint32_t message, std::uint32_t service);
    void takeUp(std::uint32_t job, std::uint32_t message, std::uint16_t generation);
    void startOrWait(std::uint32_t job, bool first);
    void startJob(std::uint32_t job, Job& j, Instance& instance);
    void proceed(std::uint32_t job);
    /// True when the step is done and the next may follow at once.
    bool performStep(std::uint32_t job, const StepPlan& step);
    bool workStep(std::uint32_t job, const StepPlan& step, EntityId service);
    bool publishStep(std::uint32_t job, const StepPlan& step);
    bool callStep(std::uint32_t job, const StepPlan& step, std::uint16_t attempt);
    void callAgain(std::uint32_t job, std::uint32_t generation);
    bool storeStep(std::uint32_t job, const StepPlan& step);
    void finishJob(std::uint32_t job);
    void failJob(std::uint32_t job, FailureKind failure);
    void endJob(std::uint32_t job, FailureKind failure);
    void settleDelivery(const Assignment& job, FailureKind failure, bool retries);
    Duration backoffOf(std::uint32_t link, std::uint32_t attempt);
    void startWaiting(Instance& instance);

    // engineinstances.cpp
    void startServices();
    void startInstance(std::uint32_t service, std::uint16_t instance);
    void instanceReady(std::uint32_t service, std::uint16_t instance);
    void stopInstance(std::uint32_t service, std::uint16_t instance);
    void abandon(std::uint32_t job);

    // enginequeues.cpp
    void declareQueues();
    void declareExchanges();
    void declareQueue(std::uint32_t queue);
    void declareBindings();
    [[nodiscard]] bool isPlain(QueueIndex queue) const {
        return !m_settling && queue.valid() && m_queues.isPlain(queue) && m_queues.effects().empty();
    }
    void enqueuePlain(std::uint32_t queue, std::uint32_t message);
    bool settlePlain(const Assignment& job);
    void handOver(const Handover& next, EntityId queue);
    void settleEffects();
    void settleEffect(const QueueEffect& effect, std::uint32_t queue);
    void discarded(const QueueEffect& effect, std::uint32_t queue);
    void requeued(const QueueEffect& effect, EntityId entity);
    void delivered(const QueueEffect& effect, EntityId entity);
    void replied(const QueueEffect& effect);
    void deadLettered(const QueueEffect& effect, std::uint32_t queue);
    [[nodiscard]] FailureKind causeOfDeath(DeathReason reason, std::uint32_t queue,
                                           const Message& message) const;
    void showMove(EntityId from, EntityId to, std::uint32_t message);
    void showBinding(const QueueEffect& effect, EntityId queue);
    [[nodiscard]] EntityId placeOf(const QueueEffect& effect) const;
    [[nodiscard]] EntityId entityOfExchange(ExchangeIndex exchange) const;

    // engineoutside.cpp
    void attach(std::shared_ptr<OutsideBroker> broker);
    [[nodiscard]] bool isOutside(EntityId element) const { return m_outside && m_outside->has[element] != 0; }
    [[gnu::noinline]] void noteCreated(const Message& message, MessageId cause, EntityId creator);
    void sendOutside(std::uint32_t link, std::uint32_t message, std::uint16_t attempt);
    void sendTo(EntityId place, std::uint32_t message, std::uint32_t link, std::uint16_t attempt);
    void confirmed(const OutsideNews& news);
    void refused(std::uint32_t number);
    [[nodiscard]] std::vector<EntityId> routedTo(ExchangeIndex exchange, RoutingKeyIndex key,
                                                 const MessageProperties* properties);
    Outside::Place& standIn(Outside::Sent& sent, EntityId queue, EntityId from);
    void leavePlace(Outside::Sent& sent, EntityId queue);
    void died(Outside::Sent& sent, EntityId queue, DeathReason reason);
    Outside::Sent* arrived(const OutsideNews& news, EntityId queue);
    void deliveredOutside(const OutsideNews& news);
    void settleOutside(const Assignment& job, FailureKind failure, bool retries);
    void requeuedOutside(Outside::Sent& sent, EntityId queue, std::uint16_t instance, RequeueReason reason,
                         FailureKind cause);
    void forgetIfDone(std::uint32_t number);
    [[nodiscard]] bool isQuietOutside() const;

    // engineoutsidereaders.cpp
    void readOutside(std::uint32_t link, std::uint16_t instance);
    void leaveOutside(std::uint32_t link, std::uint16_t instance);
    void appended(Outside::Sent& sent, std::uint32_t partition, std::int64_t offset);
    void fetchedOutside(const OutsideNews& news, std::uint32_t link);
    void finishOutside(std::uint32_t delivery);

    // enginepublishers.cpp
    void publishAt(std::uint32_t link, std::uint32_t message, std::uint16_t attempt);
    void publishLater(std::uint32_t link, std::uint32_t message, std::uint16_t attempt);
    [[nodiscard]] Publish publishOf(std::uint32_t message) const;
    PublishOutcome publishToQueue(std::uint32_t queue, const Publish& publish);
    void tellPublisher(std::uint32_t link, std::uint32_t message, FailureKind cause);
    void tellAsker(std::uint32_t link, std::uint32_t message);
    void enqueueAgain(std::uint32_t queue, std::uint32_t message);

    // engineconsumers.cpp
    void subscribe(std::uint32_t service, std::uint16_t instance);
    bool consumeFrom(std::uint32_t link, std::uint16_t instance);
    void unsubscribe(std::uint32_t service, std::uint16_t instance);
    void subscribeAgain();
    void loseChannel(std::uint32_t job);
    void consumeAll(std::uint32_t service, std::uint16_t instance);
    void stopBroker();
    void startBroker();

    // enginetopics.cpp
    void declareTopics();
    void joinGroup(std::uint32_t group, std::uint16_t instance);
    void leaveGroup(std::uint32_t group, std::uint16_t instance);
    static std::string memberName(std::uint16_t instance, std::uint32_t slot);
    void append(std::uint32_t topic, std::uint32_t message, std::size_t diversions = 0);
    std::uint32_t partitionOf(std::uint32_t topic, const Message& message);
    [[nodiscard]] bool isStale(std::uint32_t topic, std::uint32_t message);
    void divert(std::uint32_t element, std::uint32_t message, std::size_t diversions);
    void fetch(MemberIndex member);
    void poll(MemberIndex member);
    void settleRecord(const Assignment& job, FailureKind failure);
    void committed(Group& group, TopicPartition of, Offset next);
    void finishRecord(MemberIndex member, std::uint16_t partition, Offset offset);
    void maintain();
    void settleLogEffects();
    void settleLogEffect(LogEffect effect);

    // enginestores.cpp
    void useStore(std::uint32_t store, std::uint32_t use);
    void beginUse(std::uint32_t store, std::uint32_t use);
    void storeDone(std::uint32_t store, std::uint32_t use);
    void writeRow(std::uint32_t store, const StoreUse& use);

    // engineactions.cpp
    void scheduleActions();
    [[nodiscard]] EntityId targetOf(const ActionPlan& plan) const;
    void beginAction(std::uint32_t action);
    void endAction(std::uint32_t action);
    void switchOnOff(const ActionPlan& plan, bool on);
    void setProperty(const ActionPlan& plan);
    void redrive(std::uint32_t action);
    void discardLetters(std::uint32_t action);
    /// The dead letters of the action's queue can be taken; else tries again in a second, or never.
    [[nodiscard]] bool canTakeLetters(std::uint32_t action);
    [[nodiscard]] RedriveVerdict verdictOn(const Message& message, std::uint32_t queue) const;
    void noteProcessed(std::uint32_t service, const Message& message);

    /// A consumer that was refused tries again so long after the queue may have become free: the recovery
    /// interval that client libraries come with.
    static constexpr Duration kRecovery = std::chrono::seconds(5);
    /// Records a member processes between two commits while there are more to read.
    static constexpr std::uint16_t kCommitEvery = 50;
    /// log.retention.check.interval.ms of Kafka's brokers.
    static constexpr Duration kMaintainEvery = std::chrono::minutes(5);
    /// Records of a partition after which those that nobody needs are forgotten.
    static constexpr Offset kForgetEvery = 1024;
    static constexpr std::uint32_t kStepsBetweenLooks = 4096;
    /// Steps at one instant, see failure().
    static constexpr std::uint64_t kMostAtOnce = 1'000'000;
    static constexpr std::uint64_t kMostForEach = 32;
    /// Beyond these a run would fill the memory, or the event queue's slots.
    static constexpr std::size_t kMostMessages = 40'000'000;
    static constexpr std::size_t kMostPending = 12'000'000;

    std::shared_ptr<const Topology> m_topology;
    const LinkPlan* m_links;        ///< the topology's
    const ServicePlan* m_handling;  ///< the topology's services
    const EntityTable& m_table;
    /// What there is to know of a message type while it runs.
    struct TypeFacts {
        std::uint32_t size = 0;  ///< bytes
        bool keyed = false;
    };
    std::vector<TypeFacts> m_types;  ///< by message type
    Tracer m_tracer;
    EventQueue m_due;
    DueNow m_immediate;      ///< before anything scheduled earlier for the same instant
    Timeouts m_timeouts;     ///< of requests
    Timeouts m_ackTimeouts;  ///< of jobs whose message is to be acknowledged
    TraceTime m_now{};
    /// An instant that takes longer than kStepsBetweenLooks steps.
    struct Instant {
        TraceTime at{-1};
        std::uint64_t steps = 0;
        std::uint64_t most = 0;
    };
    Instant m_instant;
    TraceTime m_burstAt{-1};
    std::uint64_t m_burst = 0;  ///< messages that clients sent at m_burstAt beyond their rate
    bool m_stands = false;      ///< the instant had more steps than it may
    std::optional<Error> m_failure;
    MessagePool m_messages;
    MessageId m_lastMessage = 0;
    std::vector<RandomStream> m_random;  ///< by entity
    std::vector<Fault> m_faults;         ///< by entity
    std::vector<std::uint8_t> m_faulty;  ///< by entity: m_faults holds something
    std::vector<std::vector<TraceTime>>
        m_lastArrival;        ///< by link and connection: each keeps the order of what it carries
    std::vector<Way> m_ways;  ///< by link
    std::uint32_t m_brokerDown = 0;

    std::vector<ClientPlan> m_clients;  ///< plans, which a `set` action may change
    std::vector<ClientState> m_clientStates;
    std::vector<Service> m_services;
    std::vector<Store> m_stores;
    Pool<Job> m_jobs;
    Pool<Request> m_requests;
    Pool<StoreUse> m_uses;
    std::vector<std::uint32_t> m_replyQueues;  ///< by queue plan: temporary queues that exist

    QueueBroker m_queues;
    std::vector<QueueIndex> m_queueOf;           ///< by queue plan
    std::vector<std::uint32_t> m_planOfQueue;    ///< by QueueIndex
    std::vector<EntityId> m_deadLettersTo;       ///< by queue plan
    std::vector<ExchangeIndex> m_exchangeOf;     ///< by exchange plan
    std::vector<RoutingKeyIndex> m_keyOf;        ///< by link: interned routing key
    std::vector<MessageProperties> m_headersOf;  ///< by publish link
    std::vector<Seat> m_seats;                   ///< by ConsumerIndex
    std::unordered_map<std::uint64_t, std::uint32_t>
        m_linkBetween;  ///< bind and dead-letter links by their ends
    /// Instances that read, or would read, a queue which somebody has for himself.
    struct Subscriber {
        std::uint32_t link = kNone;
        std::uint16_t instance = 0;
    };
    std::vector<Subscriber> m_refused;
    std::vector<Subscriber> m_ownerOf;  ///< by queue plan: of an exclusive queue that exists
    /// A job that waits for the confirm of what it published.
    struct AwaitedConfirm {
        std::uint32_t job = kNone;
        std::uint32_t generation = 0;
    };
    std::unordered_map<std::uint32_t, AwaitedConfirm> m_awaitedConfirms;  ///< by message
    /// The publish that is being performed.
    bool m_confirming = false;  ///< its publisher is told what becomes of it
    std::uint16_t m_publishAttempt = 0;
    std::uint32_t m_attempt = 0;  ///< at the delivery that was rejected last, from 1
    std::vector<std::uint32_t> m_toRelease;
    bool m_settling = false;
    bool m_redriving = false;
    ChannelIndex m_redriveChannel{};

    LogBroker m_logs;
    std::vector<TopicIndex> m_topicOf;        ///< by topic plan
    std::vector<StickyPartitioner> m_sticky;  ///< by topic plan
    std::vector<Group> m_groups;
    std::vector<std::uint32_t> m_groupOfLink;
    std::vector<std::uint32_t> m_groupOfBroker;                ///< by GroupIndex
    std::vector<std::vector<std::uint16_t>> m_partitionOfKey;  ///< by topic and message type
    std::vector<MemberPlace> m_memberPlaces;                   ///< by MemberIndex
    std::vector<MemberIndex> m_readers;                        ///< got partitions, and begin to read them
    bool m_settlingLogs = false;
    std::vector<NewestByKey> m_newest;     ///< by topic plan
    std::vector<NewestByKey> m_processed;  ///< by service, for redrives
    std::unique_ptr<Outside> m_outside;    ///< null: everything stands in the program
    bool m_redrives = false;               ///< the scenario has a redrive: what was processed must be known
};

}  // namespace sluice
