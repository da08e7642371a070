#pragma once

#include "core/diagram/diagram.h"

namespace sluice {

/// What was found on a broker, grouped by the beginnings of names and laid out: by Graphviz while it is
/// small, beyond that as an overview, in time that grows as the drawing does. Any thread.
Diagram laidOut(Diagram found);

}  // namespace sluice
