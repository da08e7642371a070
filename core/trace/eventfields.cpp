#include "core/trace/eventfields.h"

#include <array>

namespace sluice {
namespace {

constexpr std::array<std::string_view, kEventFieldCount> kFieldNames{
    "",        "other",  "target", "instance", "partition", "offset",   "depth",  "duration",
    "attempt", "step",   "type",   "key",      "reason",    "reason",   "reason", "reason",
    "reason",  "reason", "rows",   "members",  "queues",    "action",   "figure", "reading",
    "figure",  "count",  "period", "reason",   "alert",     "severity", "level"};

constexpr std::array<std::string_view, 3> kPolicyNames{"reject", "process", "divert"};
constexpr std::array<std::string_view, 3> kVerdictNames{"safe", "superseded", "expired"};
constexpr std::array<std::string_view, 4> kUserOutcomeNames{"done", "refused", "deferred", "failed"};

template <std::size_t N>
std::string_view nameAt(const std::array<std::string_view, N>& names, std::size_t index) {
    return index < N ? names[index] : std::string_view("unknown");
}

}  // namespace

EventFields fieldsOf(EventKind kind) {
    using enum EventField;
    switch (kind) {
        case EventKind::MessageCreated:
            return {.peer = Message, .detail = Type, .value = Key};
        case EventKind::Moved:
            return {.peer = Instance, .value = Duration};
        case EventKind::Enqueued:
            return {.value = Depth};
        case EventKind::Delivered:
            return {.peer = Target, .detail = Instance, .value = Duration};
        case EventKind::Acknowledged:
        case EventKind::ConsumerRefused:
        case EventKind::ConsumerActivated:
            return {.detail = Instance};
        case EventKind::Requeued:
            return {.peer = Instance, .detail = RequeueReason, .value = Depth};
        case EventKind::DeadLettered:
            return {.peer = Target, .detail = DeathReason, .value = Attempt};
        case EventKind::Returned:
        case EventKind::Discarded:
            return {.detail = DeathReason};
        case EventKind::Nacked:
            return {.detail = DeathReason, .value = Attempt};
        case EventKind::QueueDeclared:
            return {.peer = Instance, .value = Queues};
        case EventKind::QueueDeleted:
            return {.peer = Instance, .detail = QueueEnd, .value = Queues};
        case EventKind::RetryScheduled:
            return {.detail = Attempt, .value = Duration};
        case EventKind::Redriven:
            return {.peer = Target, .detail = RedriveVerdict};
        case EventKind::Appended:
            return {.peer = Partition, .value = Offset};
        case EventKind::Fetched:
            return {.peer = Partition, .detail = Instance, .value = Offset};
        case EventKind::Committed:
            return {.peer = Partition, .value = Offset};
        case EventKind::Assigned:
            return {.peer = Partition, .detail = Instance};
        case EventKind::Rebalanced:
            return {.detail = Members, .value = Duration};
        case EventKind::LateArrival:
            return {.peer = Message, .detail = LatePolicy, .value = Duration};
        case EventKind::WorkStarted:
        case EventKind::WorkFinished:
        case EventKind::TimedOut:
        case EventKind::InstanceStarted:
            return {.peer = Instance, .value = Duration};
        case EventKind::Failed:
            return {.peer = Instance, .detail = Step, .value = Attempt};
        case EventKind::Called:
        case EventKind::InstanceStopped:
            return {.peer = Instance};
        case EventKind::Answered:
        case EventKind::AnsweredLate:
            return {.peer = Message, .value = Duration};
        case EventKind::UserInformed:
            return {.detail = UserOutcome, .value = Duration};
        case EventKind::RowWritten:
            return {.peer = Rows, .value = Duration};
        case EventKind::RowRead:
            return {.value = Duration};
        case EventKind::ActionBegan:
        case EventKind::ActionEnded:
            return {.detail = Action};
        case EventKind::Observed:
            return {.peer = Partition, .detail = Gauge, .value = Reading};
        case EventKind::Counted:
            return {.peer = Period, .detail = Flow, .value = Count};
        case EventKind::ConnectionMade:
            return {.value = Duration};
        case EventKind::ConnectionLost:
            return {.detail = ConnectionLoss};
        case EventKind::AlertRaised:
        case EventKind::AlertCleared:
            return {.peer = Alert, .detail = Severity, .value = Level};
        case EventKind::Lost:
        case EventKind::Duplicated:
            break;
    }
    return {};
}

std::string_view fieldName(EventField field) {
    return nameAt(kFieldNames, static_cast<std::size_t>(field));
}

std::optional<std::int64_t> fieldOf(const TraceEvent& event, EventField field) {
    if (field == EventField::None)
        return std::nullopt;
    const EventFields fields = fieldsOf(event.kind);
    std::optional<std::int64_t> number;
    if (fields.peer == field)
        number = event.peer;
    else if (fields.detail == field)
        number = event.detail;
    else if (fields.value == field)
        number = event.value;
    if (!number)
        return number;
    const bool none = (field == EventField::Message && *number == 0) ||
                      (field == EventField::Key && *number < 0) ||
                      (field == EventField::Target && *number == kNoEntity) ||
                      (field == EventField::Instance && fields.detail == field && *number == 0xffff);
    return none ? std::nullopt : number;
}

std::string_view reasonOf(const TraceEvent& event) {
    switch (fieldsOf(event.kind).detail) {
        case EventField::DeathReason:
            return reasonName(static_cast<DeathReason>(event.detail));
        case EventField::RequeueReason:
            return reasonName(static_cast<RequeueReason>(event.detail));
        case EventField::QueueEnd:
            return event.message == 0 ? reasonName(static_cast<QueueEnd>(event.detail)) : std::string_view();
        case EventField::LatePolicy:
            return nameAt(kPolicyNames, event.detail);
        case EventField::RedriveVerdict:
            return nameAt(kVerdictNames, event.detail);
        case EventField::UserOutcome:
            return nameAt(kUserOutcomeNames, event.detail);
        case EventField::Gauge:
            return gaugeName(static_cast<Gauge>(event.detail));
        case EventField::Flow:
            return flowName(static_cast<Flow>(event.detail));
        case EventField::ConnectionLoss:
            return reasonName(static_cast<ConnectionLoss>(event.detail));
        case EventField::Severity:
            return nameAt(kAlertSeverityNames, event.detail);
        default:
            return {};
    }
}

}  // namespace sluice
