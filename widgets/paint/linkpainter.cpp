#include "widgets/paint/linkpainter.h"

#include "widgets/paint/groupfolds.h"
#include "widgets/paint/textfitting.h"

namespace sluice {
namespace {

/// Zoom from which on dashes and arrows can be made out, and are worth their time.
constexpr double kLeastZoomForDashes = GroupFolds::kOpensAt;

double lineWidth(double zoom) {
    return std::max(1.6, 0.9 / zoom);
}

QPen penOf(LinkKind kind, const QColor& color, double width) {
    QPen pen(color, width, Qt::SolidLine, Qt::FlatCap, Qt::RoundJoin);
    switch (kind) {
        case LinkKind::Call:
        case LinkKind::Read:
        case LinkKind::Write:
            pen.setDashPattern({5, 3.2});
            break;
        case LinkKind::Bind:
        case LinkKind::DeadLetter:
            pen.setDashPattern({0.01, 2.4});
            pen.setCapStyle(Qt::RoundCap);
            pen.setWidthF(width * 1.25);
            break;
        default:
            break;
    }
    return pen;
}

void paintArrow(QPainter& painter, const LinkRoute& route, double size, const QColor& color) {
    const double length = route.length();
    if (length < 2)
        return;
    const QPointF tip = route.pointAt(1) + route.tangentAt(1) * 0.8;
    const QPointF base = route.pointAt(1 - std::min(0.5, size / length));
    const QPointF d = tip - base;
    const QPointF n(-d.y() * 0.42, d.x() * 0.42);
    QPainterPath head(tip);
    head.lineTo(base + n);
    head.quadTo(base + d * 0.22, base - n);
    head.closeSubpath();
    painter.setPen(Qt::NoPen);
    painter.setBrush(color);
    painter.drawPath(head);
}

void paintLine(QPainter& painter, LinkKind kind, const LinkRoute& route, const QColor& color, double width,
               double arrow) {
    if (route.isNull())
        return;
    painter.setBrush(Qt::NoBrush);
    painter.setPen(penOf(kind, color, width));
    painter.drawPath(route.path());
    paintArrow(painter, route, arrow, color);
}

}  // namespace

void paintLinkWithin(QPainter& painter, LinkKind kind, const LinkRoute& route, double zoom,
                     const QRectF& visible, const Theme& theme) {
    // Dots along thousands of canvas units take longer than all else that is painted.
    constexpr double kLong = 800;
    if (route.isNull() || zoom < kLeastZoomForDashes || route.length() < kLong) {
        paintLink(painter, kind, route, zoom, theme);
        return;
    }
    const QColor& color = kind == LinkKind::DeadLetter ? theme.danger : theme.link;
    QPen pen = penOf(kind, color, lineWidth(zoom));
    const double margin = 2 * pen.widthF();
    painter.setBrush(Qt::NoBrush);
    for (const LinkRoute::Part& part :
         route.partsWithin(visible.adjusted(-margin, -margin, margin, margin))) {
        // Wherever it begins, the dots are where those of the whole line would be.
        pen.setDashOffset(part.from / pen.widthF());
        painter.setPen(pen);
        painter.drawPolyline(part.line);
    }
    paintArrow(painter, route, std::max(10.0, 4.5 / zoom), color);
}

void paintLinkFaintly(QPainter& painter, LinkKind kind, const LinkRoute& route, const Theme& theme) {
    QColor faint = kind == LinkKind::DeadLetter ? theme.danger : theme.link;
    faint.setAlphaF(0.6F);
    painter.setBrush(Qt::NoBrush);
    painter.setPen(QPen(faint, 0));
    painter.drawPath(route.path());
}

void paintLink(QPainter& painter, LinkKind kind, const LinkRoute& route, double zoom, const Theme& theme) {
    const QColor& color = kind == LinkKind::DeadLetter ? theme.danger : theme.link;
    if (zoom < kLeastZoomForDashes) {
        QColor faint = color;
        faint.setAlphaF(0.6F);
        painter.setPen(QPen(faint, 0));
        painter.drawLine(route.begin(), route.end());
        return;
    }
    paintLine(painter, kind, route, color, lineWidth(zoom), std::max(10.0, 4.5 / zoom));
}

void paintLinkMarked(QPainter& painter, LinkKind kind, const LinkRoute& route, double zoom,
                     const QColor& color) {
    QColor halo = color;
    halo.setAlphaF(0.22F);
    painter.setBrush(Qt::NoBrush);
    painter.setPen(
        QPen(halo, lineWidth(zoom) + 5 / std::max(zoom, 0.5), Qt::SolidLine, Qt::RoundCap, Qt::RoundJoin));
    painter.drawPath(route.path());
    paintLine(painter, kind, route, color, lineWidth(zoom) + 0.6, std::max(11.0, 5 / zoom));
}

void paintLinkLabel(QPainter& painter, const LinkLabel& label, LinkKind kind, const Theme& theme) {
    painter.setPen(Qt::NoPen);
    painter.setBrush(theme.canvas);
    const double radius = label.rect.height() / 2;
    painter.drawRoundedRect(label.rect, radius, radius);
    drawLine(painter, label.text, canvasFont(kLabelSize, QFont::Medium), label.rect,
             Qt::AlignHCenter | Qt::AlignVCenter,
             kind == LinkKind::DeadLetter ? theme.dangerText : theme.linkText);
}

}  // namespace sluice
