#include "widgets/paint/obstacles.h"

#include <array>
#include <cmath>

namespace sluice {
namespace {

constexpr double kCell = 200;

std::int64_t cellKey(std::int64_t column, std::int64_t row) {
    return row * 1'000'003 + column;
}

std::int64_t cellOf(double coordinate) {
    return static_cast<std::int64_t>(std::floor(coordinate / kCell));
}

}  // namespace

Obstacles::Obstacles(std::span<const Element> elements, std::span<const QRectF> bounds)
    : m_elements(elements), m_bounds(bounds) {
    m_solid.reserve(bounds.size());
    for (std::size_t i = 0; i < bounds.size(); ++i) {
        const QRectF solid = bounds[i].adjusted(-4, -4, 4, nameIsBelow(elements[i].kind) ? 24 : 4);
        m_solid.push_back(solid);
        for (auto row = cellOf(solid.top()); row <= cellOf(solid.bottom()); ++row) {
            for (auto column = cellOf(solid.left()); column <= cellOf(solid.right()); ++column)
                m_cells[cellKey(column, row)].push_back(static_cast<int>(i));
        }
    }
}

int Obstacles::crossings(const LinkRoute& route, int from, int to) const {
    // A point each 12 units finds every element that is worth avoiding.
    const int steps = std::clamp(static_cast<int>(route.length() / 12), 4, 200);
    int count = 0;
    for (int i = 1; i < steps; ++i) {
        const QPointF point = route.pointAt(double(i) / steps);
        const auto cell = m_cells.find(cellKey(cellOf(point.x()), cellOf(point.y())));
        if (cell == m_cells.end())
            continue;
        for (const int element : cell->second) {
            const auto index = static_cast<std::size_t>(element);
            const bool own = element == from || element == to;
            if ((own ? m_bounds[index].adjusted(10, 10, -10, -10) : m_solid[index]).contains(point)) {
                ++count;
                break;
            }
        }
    }
    return count;
}

std::pair<Side, Side> Obstacles::sidesFor(int from, int to) const {
    using enum Side;
    const QRectF& begin = m_bounds[static_cast<std::size_t>(from)];
    const QRectF& end = m_bounds[static_cast<std::size_t>(to)];
    const ElementKind fromKind = m_elements[static_cast<std::size_t>(from)].kind;
    const ElementKind toKind = m_elements[static_cast<std::size_t>(to)].kind;
    const std::pair<Side, Side> facing{sideTowards(begin, end), sideTowards(end, begin)};
    if (from == to)
        return facing;
    const auto costOf = [&](const std::pair<Side, Side>& sides) {
        const LinkRoute route =
            routeOf(RouteEnd{fromKind, begin, sides.first}, RouteEnd{toKind, end, sides.second});
        return std::pair(crossings(route, from, to) * 60.0, route.length());
    };
    const auto [blocked, length] = costOf(facing);
    if (blocked == 0)
        return facing;
    std::pair<Side, Side> best = facing;
    double least = blocked + length;
    constexpr std::array<std::pair<Side, Side>, 12> ways{{{Top, Top},
                                                          {Bottom, Bottom},
                                                          {Left, Left},
                                                          {Right, Right},
                                                          {Right, Top},
                                                          {Right, Bottom},
                                                          {Left, Top},
                                                          {Left, Bottom},
                                                          {Top, Left},
                                                          {Top, Right},
                                                          {Bottom, Left},
                                                          {Bottom, Right}}};
    for (const auto& way : ways) {
        const auto [crossed, far] = costOf(way);
        // A detour has to be worth it: it is longer and less expected.
        const double cost = crossed + far * 1.15 + 20;
        if (cost < least) {
            least = cost;
            best = way;
        }
    }
    return best;
}

}  // namespace sluice
