#pragma once

#include <cstdint>
#include <vector>

#include "core/trace/event.h"

namespace sluice {

/// What a step goes to. Of causality, back is the cause and forward the consequence.
enum class StepGoal : std::uint8_t {
    Event,
    AtElement,  ///< what is selected on the drawing
    OfMessage,  ///< the message that is looked at
    Causality,
    DeadLetter,
    LateArrival,
    Match,  ///< of the query in the list of events
    Bookmark,
};
inline constexpr int kStepGoalCount = static_cast<int>(StepGoal::Bookmark) + 1;

/// True when the event happens at one of the entities, or goes from there to another or comes there.
bool concerns(const TraceEvent& event, const std::vector<EntityId>& entities);

}  // namespace sluice
