#pragma once

#include <cstdint>
#include <functional>
#include <unordered_map>
#include <vector>

#include "core/trace/entitytable.h"
#include "core/trace/event.h"

namespace sluice {

/// A message that died in a queue and has been neither redriven nor discarded since. What the broker only
/// sends through a delay queue, and from there back to work, has not died (DeadLetterQueues).
struct DeadLetter {
    MessageId message = 0;
    EntityId queue = kNoEntity;    ///< where it died
    EntityId waitsIn = kNoEntity;  ///< its dead-letter queue; kNoEntity: never kept
    FailureKind cause = FailureKind::None;
    DeathReason reason = DeathReason::Rejected;
    bool sent = true;  ///< as a dead letter; false: the queue had nowhere to send it
    bool operator==(const DeadLetter&) const = default;
};

/// Follows every dead letter of a trace from its death to its end: which queue it died in, which it waits in,
/// and how it left. Metrics and incidents stand on it. Any thread, one at a time.
class DeadLetters {
public:
    enum class Change : std::uint8_t {
        Died,       ///< it left `queue`; if it is kept, Arrived follows at once
        Arrived,    ///< it came to `waitsIn`
        Redriven,   ///< it went back
        Discarded,  ///< it is gone: discarded or taken by a consumer of its dead-letter queue, or never kept
    };
    using Visitor = std::function<void(Change, const DeadLetter&)>;

    explicit DeadLetters(const EntityTable& table);

    /// Events in the trace's order; the table is the constructor's. A message may change twice at one event.
    void apply(const TraceEvent& event, const EntityTable& table, const Visitor& changed);

    /// How many wait.
    [[nodiscard]] std::size_t count() const { return m_open.size(); }

private:
    void die(const TraceEvent& event, const EntityTable& table, const Visitor& changed);
    void arrive(const TraceEvent& event, const EntityTable& table, const Visitor& changed);
    void keep(DeadLetter letter, EntityId in, const Visitor& changed);
    /// A letter that comes nowhere: refused where it should wait, unroutable, or in a circle.
    bool drop(const TraceEvent& event, const Visitor& changed);
    /// One copy of the message that waits in the queue leaves it; false when none does.
    bool leave(MessageId message, EntityId queue, Change how, const Visitor& changed);

    std::unordered_multimap<MessageId, DeadLetter> m_open;
    std::vector<std::uint32_t> m_waiting;  ///< by entity: how many wait there
    /// Sent to an exchange: only where it comes next tells a dead letter from a retry.
    std::unordered_map<MessageId, DeadLetter> m_underway;
};

}  // namespace sluice
