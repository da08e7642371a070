#pragma once

#include <QPainterPath>
#include <QPointF>
#include <QRectF>

#include "core/diagram/element.h"

namespace sluice {

/// Where things are, in canvas units. Free functions without state: the painter, the editor and the export
/// ask the same ones.

inline QPointF toPointF(const Point& point) {
    return {point.x, point.y};
}

/// The shape's rectangle, without a name that stands below it.
QRectF boundsOf(const Element& element);
QRectF boundsOf(const Group& group);

/// The silhouette of a kind in a rectangle: what is filled, hit and framed when selected.
QPainterPath outlineOf(ElementKind kind, const QRectF& bounds);
inline QPainterPath outlineOf(const Element& element) {
    return outlineOf(element.kind, boundsOf(element));
}

/// Whether the name stands below the shape (queues, clients, cylinders, ...) or in it.
bool nameIsBelow(ElementKind kind);

/// Where the name is written: inside the shape, or a strip below it that is wider than the shape and holds
/// two lines.
QRectF nameRectOf(ElementKind kind, const QRectF& bounds);

/// All that the element can cover with its name and badges: for repaints and fitting into a window.
QRectF paintedBoundsOf(const Element& element);
QRectF paintedBoundsOf(const Group& group);

/// The part of a topic that holds its lanes, of a table that holds its rows.
QRectF contentRectOf(ElementKind kind, const QRectF& bounds);

enum class Side : std::uint8_t { Left, Right, Top, Bottom };

/// Unit vector out of a side.
QPointF normalOf(Side side);

/// Where a link touches the silhouette on that side; `offset` is the distance from the bounds' centre along
/// the side. Below a name that stands below the shape.
QPointF anchorOn(ElementKind kind, const QRectF& bounds, Side side, double offset = 0);

/// The side by which a link leaves `from` for `to`.
Side sideTowards(const QRectF& from, const QRectF& to);

}  // namespace sluice
