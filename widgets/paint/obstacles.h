#pragma once

#include <QRectF>
#include <cstdint>
#include <span>
#include <unordered_map>
#include <utility>
#include <vector>

#include "widgets/paint/linkroute.h"

namespace sluice {

/// The elements a link should not run through, by the squares of a grid they touch: a question costs what is
/// near, not what there is. A value; refers to the shapes' bounds, which must outlive it.
class Obstacles {
public:
    /// Both lists in the diagram's order.
    Obstacles(std::span<const Element> elements, std::span<const QRectF> bounds);

    /// How many of the route's points lie in shapes or names below them; the two it joins count by their
    /// inside only.
    [[nodiscard]] int crossings(const LinkRoute& route, int from, int to) const;

    /// The sides by which a link between two elements should leave and enter: those that face each other, or,
    /// where something stands between, those with the way around.
    [[nodiscard]] std::pair<Side, Side> sidesFor(int from, int to) const;

private:
    std::span<const Element> m_elements;
    std::span<const QRectF> m_bounds;
    std::vector<QRectF> m_solid;  ///< with the name below
    std::unordered_map<std::int64_t, std::vector<int>> m_cells;
};

}  // namespace sluice
