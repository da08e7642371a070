#pragma once

#include <string>

#include "core/diagram/properties.h"
#include "core/metrics/timelagmeter.h"
#include "core/trace/tracestore.h"

namespace sluice::cli {

/// What a live broker's trace says in the end.
struct LiveAccount {
    SystemState state;
    TimeLagMeter lags;
    bool counted = false;  ///< something that flows was: a rate of 0 is known to be one
};

/// `last`: the state at which the trace is looked at.
LiveAccount liveAccountOf(const TraceStore& store, SystemState last);

/// How a live broker stood, element by element: depth or end, rates, and of each group its lag in records and
/// in time, and until when it would be caught up. What nobody knows is left out, in JSON null.
std::string describeLive(const LiveAccount& account, const EntityTable& table);
Json liveToJson(const LiveAccount& account, const EntityTable& table);

}  // namespace sluice::cli
