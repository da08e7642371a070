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

    /// The sides by which a link should leave and enter, and the part of the drawing whose elements had a say
    /// in it: as long as nothing changes there, neither do the sides.
    struct Choice {
        Side leaves = Side::Right;
        Side enters = Side::Left;
        QRectF looked;
    };
    /// Those that face each other, or, where something stands between, those with the way around.
    [[nodiscard]] Choice sidesFor(int from, int to) const;

    /// What a link should keep away from: the shape with the name below it.
    static QRectF solidOf(ElementKind kind, const QRectF& bounds);

private:
    [[nodiscard]] bool meets(const QRectF& area, int from, int to) const;
    [[nodiscard]] bool covers(int element, const QPointF& point, int from, int to) const;
    [[nodiscard]] int crossings(const LinkCurve& curve, int from, int to) const;

    std::span<const Element> m_elements;
    std::span<const QRectF> m_bounds;
    std::vector<QRectF> m_solid;  ///< with the name below
    std::unordered_map<std::int64_t, std::vector<int>> m_cells;
};

}  // namespace sluice
