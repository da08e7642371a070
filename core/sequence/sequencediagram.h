#pragma once

#include <cstdint>
#include <optional>
#include <span>
#include <string>
#include <vector>

#include "core/trace/tracestore.h"

namespace sluice {

/// A column of the diagram: an element, or several that were folded into one.
struct Lifeline {
    std::string name;
    EntityId entity = kNoEntity;  ///< the first that it stands for
    bool operator==(const Lifeline&) const = default;
};

enum class HopKind : std::uint8_t {
    Publish,     ///< to a queue, exchange or topic
    Delivery,    ///< from a queue or topic to who consumes it
    DeadLetter,  ///< from the queue it died in
    Redrive,     ///< back from the dead-letter queue
    Retry,       ///< to the same queue after a backoff
    Call,        ///< synchronous
    Answer,      ///< of a call or request
    Access,      ///< to a table, cache or database
};

/// A message's way from one lifeline to another.
struct Hop {
    static constexpr std::uint32_t kNowhere = 0xffffffff;
    HopKind kind = HopKind::Publish;
    std::uint32_t from = kNowhere;
    std::uint32_t to = kNowhere;  ///< kNowhere: it was lost on the way
    TraceTime sent{};
    TraceTime received{};  ///< not before `sent`; of a delivery, when the consumer has it
    Duration waited{};     ///< of a delivery: how long it stood in the queue before `sent`
    MessageId message = 0;
    std::uint16_t type = 0;
    std::uint8_t flags = 0;  ///< eventflag bits
    FailureKind cause = FailureKind::None;
    std::string reason{};   ///< of a dead letter, a loss: RabbitMQ's word; of a retry: "attempt 2"
    Sequence departed = 0;  ///< the event with which it began; of an instant hop the same as `sequence`
    Sequence sequence = 0;  ///< the event that ended it
    bool operator==(const Hop&) const = default;
};

/// A message in work.
struct Activity {
    std::uint32_t lifeline = 0;
    std::uint32_t instance = 0;  ///< from 0
    TraceTime from{};
    TraceTime to{};
    bool finished = false;  ///< false: still in work where the diagram ends
    FailureKind cause = FailureKind::None;
    MessageId message = 0;
    Sequence begun = 0;  ///< the event with which it began
    Sequence ended = 0;  ///< and ended, if it did
    bool operator==(const Activity&) const = default;
};

/// Something that happened at one lifeline and is no way: a failure, a late arrival, a timeout, a refusal.
struct SequenceMark {
    std::uint32_t lifeline = 0;
    TraceTime at{};
    EventKind kind = EventKind::Failed;
    MessageId message = 0;
    FailureKind cause = FailureKind::None;
    std::string reason{};
    Sequence sequence = 0;
    bool operator==(const SequenceMark&) const = default;
};

/// A part of a trace as a space-time diagram: who took part, and which message went from whom to whom and
/// when.
struct SequenceDiagram {
    std::vector<Lifeline> lifelines;
    std::vector<Hop> hops;  ///< by the time they were sent
    std::vector<Activity> activities;
    std::vector<SequenceMark> marks;  ///< by time
    TraceTime begin{};
    TraceTime end{};
    bool truncated = false;  ///< there was more than `mostEvents`
    bool operator==(const SequenceDiagram&) const = default;
};

/// What of a trace is drawn.
struct SequenceScope {
    std::vector<MessageId> messages{};  ///< sorted; empty: all
    TraceTime from{};
    TraceTime to = TraceTime::max();
    /// By entity: those with the same text that is not empty share a lifeline, and what passes between them
    /// is left out. May be empty.
    std::vector<std::string> folds{};
    std::size_t mostEvents = 20'000;
};

/// The message and all that it caused, sorted; at most `most`.
std::vector<MessageId> messagesCausedBy(const TraceStore& store, MessageId first, std::size_t most = 5'000);

SequenceDiagram sequenceOf(const TraceStore& store, const SequenceScope& scope);

}  // namespace sluice
