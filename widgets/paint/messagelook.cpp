#include "widgets/paint/messagelook.h"

#include <QPainterPath>
#include <array>
#include <cmath>

namespace sluice {

int keyHue(std::int64_t key) {
    // The finalizer of SplitMix64: neighbouring keys get distant hues.
    auto x = static_cast<std::uint64_t>(key) + 0x9e3779b97f4a7c15U;
    x = (x ^ (x >> 30U)) * 0xbf58476d1ce4e5b9U;
    x = (x ^ (x >> 27U)) * 0x94d049bb133111ebU;
    x ^= x >> 31U;
    return static_cast<int>(x % kKeyHues);
}

QColor keyColor(int hue, const Theme& theme) {
    // Degrees; the gap from 5 to 44 is vermilion's.
    constexpr std::array<int, kKeyHues> degrees{48, 70, 95, 130, 160, 182, 202, 222, 250, 280, 310, 340};
    return QColor::fromHsv(degrees[static_cast<std::size_t>(hue) % kKeyHues], theme.dark ? 170 : 150, 255);
}

void paintTokenShape(QPainter& painter, const QPointF& c, double r, MessageKind kind, const QColor& color,
                     const Theme& theme) {
    const QColor rim = theme.dark ? mixed(color, theme.canvas, 0.55) : mixed(color, theme.text, 0.35);
    painter.setPen(QPen(rim, std::max(0.7, r * 0.16)));
    painter.setBrush(color);
    switch (kind) {
        case MessageKind::Event:
            painter.drawEllipse(c, r, r);
            return;
        case MessageKind::Command: {
            const double a = r * 0.9;
            painter.drawRoundedRect(QRectF(c.x() - a, c.y() - a, 2 * a, 2 * a), r * 0.22, r * 0.22);
            return;
        }
        case MessageKind::Query: {
            const double a = r * 1.2;
            const std::array<QPointF, 4> corners{
                {{c.x(), c.y() - a}, {c.x() + a, c.y()}, {c.x(), c.y() + a}, {c.x() - a, c.y()}}};
            painter.drawPolygon(corners.data(), 4);
            return;
        }
        case MessageKind::Reply: {
            QPainterPath ring;
            ring.addEllipse(c, r, r);
            ring.addEllipse(c, r * 0.52, r * 0.52);
            painter.drawPath(ring);
            return;
        }
    }
}

void paintTokenKey(QPainter& painter, const QPointF& c, double r, int hue, const Theme& theme) {
    painter.setPen(QPen(theme.dark ? QColor(0, 0, 0, 150) : QColor(255, 255, 255, 210), r * 0.14));
    painter.setBrush(keyColor(hue, theme));
    painter.drawEllipse(c, r * 0.4, r * 0.4);
}

void paintTokenFlag(QPainter& painter, const QPointF& c, double r, std::uint8_t flag, const Theme& theme) {
    const QColor ink = theme.dark ? QColor(0x14, 0x17, 0x1c) : QColor(0x1a, 0x22, 0x2e);
    if (flag == eventflag::Redelivered) {
        // A notch out of the left side.
        const std::array<QPointF, 3> notch{{{c.x() - r * 1.25, c.y() - r * 0.55},
                                            {c.x() - r * 0.3, c.y()},
                                            {c.x() - r * 1.25, c.y() + r * 0.55}}};
        painter.setPen(Qt::NoPen);
        painter.setBrush(theme.canvas);
        painter.drawPolygon(notch.data(), 3);
    } else if (flag == eventflag::Late) {
        const QPointF clock = c + QPointF(r * 0.85, -r * 0.85);
        const double s = r * 0.72;
        painter.setPen(QPen(ink, std::max(0.7, r * 0.14)));
        painter.setBrush(theme.late);
        painter.drawEllipse(clock, s, s);
        painter.drawLine(clock, clock + QPointF(0, -s * 0.6));
        painter.drawLine(clock, clock + QPointF(s * 0.45, 0));
    } else if (flag == eventflag::Poisoned) {
        const std::array<QPointF, 5> crack{{{c.x() - r * 0.15, c.y() - r * 1.15},
                                            {c.x() + r * 0.25, c.y() - r * 0.4},
                                            {c.x() - r * 0.25, c.y() + r * 0.05},
                                            {c.x() + r * 0.2, c.y() + r * 0.5},
                                            {c.x() - r * 0.1, c.y() + r * 1.15}}};
        painter.setBrush(Qt::NoBrush);
        painter.setPen(
            QPen(theme.canvas, std::max(1.6, r * 0.5), Qt::SolidLine, Qt::RoundCap, Qt::MiterJoin));
        painter.drawPolyline(crack.data(), 5);
        painter.setPen(QPen(ink, std::max(0.8, r * 0.2), Qt::SolidLine, Qt::RoundCap, Qt::MiterJoin));
        painter.drawPolyline(crack.data(), 5);
    }
}

void paintToken(QPainter& painter, const QPointF& centre, double radius, const MessageLook& look,
                const Theme& theme) {
    paintTokenShape(painter, centre, radius, look.kind, theme.seriesColor(look.color), theme);
    if (look.key >= 0 && radius >= 3)
        paintTokenKey(painter, centre, radius, keyHue(look.key), theme);
    for (const auto flag : {eventflag::Redelivered, eventflag::Poisoned, eventflag::Late}) {
        if (look.flags & flag)
            paintTokenFlag(painter, centre, radius, flag, theme);
    }
}

}  // namespace sluice
