#pragma once

#include <cstdint>
#include <functional>
#include <nlohmann/json.hpp>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "core/base/duration.h"
#include "core/base/result.h"
#include "core/engine/queuebroker/brokerstate.h"
#include "core/engine/queuebroker/deathlog.h"
#include "core/engine/queuebroker/queueeffect.h"
#include "core/engine/queuebroker/queueoptions.h"
#include "core/engine/queuebroker/router.h"
#include "core/engine/queuebroker/routingkeys.h"
#include "core/engine/queuebroker/slab.h"
#include "core/engine/queuebroker/timerheap.h"

namespace sluice {

inline constexpr Duration kNoExpiry{-1};

/// What few messages have. The broker copies what it needs; the pointee need only live through the call.
struct MessageProperties {
    nlohmann::json headers = nlohmann::json::object();  ///< CC and BCC in it add routing keys
    std::string replyTo;  ///< "amq.rabbitmq.reply-to": the broker fills in the publisher's own address
};

/// One basic.publish.
struct Publish {
    std::uint32_t payload = 0;        ///< the caller's own handle; the broker never looks at it
    std::uint32_t size = 0;           ///< bytes of the body, for x-max-length-bytes
    Duration expiration = kNoExpiry;  ///< the message's own TTL, >= 0 when set
    const MessageProperties* properties = nullptr;
    ChannelIndex channel{};     ///< the publisher's; needed for direct reply-to only
    std::uint8_t priority = 0;  ///< above the queue's maximum counts as the maximum
    bool mandatory = false;
};

enum class PublishOutcome : std::uint8_t {
    Confirmed,
    Nacked,
    Returned,
    Refused,  ///< the channel would be closed: internal exchange, or no direct reply-to consumer. No effects
};

/// One basic.consume.
struct Consume {
    std::uint32_t prefetch = 0;  ///< unacknowledged messages this consumer may hold; 0: unlimited
    bool autoAck = false;        ///< prefetch is ignored
    bool exclusive = false;
    std::int32_t priority = 0;  ///< x-priority
};

/// A message as it stands in a queue or with a consumer.
struct MessageView {
    std::uint32_t payload = 0;
    std::string_view exchange;    ///< last published or dead-lettered to
    std::string_view routingKey;  ///< the first, if there are several (CC)
    bool redelivered = false;
    std::uint32_t deliveryCount = 0;  ///< times it came back; x-delivery-count of a quorum queue
    Duration expiration = kNoExpiry;  ///< its own TTL, until it is dead-lettered
    nlohmann::json headers;           ///< an object, with x-death, x-first-death-* and x-delivery-count
    std::string replyTo;
};

/// What basic.get found.
struct Got {
    MessageIndex message{};
    std::uint32_t payload = 0;
    std::uint32_t tag = 0;
    std::uint32_t remaining = 0;  ///< ready messages left in the queue
    bool redelivered = false;
};

/// What publishPlain() and ackPlain() did beside their own: a message that was handed to a consumer.
struct Handover {
    MessageIndex message{};  ///< none: nothing was handed out
    ConsumerIndex consumer{};
    std::uint32_t payload = 0;
    std::uint32_t tag = 0;
    std::uint32_t returns = 0;  ///< earlier deliveries that came back
};

/// Counts of one queue; enqueued == ready + unacknowledged + acknowledged + deadLettered + discarded.
struct QueueCounts {
    std::uint64_t enqueued = 0;
    std::uint64_t acknowledged = 0;
    std::uint64_t deadLettered = 0;
    std::uint64_t discarded = 0;
    std::uint64_t readyBytes = 0;
    std::uint32_t ready = 0;
    std::uint32_t unacknowledged = 0;
    std::uint32_t consumers = 0;  ///< as a passive declare tells: of a quorum queue with a single active
                                  ///< consumer that one only, and those that only hold messages any more too
};

/// A RabbitMQ 3.10 virtual host as a state machine: commands and a time in, effects out. It has no clock, no
/// thread and no randomness; it belongs to whoever plays the time (the Engine, the conformance runner).
///
/// Time: every command takes `now`, which never goes back. What was due before must have been performed
/// first: call advance(nextTimer()) until nextTimer() > now (at equal times the caller decides who comes
/// first). Effects accumulate in effects() until clearEffects(), so a caller may issue commands while it
/// walks them by index. Handles of deleted queues, ended consumers and finished messages may be given out
/// again after clearEffects(); those of channels never are.
///
/// Dead letters and what follows from them are performed within the command, after everything the command
/// does in its own queue: RabbitMQ's queues are processes, and a dead letter is a message between two of
/// them.
class QueueBroker {
public:
    QueueBroker();

