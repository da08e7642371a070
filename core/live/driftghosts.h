#pragma once

#include <map>
#include <span>
#include <vector>

#include "core/live/drift.h"

namespace sluice {

/// What only the broker has, as it would be drawn if it were taken over: elements and links with ids and
/// places of their own. Links lead to ghosts or to what is drawn.
struct DriftGhosts {
    std::vector<Element> elements;
    std::vector<Link> links;
    std::map<Id, std::size_t> drifts;  ///< by ghost: its place among the differences
    std::size_t left = 0;              ///< of the elements: more than can be told apart on a drawing
};

/// Of these differences those that are extra; `found` is what the broker has.
DriftGhosts ghostsOf(const Diagram& drawing, const Diagram& found, std::span<const Drift> drifts);

}  // namespace sluice
