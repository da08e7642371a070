#include "widgets/paint/badges.h"

#include <QFontMetricsF>
#include <QPainterPath>
#include <array>
#include <cmath>
#include <numbers>

#include "widgets/paint/textfitting.h"

namespace sluice {
namespace {

const QColor kInk(0x1c, 0x10, 0x04);  ///< on vermilion and amber, 5:1 and more

/// Paints the pill with room for a sign at its left; returns where the sign goes.
QRectF paintPill(QPainter& painter, const QPointF& topRight, std::uint64_t count, double scale,
                 const QColor& color, const Theme& theme, double& width) {
    const QFont font = canvasFigures(static_cast<int>(std::lround(11 * scale)), QFont::Bold);
    const QString text = shortCount(count);
    const double height = 18 * scale;
    const double sign = 13 * scale;
    const double figure = QFontMetricsF(font).horizontalAdvance(text);
    width = figure + sign + 14 * scale;
    const QRectF pill(topRight.x() - width, topRight.y(), width, height);
    painter.setPen(QPen(theme.canvas, 1.5 * scale));
    painter.setBrush(color);
    painter.drawRoundedRect(pill, height / 2, height / 2);
    drawLine(painter, text, font, pill.adjusted(0, 0, -6 * scale, 0), Qt::AlignRight | Qt::AlignVCenter,
             kInk);
    return {pill.left() + 5 * scale, pill.center().y() - sign / 2, sign, sign};
}

void paintRegular(QPainter& painter, const QPointF& centre, double radius, int corners, double turn) {
    QPolygonF polygon;
    for (int i = 0; i < corners; ++i) {
        const double angle = turn + 2 * std::numbers::pi * i / corners;
        polygon.append(centre + QPointF(std::cos(angle), std::sin(angle)) * radius);
    }
    painter.drawPolygon(polygon);
}

}  // namespace

double paintDeadLetterBadge(QPainter& painter, const QPointF& topRight, std::uint64_t count, double scale,
                            const Theme& theme) {
    double width = 0;
    const QRectF sign = paintPill(painter, topRight, count, scale, theme.danger, theme, width);
    const QRectF letter(sign.left(), sign.top() + sign.height() * 0.18, sign.width() * 0.92,
                        sign.height() * 0.64);
    painter.setPen(QPen(kInk, 1.3 * scale, Qt::SolidLine, Qt::RoundCap, Qt::RoundJoin));
    painter.setBrush(Qt::NoBrush);
    painter.drawRect(letter);
    painter.drawLine(letter.topLeft(), letter.bottomRight());
    painter.drawLine(letter.bottomLeft(), letter.topRight());
    return width;
}

double paintLateBadge(QPainter& painter, const QPointF& topRight, std::uint64_t count, double scale,
                      const Theme& theme) {
    double width = 0;
    const QRectF sign = paintPill(painter, topRight, count, scale, theme.late, theme, width);
    const QPointF centre = sign.center() - QPointF(sign.width() * 0.06, 0);
    const double radius = sign.width() * 0.42;
    painter.setPen(QPen(kInk, 1.3 * scale, Qt::SolidLine, Qt::RoundCap));
    painter.setBrush(Qt::NoBrush);
    painter.drawEllipse(centre, radius, radius);
    painter.drawLine(centre, centre - QPointF(0, radius * 0.62));
    painter.drawLine(centre, centre + QPointF(radius * 0.5, 0));
    return width;
}

void paintAlertBadge(QPainter& painter, const QPointF& topLeft, AlertSeverity gravest, std::uint64_t count,
                     double scale, const Theme& theme) {
    // Shape before colour: a critical one is filled and has an exclamation mark, a warning is filled and has
    // a bell, what is worth knowing is hollow.
    const QColor color = gravest == AlertSeverity::Critical  ? theme.danger
                         : gravest == AlertSeverity::Warning ? theme.warning
                                                             : theme.canvas;
    const QColor ink = gravest == AlertSeverity::Info ? theme.infoText : kInk;
    const QFont font = canvasFigures(static_cast<int>(std::lround(11 * scale)), QFont::Bold);
    const QString text = shortCount(count);
    const double height = 18 * scale;
    const double width = QFontMetricsF(font).horizontalAdvance(text) + 27 * scale;
    const QRectF pill(topLeft.x(), topLeft.y(), width, height);
    painter.setPen(QPen(gravest == AlertSeverity::Info ? theme.infoText : theme.canvas, 1.5 * scale));
    painter.setBrush(color);
    if (gravest == AlertSeverity::Critical) {
        const double cut = 5 * scale;
        painter.drawPolygon(QPolygonF{{pill.left() + cut, pill.top()},
                                      {pill.right() - cut, pill.top()},
                                      {pill.right(), pill.top() + cut},
                                      {pill.right(), pill.bottom() - cut},
                                      {pill.right() - cut, pill.bottom()},
                                      {pill.left() + cut, pill.bottom()},
                                      {pill.left(), pill.bottom() - cut},
                                      {pill.left(), pill.top() + cut}});
    } else {
        painter.drawRoundedRect(pill, height / 2, height / 2);
    }
    drawLine(painter, text, font, pill.adjusted(0, 0, -7 * scale, 0), Qt::AlignRight | Qt::AlignVCenter, ink);
    const QPointF c(pill.left() + 11 * scale, pill.center().y());
    painter.setPen(QPen(ink, 1.5 * scale, Qt::SolidLine, Qt::RoundCap, Qt::RoundJoin));
    if (gravest == AlertSeverity::Critical) {
        painter.drawLine(c - QPointF(0, 5 * scale), c + QPointF(0, 1 * scale));
        painter.drawPoint(c + QPointF(0, 4.6 * scale));
        return;
    }
    painter.setBrush(Qt::NoBrush);
    QPainterPath bell(c + QPointF(-4.5, 3) * scale);
    bell.quadTo(c + QPointF(-3, 2) * scale, c + QPointF(-3, -1) * scale);
    bell.quadTo(c + QPointF(-3, -4.6) * scale, c + QPointF(0, -4.6) * scale);
    bell.quadTo(c + QPointF(3, -4.6) * scale, c + QPointF(3, -1) * scale);
    bell.quadTo(c + QPointF(3, 2) * scale, c + QPointF(4.5, 3) * scale);
    bell.closeSubpath();
    painter.drawPath(bell);
    painter.drawPoint(c + QPointF(0, 5.2 * scale));
}

void paintFaultMark(QPainter& painter, const QPointF& c, double scale, const Theme& theme) {
    const double r = 10 * scale;
    painter.setPen(QPen(theme.canvas, 1.5 * scale));
    painter.setBrush(theme.danger);
    painter.drawEllipse(c, r, r);
    const std::array<QPointF, 6> bolt{{c + QPointF(0.12, -0.68) * r, c + QPointF(-0.42, 0.12) * r,
                                       c + QPointF(-0.04, 0.12) * r, c + QPointF(-0.12, 0.68) * r,
                                       c + QPointF(0.42, -0.14) * r, c + QPointF(0.04, -0.14) * r}};
    painter.setPen(Qt::NoPen);
    painter.setBrush(kInk);
    painter.drawPolygon(bolt.data(), static_cast<int>(bolt.size()));
}

void paintFindingBadge(QPainter& painter, const QPointF& c, Severity severity, double scale,
                       const Theme& theme) {
    const double r = 9.5 * scale;
    painter.setPen(QPen(theme.canvas, 1.5 * scale, Qt::SolidLine, Qt::RoundCap, Qt::RoundJoin));
    const QPen stroke(severity == Severity::Hint ? QColor(Qt::white) : kInk, 1.9 * scale, Qt::SolidLine,
                      Qt::RoundCap);
    switch (severity) {
        case Severity::Error:
            painter.setBrush(theme.danger);
            paintRegular(painter, c, r, 8, std::numbers::pi / 8);
            painter.setPen(stroke);
            painter.drawLine(c - QPointF(r * 0.45, 0), c + QPointF(r * 0.45, 0));
            return;
        case Severity::Warning:
            painter.setBrush(theme.warning);
            paintRegular(painter, c + QPointF(0, r * 0.14), r * 1.12, 3, -std::numbers::pi / 2);
            painter.setPen(stroke);
            painter.drawLine(c + QPointF(0, -r * 0.34), c + QPointF(0, r * 0.14));
            painter.drawPoint(c + QPointF(0, r * 0.5));
            return;
        case Severity::Hint:
            painter.setBrush(theme.dark ? mixed(theme.info, theme.canvas, 0.45) : theme.infoText);
            painter.drawEllipse(c, r * 0.88, r * 0.88);
            painter.setPen(stroke);
            painter.drawPoint(c - QPointF(0, r * 0.42));
            painter.drawLine(c - QPointF(0, r * 0.04), c + QPointF(0, r * 0.46));
            return;
    }
}

}  // namespace sluice
