#pragma once

#include <cstddef>
#include <vector>

namespace sluice {

/// One circle for each group of nodes that reach each other (strongly connected component), as the nodes on
/// the way in order, beginning with the group's lowest. `next[i]` are the nodes that i leads to. Linear.
std::vector<std::vector<std::size_t>> cyclesOf(const std::vector<std::vector<std::size_t>>& next);

}  // namespace sluice
