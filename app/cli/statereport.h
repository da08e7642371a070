#pragma once

#include <string>

#include "core/diagram/properties.h"
#include "core/trace/systemstate.h"

namespace sluice::cli {

/// What the system looks like at an instant: a table of its elements, and what is on its way.
std::string describeState(const SystemState& state, const EntityTable& table);

/// The same for programs. Times are in seconds.
Json stateJson(const SystemState& state, const EntityTable& table);

}  // namespace sluice::cli
