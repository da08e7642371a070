#pragma once

#include <QPainter>
#include <QRectF>

#include "core/diagram/element.h"
#include "widgets/theme/theme.h"

namespace sluice {

/// What the body of an element needs to know beyond the element itself.
struct BodyLook {
    const Theme* theme = nullptr;
    bool runsLeft = false;     ///< queues: the consumer's end is on the left
    bool deadLetters = false;  ///< queues: the end cap is vermilion
    bool far = false;          ///< leave out what would be too fine
    bool live = false;         ///< leave out what the live painting will show in its place
};

/// The silhouette with all that does not move in it, without the name.
void paintBody(QPainter& painter, const Element& element, const QRectF& bounds, const BodyLook& look);

/// With less there are no names of elements.
inline constexpr double kLeastZoomForNames = 0.12;

/// The name, in the shape or below it. Never clipped; left out when the zoom is so small that it has to be
/// painted larger than it is and there is no room for the whole of it.
void paintName(QPainter& painter, const Element& element, const QRectF& bounds, double zoom,
               const Theme& theme);

/// Where instance pips of a service begin, and their distance; canvas units.
inline constexpr double kPipSize = 9;
inline constexpr double kPipStep = 13;
inline constexpr int kMostPips = 8;
QPointF firstPip(const QRectF& bounds);
QRectF utilisationBar(const QRectF& bounds);

/// The grid of a table has this many rows; below it is a line for freshness.
inline constexpr int kTableRows = 5;
double tableRowHeight(const QRectF& bounds);

/// Lanes of a topic: at most eight, each for `partitionsALane` partitions.
struct Lanes {
    int count = 0;
    int partitionsALane = 1;
    QRectF area;
    double height = 0;
    double step = 0;
    [[nodiscard]] QRectF lane(int index) const {
        return {area.left(), area.top() + step * index, area.width(), height};
    }
};
Lanes lanesOf(const QRectF& bounds, int partitions);

/// Distance on a scale that is even up to ten and then compresses: 0, 1, 2, ..., 10, 100, 1k, 10k, ...
/// `unit` canvas units for each of the first ten, as many for a power of ten as for four of those.
double compressedLength(double count, double unit);

}  // namespace sluice
