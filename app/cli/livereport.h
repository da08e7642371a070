#pragma once

#include <string>

#include "core/diagram/properties.h"
#include "core/metrics/timelagmeter.h"
#include "core/trace/systemstate.h"

namespace sluice::cli {

/// How a live broker stood, element by element: depth or end, rates, and of
/// each group its lag in records and in time, and until when it would be caught
/// up.
std::string describeLive(const SystemState& state, const EntityTable& table, const TimeLagMeter& lags);
Json liveToJson(const SystemState& state, const EntityTable& table, const TimeLagMeter& lags);

}  // namespace sluice::cli
