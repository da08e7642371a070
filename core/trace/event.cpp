#include "core/trace/event.h"

namespace sluice {
namespace {

constexpr std::array<std::string_view, kEventKindCount> kEventKindNames{"message created",
                                                                        "moved",
                                                                        "lost",
                                                                        "duplicated",
                                                                        "returned",
                                                                        "enqueued",
                                                                        "delivered",
                                                                        "acknowledged",
                                                                        "requeued",
                                                                        "dead lettered",
                                                                        "discarded",
                                                                        "queue declared",
                                                                        "queue deleted",
                                                                        "retry scheduled",
                                                                        "redriven",
                                                                        "appended",
                                                                        "fetched",
                                                                        "committed",
                                                                        "assigned",
                                                                        "rebalanced",
                                                                        "late arrival",
                                                                        "work started",
                                                                        "work finished",
                                                                        "failed",
                                                                        "called",
                                                                        "answered",
                                                                        "timed out",
                                                                        "answered late",
                                                                        "user informed",
                                                                        "row written",
                                                                        "row read",
                                                                        "instance stopped",
                                                                        "instance started",
                                                                        "action began",
                                                                        "action ended",
                                                                        "nacked",
                                                                        "consumer refused",
                                                                        "consumer activated",
                                                                        "observed",
                                                                        "counted",
                                                                        "connection made",
                                                                        "connection lost",
                                                                        "alert raised",
                                                                        "alert cleared"};

constexpr std::array<std::string_view, 9> kReasonNames{"rejected",       "expired",       "maxlen",
                                                       "delivery_limit", "queue deleted", "purged",
                                                       "unroutable",     "cycle",         "broker stopped"};
constexpr std::array<std::string_view, 2> kRequeueNames{"channel closed", "nacked"};
constexpr std::array<std::string_view, 6> kQueueEndNames{"done",      "expired",        "auto-delete",
                                                         "exclusive", "broker stopped", "gone"};
constexpr std::array<std::string_view, 4> kLossNames{"unreachable", "refused", "unreadable", "closed"};
constexpr std::array<std::string_view, kGaugeCount> kGaugeNames{"ready",  "unacknowledged", "consumers",
                                                                "memory", "end offset",     "committed",
                                                                "alarm",  "watch cost",     "shown one of"};
constexpr std::array<std::string_view, kFlowCount> kFlowNames{"in", "out", "redelivered", "returned"};

/// A trace may come from elsewhere: a number beyond the names is no crash.
template <class Reason, std::size_t N>
std::string_view nameIn(const std::array<std::string_view, N>& names, Reason reason) {
    const auto index = static_cast<std::size_t>(reason);
    return index < N ? names[index] : std::string_view("unknown");
}

}  // namespace

std::string_view kindName(EventKind kind) {
    return nameIn(kEventKindNames, kind);
}

std::string_view reasonName(DeathReason reason) {
    return nameIn(kReasonNames, reason);
}

std::string_view reasonName(RequeueReason reason) {
    return nameIn(kRequeueNames, reason);
}

std::string_view reasonName(QueueEnd reason) {
    return nameIn(kQueueEndNames, reason);
}

std::string_view reasonName(ConnectionLoss reason) {
    return nameIn(kLossNames, reason);
}

std::string_view gaugeName(Gauge gauge) {
    return nameIn(kGaugeNames, gauge);
}

std::string_view flowName(Flow flow) {
    return nameIn(kFlowNames, flow);
}

}  // namespace sluice
