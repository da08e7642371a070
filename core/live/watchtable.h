#pragma once

#include <memory>

#include "core/diagram/diagram.h"
#include "core/trace/entitytable.h"

namespace sluice {

/// The names for the trace of a drawing that is watched: its elements, then its links, in their order. A
/// drawing that could not run can be watched.
std::shared_ptr<const EntityTable> watchTable(const Diagram& diagram);

}  // namespace sluice
