#include "widgets/timeline/laneglyph.h"

#include <QPainter>
#include <QPainterPath>

namespace sluice {

void paintGlyph(QPainter& painter, LaneGlyph glyph, const QPointF& centre, const QColor& color) {
    painter.save();
    painter.setRenderHint(QPainter::Antialiasing);
    painter.translate(centre);
    const QPen line(color, 1.5, Qt::SolidLine, Qt::RoundCap, Qt::RoundJoin);
    painter.setPen(line);
    painter.setBrush(Qt::NoBrush);
    switch (glyph) {
        case LaneGlyph::Bars:
            for (const auto& [x, height] : {std::pair{-3.5, 3.0}, {0.0, 7.0}, {3.5, 5.0}})
                painter.drawLine(QPointF(x, 4), QPointF(x, 4 - height));
            break;
        case LaneGlyph::Rate:
            painter.drawPolyline(
                QPolygonF{QPointF(-4, 3), QPointF(-1.5, -1), QPointF(1, 1.5), QPointF(4, -3.5)});
            break;
        case LaneGlyph::Cross:
            painter.drawLine(QPointF(-3, -3), QPointF(3, 3));
            painter.drawLine(QPointF(-3, 3), QPointF(3, -3));
            break;
        case LaneGlyph::Clock:
            painter.drawEllipse(QPointF(0, 0), 4, 4);
            painter.drawPolyline(QPolygonF{QPointF(0, -2.2), QPointF(0, 0), QPointF(1.8, 1)});
            break;
        case LaneGlyph::Hourglass:
            painter.setBrush(color);
            painter.drawPolygon(QPolygonF{QPointF(-3, -4), QPointF(3, -4), QPointF(-3, 4), QPointF(3, 4)});
            break;
        case LaneGlyph::Bolt:
            painter.drawPolyline(
                QPolygonF{QPointF(1.5, -4.5), QPointF(-2, 0.5), QPointF(2, -0.5), QPointF(-1.5, 4.5)});
            break;
        case LaneGlyph::Diamond:
            painter.setBrush(color);
            painter.drawPolygon(
                QPolygonF{QPointF(0, -3.5), QPointF(3.5, 0), QPointF(0, 3.5), QPointF(-3.5, 0)});
            break;
        case LaneGlyph::Flag:
            painter.drawLine(QPointF(-3, 4.5), QPointF(-3, -4));
            painter.setBrush(color);
            painter.drawPolygon(QPolygonF{QPointF(-3, -4), QPointF(4, -1.7), QPointF(-3, 0.7)});
            break;
        case LaneGlyph::Bell: {
            QPainterPath bell(QPointF(-4, 2.5));
            bell.quadTo(QPointF(-2.6, 1.5), QPointF(-2.6, -1));
            bell.quadTo(QPointF(-2.6, -4), QPointF(0, -4));
            bell.quadTo(QPointF(2.6, -4), QPointF(2.6, -1));
            bell.quadTo(QPointF(2.6, 1.5), QPointF(4, 2.5));
            bell.closeSubpath();
            painter.setBrush(color);
            painter.drawPath(bell);
            painter.drawPoint(QPointF(0, 4.6));
            break;
        }
        case LaneGlyph::Eye: {
            QPainterPath lids(QPointF(-4.5, 0));
            lids.quadTo(QPointF(0, -5), QPointF(4.5, 0));
            lids.quadTo(QPointF(0, 5), QPointF(-4.5, 0));
            painter.drawPath(lids);
            painter.setBrush(color);
            painter.drawEllipse(QPointF(0, 0), 1, 1);
            break;
        }
    }
    painter.restore();
}

}  // namespace sluice
