#pragma once

#include <span>

#include "core/live/brokerplan.h"
#include "core/live/drift.h"

namespace sluice {

/// What makes the broker as it is drawn in these differences, and in no other: what is extra goes, whatever
/// it is called. A binding brings the ends that the broker lacks as well. `found`: what the broker has.
BrokerPlan planFor(const Diagram& drawing, const Diagram& found, std::span<const Drift> drifts,
                   PlanWish wish);

}  // namespace sluice
