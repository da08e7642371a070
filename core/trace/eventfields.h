#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

#include "core/trace/entitytable.h"
#include "core/trace/event.h"

namespace sluice {

/// What one of an event's free numbers (peer, detail, value) stands for. event.h says it kind by kind in
/// words; this is the same for queries, filters and exports.
enum class EventField : std::uint8_t {
    None,
    Message,      ///< another message: the one that caused it, the request of an answer, the newer one
    Target,       ///< an entity it goes to
    Instance,     ///< of a service, from 0
    Partition,    ///< of a topic, from 0
    Offset,       ///< in a partition
    Depth,        ///< ready messages afterwards
    Duration,     ///< ns
    Attempt,      ///< from 1
    Step,         ///< of a handler, from 0
    Type,         ///< index into EntityTable::types
    Key,          ///< of the message; -1 none
    DeathReason,  ///< a DeathReason
    RequeueReason,
    QueueEnd,
    LatePolicy,
    RedriveVerdict,
    UserOutcome,
    Rows,     ///< in a table afterwards
    Members,  ///< of a consumer group
    Queues,   ///< temporary ones that exist now
    Action,   ///< index in the scenario's actions
    Gauge,    ///< which figure a broker reports
    Reading,  ///< how it stands
    Flow,     ///< which of its counts a broker reports
    Count,    ///< how many since the last report
    Period,   ///< ms over which they were counted
    ConnectionLoss,
    Alert,     ///< index into EntityTable::alerts
    Severity,  ///< an AlertSeverity
    Level,     ///< what an alert's rule measured, in thousandths of its unit
};
inline constexpr int kEventFieldCount = static_cast<int>(EventField::Level) + 1;

struct EventFields {
    EventField peer = EventField::None;
    EventField detail = EventField::None;
    EventField value = EventField::None;
};

/// A kind from elsewhere that is none has no fields.
EventFields fieldsOf(EventKind kind);

/// "duration", "partition": for the columns of exports and the words of queries. The reasons share "reason".
std::string_view fieldName(EventField field);

/// The event's number for that field; nothing when its kind has none, or it is one that stands for "none".
std::optional<std::int64_t> fieldOf(const TraceEvent& event, EventField field);

/// Why or how, in RabbitMQ's words where it has them: "expired", "channel closed", "divert". Empty for kinds
/// that tell no reason.
std::string_view reasonOf(const TraceEvent& event);

}  // namespace sluice
