#include "widgets/paint/obstacles.h"

#include <algorithm>
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

QRectF Obstacles::solidOf(ElementKind kind, const QRectF& bounds) {
    return bounds.adjusted(-4, -4, 4, nameIsBelow(kind) ? 24 : 4);
}

Obstacles::Obstacles(std::span<const Element> elements, std::span<const QRectF> bounds)
    : m_elements(elements), m_bounds(bounds) {
    m_solid.reserve(bounds.size());
    for (std::size_t i = 0; i < bounds.size(); ++i) {
        const QRectF solid = solidOf(elements[i].kind, bounds[i]);
        m_solid.push_back(solid);
        for (auto row = cellOf(solid.top()); row <= cellOf(solid.bottom()); ++row) {
            for (auto column = cellOf(solid.left()); column <= cellOf(solid.right()); ++column)
                m_cells[cellKey(column, row)].push_back(static_cast<int>(i));
        }
    }
}

/// The two that the link joins count by their inside only.
bool Obstacles::covers(int element, const QPointF& point, int from, int to) const {
    const auto index = static_cast<std::size_t>(element);
    const bool own = element == from || element == to;
    return (own ? m_bounds[index].adjusted(10, 10, -10, -10) : m_solid[index]).contains(point);
}

/// Whether anything in the area could be in the way; true for areas too large to look through.
bool Obstacles::meets(const QRectF& area, int from, int to) const {
    constexpr std::int64_t kMostCells = 64;
    const std::int64_t columns = cellOf(area.right()) - cellOf(area.left()) + 1;
    const std::int64_t rows = cellOf(area.bottom()) - cellOf(area.top()) + 1;
    if (columns * rows > kMostCells)
        return true;
    // QRectF::intersects is false for lines without width.
    const QRectF wide = area.adjusted(-0.5, -0.5, 0.5, 0.5);
    for (auto row = cellOf(wide.top()); row <= cellOf(wide.bottom()); ++row) {
        for (auto column = cellOf(wide.left()); column <= cellOf(wide.right()); ++column) {
            const auto cell = m_cells.find(cellKey(column, row));
            if (cell == m_cells.end())
                continue;
            for (const int element : cell->second) {
                const auto index = static_cast<std::size_t>(element);
                const bool own = element == from || element == to;
                if ((own ? m_bounds[index].adjusted(10, 10, -10, -10) : m_solid[index]).intersects(wide))
                    return true;
            }
        }
    }
    return false;
}

/// How many points of the line, one each 12 units, lie in shapes or names below them.
int Obstacles::crossings(const LinkCurve& curve, int from, int to) const {
    if (!meets(curve.hull(), from, to))
        return 0;
    const int steps = std::clamp(static_cast<int>(curve.roughLength() / 12), 4, 200);
    int count = 0;
    std::int64_t key = 0;
    const std::vector<int>* near = nullptr;
    for (int i = 1; i < steps; ++i) {
        const QPointF point = curve.at(double(i) / steps);
        const std::int64_t here = cellKey(cellOf(point.x()), cellOf(point.y()));
        if (i == 1 || here != key) {
            const auto cell = m_cells.find(here);
            near = cell == m_cells.end() ? nullptr : &cell->second;
            key = here;
        }
        if (near && std::any_of(near->begin(), near->end(),
                                [&](int element) { return covers(element, point, from, to); }))
            ++count;
    }
    return count;
}

Obstacles::Choice Obstacles::sidesFor(int from, int to) const {
    using enum Side;
    const QRectF& begin = m_bounds[static_cast<std::size_t>(from)];
    const QRectF& end = m_bounds[static_cast<std::size_t>(to)];
    const ElementKind fromKind = m_elements[static_cast<std::size_t>(from)].kind;
    const ElementKind toKind = m_elements[static_cast<std::size_t>(to)].kind;
    const std::pair<Side, Side> facing{sideTowards(begin, end), sideTowards(end, begin)};
    Choice choice{facing.first, facing.second, {}};
    if (from == to)
        return choice;
    const auto curveFor = [&](const std::pair<Side, Side>& sides) {
        return curveOf(RouteEnd{fromKind, begin, sides.first}, RouteEnd{toKind, end, sides.second});
    };
    const auto blockedOn = [&](const LinkCurve& curve) {
        choice.looked = choice.looked.united(curve.hull().adjusted(-1, -1, 1, 1));
        return crossings(curve, from, to) * 60.0;
    };
    const LinkCurve direct = curveFor(facing);
    const double blocked = blockedOn(direct);
    if (blocked == 0)
        return choice;
    double least = blocked + direct.roughLength();
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
        const LinkCurve detour = curveFor(way);
        // A detour has to be worth it: it is longer and less expected.
        const double free = detour.roughLength() * 1.15 + 20;
        const double cost = free < least ? free + blockedOn(detour) : free;
        if (cost < least) {
            least = cost;
            choice.leaves = way.first;
            choice.enters = way.second;
        }
    }
    return choice;
}

}  // namespace sluice
