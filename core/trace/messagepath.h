#pragma once

#include <optional>
#include <span>
#include <vector>

#include "core/trace/entitytable.h"
#include "core/trace/event.h"

namespace sluice {

/// One stay of a message in a queue, from its arrival to what ended it.
struct Stay {
    enum class End : std::uint8_t {
        None,          ///< it waits there
        Taken,         ///< a consumer has it
        Acknowledged,  ///< done
        Retried,       ///< its handler failed, and it comes back to the same queue after `backoff`
        DeadLettered,  ///< it died of `reason` and went to `next`
        Discarded,     ///< it died of `reason` and is gone
        Redriven,      ///< somebody sent it back to `next`
    };
    EntityId queue = kNoEntity;
    TraceTime arrived{};
    TraceTime ended{};  ///< of the end; without one, of the delivery or the arrival
    End end = End::None;
    DeathReason reason = DeathReason::Rejected;
    FailureKind cause = FailureKind::None;
    std::optional<DeathReason> dropped{};  ///< why the dead letter came nowhere: unroutable, a cycle, full
    EntityId next = kNoEntity;             ///< queue or exchange; kNoEntity: none is drawn
    Duration backoff{};                    ///< of a retry
    std::uint32_t attempt = 0;             ///< of a retry: the one about to be made, from 2
    RequeueReason requeue = RequeueReason::ChannelClosed;  ///< of the last one
    std::uint32_t requeues = 0;                            ///< how often it was given back and stayed
    std::uint32_t deathCount =
        0;  ///< with this death, how often it died here of this reason: x-death's count
    bool operator==(const Stay&) const = default;
};

/// An entry of a message's x-death header: its deaths in one queue of one reason.
struct DeathEntry {
    EntityId queue = kNoEntity;
    DeathReason reason = DeathReason::Rejected;
    std::uint32_t count = 0;
    bool operator==(const DeathEntry&) const = default;
};

/// The queues that one copy of a message went through, in order. A message that an exchange copied has one
/// path a copy; a dead letter that is copied shares what lies before.
struct MessagePath {
    std::vector<Stay> stays;
    bool operator==(const MessagePath&) const = default;

    /// As RabbitMQ keeps x-death: the entry that counted last comes first, and the others turn round each
    /// time. What is published anew, by a retry or a redrive, has none from before. Source: "Dead Letter
    /// Exchanges", dead-lettered effects on messages.
    [[nodiscard]] std::vector<DeathEntry> deaths() const;
};

/// Something that befell a message outside of a stay in a queue.
struct Mishap {
    TraceTime at{};
    EventKind kind = EventKind::Lost;  ///< Lost, Returned, Nacked, Discarded or LateArrival
    EntityId subject = kNoEntity;
    DeathReason reason = DeathReason::Unroutable;  ///< why it was not taken or kept
    LatePolicy policy = LatePolicy::Reject;        ///< of a late arrival
    FailureKind cause = FailureKind::None;
    bool operator==(const Mishap&) const = default;
};

struct MessageHistory {
    std::vector<MessagePath> paths;
    std::vector<Mishap> mishaps;
    bool operator==(const MessageHistory&) const = default;
};

/// What the events of one message, in the trace's order, say of its way. Events of other messages are passed
/// over.
MessageHistory historyOf(MessageId message, std::span<const TraceEvent> events, const EntityTable& table);

}  // namespace sluice
