#include "widgets/canvas/hintbox.h"

#include <algorithm>

namespace sluice {

namespace {

constexpr QPointF kFromPointer(18, 20);
constexpr double kEdge = 8;

}  // namespace

QRectF hintBox(const QSizeF& size, const QPointF& pointer, const QSizeF& canvas, const QRectF& over) {
    QRectF box(pointer + kFromPointer, size);
    if (box.right() > canvas.width() - kEdge)
        box.moveRight(canvas.width() - kEdge);
    if (box.bottom() > canvas.height() - kEdge)
        box.moveBottom(pointer.y() - kFromPointer.y());
    if (!over.isNull() && box.intersects(over)) {
        if (over.left() - kEdge - size.width() >= kEdge)
            box.moveRight(over.left() - kEdge);
        else
            box.moveBottom(over.top() - kEdge);
    }
    box.moveLeft(std::max(box.left(), kEdge));
    return box;
}

}  // namespace sluice