    // Declaring. Declaring again with equal options gives the same index; with others an error (the broker
    // would close the channel with PRECONDITION_FAILED).

    Result<ExchangeIndex> declareExchange(std::string_view name, ExchangeType type,
                                          const ExchangeOptions& options = {});
    Result<QueueIndex> declareQueue(std::string_view name, const QueueOptions& options, Duration now);
    /// `arguments`: of a headers exchange, with x-match all, any, all-with-x or any-with-x.
    void bindQueue(ExchangeIndex exchange, QueueIndex queue, std::string_view routingKey,
                   const nlohmann::json& arguments = nullptr);
    void bindExchange(ExchangeIndex source, ExchangeIndex destination, std::string_view routingKey,
                      const nlohmann::json& arguments = nullptr);
    /// No such binding: nothing happens, as in the broker.
    void unbindQueue(ExchangeIndex exchange, QueueIndex queue, std::string_view routingKey,
                     const nlohmann::json& arguments = nullptr);
    void unbindExchange(ExchangeIndex source, ExchangeIndex destination, std::string_view routingKey,
                        const nlohmann::json& arguments = nullptr);
    void deleteExchange(ExchangeIndex exchange);

    /// The default exchange: routes to the queue whose name is the routing key.
    [[nodiscard]] static ExchangeIndex defaultExchange() { return ExchangeIndex{0}; }
    [[nodiscard]] std::optional<ExchangeIndex> findExchange(std::string_view name) const;
    [[nodiscard]] std::optional<QueueIndex> findQueue(std::string_view name) const;
    RoutingKeyIndex internKey(std::string_view routingKey) { return m_keys.intern(routingKey); }
    [[nodiscard]] const std::string& keyText(RoutingKeyIndex key) const { return m_keys.text(key); }
    [[nodiscard]] const std::string& queueName(QueueIndex queue) const;
    [[nodiscard]] const std::string& exchangeName(ExchangeIndex exchange) const;

    // Publishing.

    PublishOutcome publish(ExchangeIndex exchange, RoutingKeyIndex key, const Publish& message, Duration now);
    /// Through the default exchange, without a look at the name.
    PublishOutcome publishToQueue(QueueIndex queue, const Publish& message, Duration now);

    /// The short way for the most frequent case: publishToQueue() and ack() as one call without effects, for
    /// a classic queue without limits, time to live, priorities and single active consumer, whose consumers
    /// all acknowledge. What it did is the same, and comes back by value. Only while effects() is empty.
    [[nodiscard]] bool isPlain(QueueIndex queue) const { return m_queues[queue].plain; }
    /// The message stands in the queue, ready or handed to `next`.
    void publishPlain(QueueIndex queue, std::uint32_t payload, std::uint32_t size, Handover& next,
                      Duration now);
    /// False, and nothing happened: not a delivery of a plain queue to a consumer that is still there; use
    /// ack().
    bool ackPlain(MessageIndex message, std::uint32_t tag, Handover& next, Duration now);

    /// The queues that such a message would come to. Good until the next call that is not const.
    std::span<const QueueIndex> routeOf(ExchangeIndex exchange, RoutingKeyIndex key,
                                        const MessageProperties* properties);

    // Consuming. A channel orders delivery tags and holds what its consumers have not acknowledged.

    ChannelIndex openChannel();
    /// Ends its consumers, then puts back what it holds.
    void closeChannel(ChannelIndex channel, Duration now);
    [[nodiscard]] bool isOpen(ChannelIndex channel) const;

