#include "widgets/canvas/snapping.h"

#include <array>
#include <cmath>
#include <optional>

namespace sluice {

namespace {

struct Range {
    double begin;
    double end;
    [[nodiscard]] std::array<double, 3> lines() const { return {(begin + end) / 2, begin, end}; }
};

Range along(const QRectF& rect, bool horizontal) {
    return horizontal ? Range{rect.left(), rect.right()} : Range{rect.top(), rect.bottom()};
}

struct AxisSnap {
    double shift = 0;
    std::optional<double> line;
    QRectF neighbour;
};

// Centres agree only with centres, edges with edges: fewer and more useful guides.
AxisSnap nearest(const QRectF& moved, std::span<const QRectF> neighbours, bool horizontal, double reach) {
    AxisSnap best;
    double bestDistance = reach;
    double bestApart = 0;
    const auto own = along(moved, horizontal).lines();
    for (const QRectF& neighbour : neighbours) {
        const auto theirs = along(neighbour, horizontal).lines();
        const double apart = QLineF(moved.center(), neighbour.center()).length();
        for (std::size_t i = 0; i < own.size(); ++i) {
            for (std::size_t k = 0; k < theirs.size(); ++k) {
                if ((i == 0) != (k == 0))
                    continue;
                const double distance = std::abs(theirs[k] - own[i]);
                if (distance > bestDistance || (distance == bestDistance && best.line && apart >= bestApart))
                    continue;
                bestDistance = distance;
                bestApart = apart;
                best = {theirs[k] - own[i], theirs[k], neighbour};
            }
        }
    }
    return best;
}

}  // namespace

double snapped(double value, double step) {
    return step > 0 ? std::round(value / step) * step : value;
}

Snap snapMove(const QRectF& moving, const QPointF& distance, std::span<const QRectF> neighbours, double step,
              double reach) {
    const QRectF moved = moving.translated(distance);
    const AxisSnap x = nearest(moved, neighbours, true, reach);
    const AxisSnap y = nearest(moved, neighbours, false, reach);
    const QPointF centre = moved.center();
    Snap snap;
    snap.distance = distance + QPointF(x.line ? x.shift : snapped(centre.x(), step) - centre.x(),
                                       y.line ? y.shift : snapped(centre.y(), step) - centre.y());
    const QRectF put = moving.translated(snap.distance);
    constexpr double kBeyond = 12;
    if (x.line) {
        const QRectF both = put.united(x.neighbour);
        snap.guides << QLineF(*x.line, both.top() - kBeyond, *x.line, both.bottom() + kBeyond);
    }
    if (y.line) {
        const QRectF both = put.united(y.neighbour);
        snap.guides << QLineF(both.left() - kBeyond, *y.line, both.right() + kBeyond, *y.line);
    }
    return snap;
}

}  // namespace sluice
