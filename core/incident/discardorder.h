#pragma once

#include <optional>
#include <string>
#include <vector>

#include "core/diagram/scenario.h"
#include "core/trace/event.h"

namespace sluice {

/// Letters that somebody takes out of a dead-letter queue for good. In a run it is one more action of its
/// scenario, as a redrive is, so it stands in its recordings: who did it, when and why included.
struct DiscardOrder {
    std::string queue;  ///< id of the dead-letter queue
    TraceTime at{};
    std::vector<MessageId> messages;
    std::string by{};    ///< who
    std::string when{};  ///< ISO 8601, by the clock on the wall
    std::string why{};
    bool operator==(const DiscardOrder&) const = default;
};

Action actionOf(const DiscardOrder& order);
/// Nothing when nobody did it by hand: another action, or a discard of the drawing's scenario.
std::optional<DiscardOrder> discardOrderOf(const Action& action);

}  // namespace sluice
