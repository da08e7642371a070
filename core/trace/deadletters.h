#pragma once

#include <cstdint>
#include <functional>
#include <unordered_map>
#include <vector>

#include "core/trace/entitytable.h"
#include "core/trace/event.h"

namespace sluice {

/// A message that died in a queue and has been neither redriven nor discarded since.
struct DeadLetter {
    MessageId message = 0;
    EntityId queue = kNoEntity;    ///< where it died
    EntityId waitsIn = kNoEntity;  ///< its dead-letter queue; kNoEntity: on its way there, or never kept
    FailureKind cause = FailureKind::None;
    DeathReason reason = DeathReason::Rejected;
    bool operator==(const DeadLetter&) const = default;
};

/// Follows every dead letter of a trace from its death to its end: which queue it died in, which it waits in,
/// and how it left. Metrics and incidents stand on it. Any thread, one at a time.
class DeadLetters {
public:
    enum class Change : std::uint8_t {
        Died,       ///< it left `queue`; `waitsIn` is known if it goes straight to a queue
        Arrived,    ///< it came to `waitsIn`
        Redriven,   ///< it went back
        Discarded,  ///< it is gone: discarded or taken by a consumer of its dead-letter queue, or never kept
    };
    using Visitor = std::function<void(Change, const DeadLetter&)>;

    explicit DeadLetters(const EntityTable& table);

    /// Events in the trace's order; the table is the constructor's. A message may change twice at one event.
    void apply(const TraceEvent& event, const EntityTable& table, const Visitor& changed);

    /// Those that wait or are on their way, in no order.
    [[nodiscard]] std::size_t count() const { return m_open.size(); }

private:
    void die(const TraceEvent& event, const EntityTable& table, const Visitor& changed);
    void arrive(const TraceEvent& event, const Visitor& changed);
    /// One copy of the message that waits in the queue leaves it; false when none does.
    /// A letter that comes nowhere: refused where it should wait, unroutable, or in a circle.
    bool drop(const TraceEvent& event, const Visitor& changed);
    bool leave(MessageId message, EntityId queue, Change how, const Visitor& changed);

    std::unordered_multimap<MessageId, DeadLetter> m_open;
    std::vector<std::uint32_t> m_waiting;  ///< by entity: how many wait there
    std::size_t m_underway = 0;            ///< how many are between exchange and queue
};

}  // namespace sluice
