#pragma once

#include <QLineF>
#include <QPointF>
#include <QRectF>
#include <QVector>
#include <span>

namespace sluice {

/// Where a dragged rectangle is put, and the guides that say why. Scene coordinates.
struct Snap {
    QPointF distance;        ///< from where it was when the drag began
    QVector<QLineF> guides;  ///< lines through edges or centres that now agree with a neighbour's
};

/// `moving` was dragged by `distance`. Its edges and centre are drawn to those of `neighbours` within
/// `reach`, and else to the grid of `step`, by its centre; each axis for itself.
Snap snapMove(const QRectF& moving, const QPointF& distance, std::span<const QRectF> neighbours, double step,
              double reach);

/// The nearest multiple of the step.
double snapped(double value, double step);

}  // namespace sluice