    /// Errors: somebody consumes exclusively, or this one wants to and is not alone (ACCESS_REFUSED).
    Result<ConsumerIndex> consume(ChannelIndex channel, QueueIndex queue, const Consume& options,
                                  Duration now);
    /// Direct reply-to: consumes amq.rabbitmq.reply-to with automatic acknowledgement; one a channel. What is
    /// published with that reply-to carries replyAddress() of its channel, and what is published to that key
    /// through the default exchange is delivered at once, without a queue.
    Result<ConsumerIndex> consumeReplies(ChannelIndex channel);
    [[nodiscard]] static std::string replyAddress(ChannelIndex channel);
    /// What it holds stays unacknowledged with the channel.
    void cancel(ConsumerIndex consumer, Duration now);
    /// False: basic.get is refused (a quorum queue with a single active consumer).
    [[nodiscard]] bool allowsGet(QueueIndex queue) const {
        return !m_queues[queue].quorum || !m_queues[queue].options.singleActiveConsumer;
    }
    std::optional<Got> get(ChannelIndex channel, QueueIndex queue, bool autoAck, Duration now);

    /// By delivery tag, as a client does. False: no such delivery on that channel (PRECONDITION_FAILED); the
    /// broker closes the channel then, and so does this one. Tag 0 with `multiple`: all.
    bool ack(ChannelIndex channel, std::uint32_t tag, bool multiple, Duration now);
    bool nack(ChannelIndex channel, std::uint32_t tag, bool multiple, bool requeue, Duration now);
    bool reject(ChannelIndex channel, std::uint32_t tag, bool requeue, Duration now) {
        return nack(channel, tag, false, requeue, now);
    }

    /// The same by what Delivered told, without a search. False, and nothing happens, when that delivery is
    /// no longer out: its queue was deleted or its channel closed.
    bool ack(MessageIndex message, std::uint32_t tag, Duration now);
    bool nack(MessageIndex message, std::uint32_t tag, bool requeue, Duration now);

    /// Removes ready messages; returns how many.
    std::uint32_t purge(QueueIndex queue, Duration now);
    /// `why`: what QueueDeleted tells.
    void deleteQueue(QueueIndex queue, Duration now, QueueEnd why = QueueEnd::Done);
    /// A passive declare: counts as use for x-expires.
    void touch(QueueIndex queue, Duration now);

    /// The broker stops and comes back: all channels are closed, held messages ready again; queues that are
    /// not durable are gone, and from durable classic ones the messages whose payload does not persist
    /// (delivery mode 1). Source: RabbitMQ, "Queues", durability; "Reliability Guide".
    void restart(const std::function<bool(std::uint32_t payload)>& persists, Duration now);

    // Time.

    /// When something expires next; Duration::max() when nothing is pending. May be earlier than the real
    /// expiry (a timer of a message that has left), never later.
    [[nodiscard]] Duration nextTimer() const { return m_timers.next(); }
    /// Performs what is due at or before `now`, in order.
    void advance(Duration now);

    // Looking.

    [[nodiscard]] std::span<const QueueEffect> effects() const { return m_effects; }
    void clearEffects();

    [[nodiscard]] std::uint32_t ready(QueueIndex queue) const { return m_queues[queue].ready; }
    [[nodiscard]] QueueCounts counts(QueueIndex queue) const;
    [[nodiscard]] QueueIndex queueOf(ConsumerIndex consumer) const { return m_consumers[consumer].queue; }
    [[nodiscard]] ChannelIndex channelOf(ConsumerIndex consumer) const {
        return m_consumers[consumer].channel;
    }
    /// When the message came to its queue, or came back to it; a look by basic.get does not count.
    [[nodiscard]] Duration enqueuedAt(MessageIndex message) const { return m_messages[message].enqueued; }
    [[nodiscard]] bool isAutoAck(ConsumerIndex consumer) const { return m_consumers[consumer].autoAck; }
    /// Unacknowledged messages the consumer holds.
    [[nodiscard]] std::uint32_t held(ConsumerIndex consumer) const { return m_consumers[consumer].held; }
    [[nodiscard]] MessageView describe(MessageIndex message) const;
    /// The exchanges a message went through from the one it was published or dead-lettered to, which comes
    /// first, to the one whose binding names its queue; empty when it came through the default exchange or no
    /// way leads there any more.
    [[nodiscard]] std::vector<ExchangeIndex> wayOf(MessageIndex message);
    /// Its deaths, newest first, without building a description.
    [[nodiscard]] std::span<const Death> deaths(MessageIndex message) const;
    /// The ready messages in the order in which they will be delivered.
    void forEachReady(QueueIndex queue, const std::function<void(MessageIndex)>& visit) const;

