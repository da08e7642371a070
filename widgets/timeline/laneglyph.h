#pragma once

#include <QColor>
#include <QPointF>
#include <cstdint>

class QPainter;

namespace sluice {

/// What stands beside a lane's name and on its single marks, so that a lane is told by shape as well.
enum class LaneGlyph : std::uint8_t { Bars, Rate, Cross, Clock, Hourglass, Bolt, Diamond, Flag, Eye, Bell };

/// Paints it around a centre, some nine pixels wide.
void paintGlyph(QPainter& painter, LaneGlyph glyph, const QPointF& centre, const QColor& color);

}  // namespace sluice
