#pragma once

#include <cstdint>
#include <string>
#include <type_traits>
#include <vector>

#include "core/base/duration.h"
#include "core/engine/queuebroker/brokerindex.h"
#include "core/engine/queuebroker/envelopes.h"
#include "core/engine/queuebroker/queueoptions.h"

namespace sluice {

using ColdIndex = BrokerIndex<struct ColdTag>;

/// Where a message record is. Internal to QueueBroker, like all of this header.
enum class MessageState : std::uint8_t {
    Free,
    Moving,
    Ready,
    Returned,  ///< ready, in a quorum queue's list of returned messages
    Unacknowledged,
    Gone
};

/// A message in one queue; 56 bytes. It is in one list at a time: its queue's ready messages, its channel's
/// unacknowledged ones, or the free records.
struct QueuedMessage {
    Duration expiry{};           ///< Duration::max(): never
    Duration enqueued{};         ///< when it came to its queue, or came back
    std::uint32_t sequence = 0;  ///< its place in the queue, see precedes(); kept when it is requeued
    std::uint32_t payload = 0;
    EnvelopeIndex envelope{};
    MessageIndex prev{};
    MessageIndex next{};
    QueueIndex queue{};
    ColdIndex cold{};
    ConsumerIndex consumer{};  ///< who holds it, while unacknowledged
    std::uint32_t tag = 0;
    std::uint16_t returns = 0;  ///< times it came back to its queue; stops at the largest
    std::uint8_t priority = 0;
    MessageState state = MessageState::Free;

    /// Whether it came to their queue before the other. The count of 32 bits wraps round: right as long as
    /// fewer than 2^31 messages came between the two.
    [[nodiscard]] bool precedes(const QueuedMessage& other) const {
        return static_cast<std::int32_t>(sequence - other.sequence) < 0;
    }
};
static_assert(sizeof(QueuedMessage) == 56 && std::is_trivially_copyable_v<QueuedMessage>);

struct MessageList {
    MessageIndex head{};
    MessageIndex tail{};
};

struct Queue {
    MessageList base;              ///< ready messages: of priority 0, or all
    std::uint32_t ready = 0;       ///< in base and upper
    std::uint32_t upperReady = 0;  ///< in upper
    ConsumerIndex firstServed{};   ///< consumers to be tried, highest priority first, round robin within one
    ConsumerIndex lastServed{};
    std::uint64_t readyBytes = 0;
    std::uint32_t nextSequence = 0;
    EnvelopeIndex plainEnvelope{};  ///< of what publishPlain() took last
    Duration messageTtl = Duration::max();
    std::uint64_t enqueued = 0;
    std::uint64_t acknowledged = 0;
    std::uint32_t unacknowledged = 0;
    std::uint32_t got = 0;  ///< of them, those taken by basic.get
    bool alive = false;
    bool quorum = false;
    bool limited = false;  ///< has a length limit
    bool hadConsumers = false;
    bool expiring = false;   ///< has had a message that can expire
    bool plain = false;      ///< publishPlain() and ackPlain() will do
    bool published = false;  ///< quorum: somebody has published to it
    bool refusing = false;   ///< quorum: went over its limit, and publishers were told
    std::uint64_t deadLettered = 0;
    std::uint64_t discarded = 0;
    std::uint64_t maxLength = 0;
    std::uint64_t maxBytes = 0;
    std::vector<MessageList> upper;        ///< priorities 1, 2, ...; of a quorum queue: what was returned
    std::vector<ConsumerIndex> consumers;  ///< all, in order of registration
    ConsumerIndex active{};                ///< single active consumer
    ConsumerIndex exclusiveHolder{};
    Duration declared{};
    RoutingKeyIndex name{};
    RoutingKeyIndex deadLetterExchange{};  ///< none: no dead-lettering
    RoutingKeyIndex deadLetterKey{};       ///< none: the message's own
    QueueOptions options;
};

struct Consumer {
    QueueIndex queue{};
    ChannelIndex channel{};
    ConsumerIndex prev{};
    ConsumerIndex next{};
    std::uint32_t prefetch = 0;
    std::uint32_t held = 0;
    std::int32_t priority = 0;
    std::uint32_t order = 0;  ///< of registration, among all
    bool autoAck = false;
    bool listed = false;   ///< in its queue's list of those to be tried
    bool blocked = false;  ///< taken off that list for want of room
    bool alive = false;
    bool getter = false;  ///< stands for the basic.gets of its channel

    [[nodiscard]] bool hasRoom() const { return prefetch == 0 || held < prefetch; }
};

struct Channel {
    MessageList unacknowledged;  ///< in the order of their tags
    bool open = false;
    ConsumerIndex getter{};   ///< holds what basic.get took, once there was one
    ConsumerIndex replies{};  ///< its direct reply-to consumer
    std::vector<ConsumerIndex> consumers;
};

}  // namespace sluice
