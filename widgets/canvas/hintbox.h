#pragma once

#include <QRectF>

namespace sluice {

/// Where a hint of that size stands: below and to the right of the pointer, within the canvas, and beside
/// what lies over the canvas (`over`, may be null). All in the canvas's pixels.
QRectF hintBox(const QSizeF& size, const QPointF& pointer, const QSizeF& canvas, const QRectF& over);

}  // namespace sluice
