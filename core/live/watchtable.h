#pragma once

#include <memory>
#include <string>
#include <string_view>
#include <vector>

#include "core/diagram/diagram.h"
#include "core/trace/entitytable.h"

namespace sluice {

/// What a live message is called whose type the drawing does not have.
inline constexpr std::string_view kUndrawnType = "message";

/// The names for the trace of a drawing that is watched: its elements, then its links, in their order; the
/// types of its catalogue, and last kUndrawnType. A drawing that could not run can be watched.
std::shared_ptr<EntityTable> watchTable(const Diagram& diagram);

/// What a broker calls the entities of that table, by EntityId: elements by their names, links that read a
/// topic by their consumer group, which without one of its own is the reader's id. Other links: empty.
std::vector<std::string> brokerNames(const Diagram& diagram);

}  // namespace sluice
