#pragma once

#include <memory>
#include <vector>

#include "core/base/result.h"
#include "core/diagram/diagram.h"
#include "core/trace/entitytable.h"
#include "core/trace/event.h"

namespace sluice {

/// A trace from elsewhere: what happened, and a drawing of who took part, not yet laid out.
struct ImportedTrace {
    Diagram diagram;
    std::shared_ptr<const EntityTable> table;
    std::vector<TraceEvent> events;  ///< by time
    /// What was passed over or put right, each with its line; at most some twenty, the last says how many
    /// more.
    std::vector<Error> warnings;
};

}  // namespace sluice