    /// The first rule that does not hold, as a sentence; empty when all is well. For tests: it looks at
    /// everything.
    [[nodiscard]] std::string checkInvariants() const;

private:
    struct DeadLetter {
        QueueIndex queue;
        MessageIndex message;
        std::uint32_t hop = 0;  ///< deaths within the same command that led to it
    };
    enum class Settlement : std::uint8_t { Acknowledge, Requeue, Reject };

    // queuebroker.cpp: declaring, publishing.
    PublishOutcome publishTo(std::span<const QueueIndex> queues, ExchangeIndex exchange, RoutingKeyIndex key,
                             const Publish& message, ColdIndex cold, Duration now);
    PublishOutcome publishWithProperties(ExchangeIndex exchange, RoutingKeyIndex key, const Publish& message,
                                         Duration now);
    /// Direct reply-to: true when the routing key is the address of a consumer, which has it then.
    bool deliverReply(RoutingKeyIndex key, const Publish& message, ColdIndex cold);
    EnvelopeIndex envelopeOf(const Publish& message, RoutingKeyIndex exchange, RoutingKeyIndex key);
    MessageIndex take(const Publish& message, EnvelopeIndex envelope);
    [[nodiscard]] std::uint32_t sizeOf(const QueuedMessage& message) const {
        return m_envelopes[message.envelope].size;
    }
    void letGo(MessageIndex message);
    void dropTransient(QueueIndex queue, const std::function<bool(std::uint32_t)>& persists, Duration now);
    ColdIndex takeCold();
    KeyListIndex internKeys(std::vector<RoutingKeyIndex> keys);

    // queuebrokerdispatch.cpp: a queue's messages and consumers.
    /// False: the queue refuses it. `published`: by a client, so not a dead letter.
    bool enqueue(QueueIndex queue, MessageIndex message, bool published, Duration now);
    /// A quorum queue's answer to one more message from a client.
    static bool refuses(Queue& queue);
    static void noteLimit(Queue& queue);
    [[nodiscard]] static bool isOverLimit(const Queue& queue) {
        return queue.ready > queue.maxLength || queue.readyBytes > queue.maxBytes;
    }
    [[nodiscard]] bool wouldOverflow(const Queue& queue, std::uint32_t size) const;
    MessageIndex head(const Queue& queue) const;
    /// Which of the queue's lists: the priority that counts there; of a quorum queue 1 for what came back.
    [[nodiscard]] std::size_t levelOf(const Queue& queue, const QueuedMessage& message) const;
    void insert(Queue& queue, MessageIndex message, MessageIndex after, MessageState state);
    void append(Queue& queue, MessageIndex message, MessageState state);
    /// Puts it where its sequence belongs, looking from `hint` on if that is ready and before it.
    void putBack(Queue& queue, MessageIndex message, MessageIndex hint);
    void unlinkReady(Queue& queue, MessageIndex message);
    MessageIndex fetch(QueueIndex queue, Duration now);
    ConsumerIndex nextConsumer(Queue& queue);
    /// The same where no consumer is the only active one.
    ConsumerIndex nextInTurn(Queue& queue);
    /// Whether a consumer has room; those before it, which have none, lose their turn.
    bool hasReader(Queue& queue);
    void list(Queue& queue, ConsumerIndex consumer);
    void unlist(Queue& queue, ConsumerIndex consumer);
    std::uint32_t nextTag() {
        m_lastTag = m_lastTag == UINT32_MAX ? 1 : m_lastTag + 1;  // 0 means all of them
        return m_lastTag;
    }
    /// Counts and tells a delivery; a getter's may be acknowledged automatically too.
    void deliver(QueueIndex queue, MessageIndex message, ConsumerIndex consumer, bool autoAck);
    void run(QueueIndex queue, Duration now);
    void handPlain(Queue& queue, MessageIndex message, ConsumerIndex by, Handover& next);

    // queuebrokerconsume.cpp: channels and consumers, queues that go.
    void endConsumer(ConsumerIndex consumer);
    /// The queue's single active consumer from now on; none when there is no other.
    void activate(QueueIndex queue, ConsumerIndex consumer);
    void afterConsumerLeft(QueueIndex queue, Duration now);
    void dropQueue(QueueIndex queue, QueueEnd why);
    /// Deliveries of a queue that is gone stay with their channels, which belong to nobody then.
    void orphanHeld(QueueIndex queue);

