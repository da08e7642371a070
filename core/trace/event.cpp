#include "core/trace/event.h"

namespace sluice {
namespace {

constexpr std::array<std::string_view, kEventKindCount> kEventKindNames{
    "message created",  "moved",           "lost",          "duplicated",
    "returned",         "enqueued",        "delivered",     "acknowledged",
    "requeued",         "dead lettered",   "discarded",     "queue declared",
    "queue deleted",    "retry scheduled", "redriven",      "appended",
    "fetched",          "committed",       "assigned",      "rebalanced",
    "late arrival",     "work started",    "work finished", "failed",
    "called",           "answered",        "timed out",     "answered late",
    "user informed",    "row written",     "row read",      "instance stopped",
    "instance started", "action began",    "action ended"};

constexpr std::array<std::string_view, 7> kReasonNames{
    "rejected", "expired", "maxlen", "delivery_limit", "queue deleted", "purged", "unroutable"};

}  // namespace

std::string_view kindName(EventKind kind) {
    const auto index = static_cast<std::size_t>(kind);
    return index < kEventKindNames.size() ? kEventKindNames[index] : std::string_view("unknown");
}

std::string_view reasonName(DeathReason reason) {
    const auto index = static_cast<std::size_t>(reason);
    return index < kReasonNames.size() ? kReasonNames[index] : std::string_view("unknown");
}

}  // namespace sluice