    // queuebrokersettle.cpp: acknowledging, giving back.
    bool settle(ChannelIndex channel, std::uint32_t tag, bool multiple, Settlement how, Duration now);
    bool settleOne(MessageIndex message, std::uint32_t tag, Settlement how, Duration now);
    /// Messages of one queue and one consumer, oldest first, already off their channel's list.
    void settleGroup(QueueIndex queue, std::span<const MessageIndex> messages, Settlement how, Duration now);
    void requeueAll(QueueIndex queue, std::span<const MessageIndex> messages, bool clientAsks, Duration now);
    /// Whether what a client requeues goes to the tail, one after the other: a quorum queue without a limit
    /// of deliveries (3.10).
    [[nodiscard]] static bool requeuesAtTail(const Queue& queue) {
        return queue.quorum && !queue.options.deliveryLimit;
    }
    void unlinkHeld(MessageIndex message);
    /// Of two holders on one channel and queue, whose messages are settled first.
    [[nodiscard]] bool returnsBefore(ConsumerIndex a, ConsumerIndex b) const;

    // queuebrokerexpiry.cpp: time, length limits, dead letters.
    void dropExpired(QueueIndex queue, Duration now);
    bool dropOverLimit(QueueIndex queue, Duration now);
    void armUnused(QueueIndex queue, Duration now);
    /// The message, off every list, dies in the queue: dead-lettered if it can be, else discarded.
    /// `refused`: Refused when the queue never took it.
    void die(QueueIndex queue, MessageIndex message, DeathReason reason, Duration now,
             DiscardReason refused = DiscardReason::None);
    void discard(QueueIndex queue, MessageIndex message, DeathReason reason, DiscardReason why);
    void deliverDeadLetters(Duration now);
    [[nodiscard]] static std::uint32_t expiryTimer(QueueIndex queue) { return queue.value * 2; }
    [[nodiscard]] static std::uint32_t unusedTimer(QueueIndex queue) { return queue.value * 2 + 1; }

    // queuebrokeraudit.cpp: invariants.
    [[nodiscard]] std::string checkCounts(QueueIndex queue) const;
    /// In debug builds after every command: what it touched adds up, and everything does whenever as much has
    /// been touched as there is to look at.
    void audit();

    // queuebrokerview.cpp: descriptions.
    /// Takes over an x-death header that the message was published with.
    void readDeaths(ColdMessage& cold);
    void describeDeaths(const ColdMessage& cold, nlohmann::json& headers) const;

    QueueEffect& note(QueueEffectKind kind, const QueuedMessage& message, MessageIndex index) {
        QueueEffect& effect = m_effects.emplace_back();
        effect.kind = kind;
        effect.payload = message.payload;
        effect.message = index;
        effect.queue = message.queue;
        return effect;
    }

    RoutingKeys m_keys;
    Router m_router{m_keys};
    Envelopes m_envelopes;
    Slab<QueuedMessage, MessageIndex> m_messages;
    Slab<ColdMessage, ColdIndex> m_cold;
    Slab<Queue, QueueIndex> m_queues;
    Slab<Consumer, ConsumerIndex> m_consumers;
    std::vector<Channel> m_channels;
    std::uint32_t m_consumerOrder = 0;
    std::uint32_t m_lastTag = 0;
    TimerHeap m_timers;
    std::vector<QueueEffect> m_effects;
    std::size_t m_unaudited = 0;  ///< effects since everything was looked at
    std::vector<std::vector<RoutingKeyIndex>> m_keyLists;
    std::vector<std::pair<RoutingKeyIndex, ConsumerIndex>> m_replyAddresses;

    std::vector<QueueIndex> m_targets;  // of the publish that is being performed

    // Dead letters on their way; given back when effects are cleared.
    std::vector<DeadLetter> m_deadLetters;
    bool m_deliveringDeadLetters = false;
    std::size_t m_mostLetters = 0;
    std::uint32_t m_hop = 0;  ///< of the dead letter that is being delivered
    std::vector<MessageIndex> m_gone;
    std::vector<ConsumerIndex> m_goneConsumers;
    std::vector<QueueIndex> m_goneQueues;
};

}  // namespace sluice
