#include "widgets/canvas/ghosts.h"

#include <QCoreApplication>
#include <QLineF>
#include <QPainter>
#include <algorithm>

#include "widgets/editing/wording.h"
#include "widgets/paint/diagrampainter.h"
#include "widgets/paint/groupfolds.h"
#include "widgets/theme/theme.h"

namespace sluice {

namespace {

constexpr double kLeastZoomForWords = 0.4;
constexpr double kBeside = 6;  ///< canvas units between the symbol and its frame

struct Words {
    Q_DECLARE_TR_FUNCTIONS(Ghosts)
};

QRectF placeOf(const Ghosts& ghosts, const Id& id, const BoundsOf& drawn) {
    const auto ghost = std::find_if(ghosts.elements.begin(), ghosts.elements.end(),
                                    [&](const Element& one) { return one.id == id; });
    return ghost == ghosts.elements.end() ? drawn(id) : ghostBounds(*ghost);
}

std::optional<QLineF> lineOf(const Link& link, const Ghosts& ghosts, const BoundsOf& drawn) {
    const QRectF from = placeOf(ghosts, link.from, drawn);
    const QRectF to = placeOf(ghosts, link.to, drawn);
    if (from.isNull() || to.isNull())
        return std::nullopt;
    const QLineF line = lineBetween(from, to);
    return line.isNull() ? std::nullopt : std::optional(line);
}

double distanceFrom(const QLineF& line, const QPointF& point) {
    const QPointF along = line.p2() - line.p1();
    const double length = QPointF::dotProduct(along, along);
    const double share =
        length > 0 ? std::clamp(QPointF::dotProduct(point - line.p1(), along) / length, 0.0, 1.0) : 0;
    return QLineF(line.p1() + along * share, point).length();
}

void paintArrow(QPainter& painter, const QLineF& line) {
    if (line.length() < 12)
        return;
    const QPointF along = (line.p2() - line.p1()) / line.length();
    const QPointF across(-along.y(), along.x());
    painter.drawLine(line.p2(), line.p2() - along * 8 + across * 4);
    painter.drawLine(line.p2(), line.p2() - along * 8 - across * 4);
}

void paintWords(QPainter& painter, const QPointF& middle, const QString& name, const Theme& theme) {
    painter.setFont(textFont());
    const QFontMetricsF metrics(painter.font());
    const QString word = Words::tr("only on the broker");
    const double width = std::max(metrics.horizontalAdvance(name), metrics.horizontalAdvance(word)) + 8;
    const double line = metrics.lineSpacing();
    const QRectF box(middle.x() - width / 2, middle.y(), width, line * (name.isEmpty() ? 1 : 2));
    QColor behind = theme.canvas;
    behind.setAlphaF(0.85F);
    painter.fillRect(box, behind);
    painter.setPen(theme.text);
    if (!name.isEmpty())
        painter.drawText(QRectF(box.left(), box.top(), width, line), Qt::AlignCenter, name);
    painter.setPen(theme.textMuted);
    painter.drawText(QRectF(box.left(), box.bottom() - line, width, line), Qt::AlignCenter, word);
}

}  // namespace

QRectF ghostBounds(const Element& ghost) {
    const Size size = defaultSize(ghost.kind);
    QRectF rect(0, 0, size.width, size.height);
    rect.moveCenter({ghost.position.x, ghost.position.y});
    return rect;
}

std::optional<QRectF> ghostBounds(const Ghosts& ghosts, const Id& id, const BoundsOf& drawn) {
    for (const Element& one : ghosts.elements) {
        if (one.id == id)
            return ghostBounds(one);
    }
    for (const Link& one : ghosts.links) {
        if (one.id != id)
            continue;
        if (const auto line = lineOf(one, ghosts, drawn))
            return QRectF(line->p1(), line->p2()).normalized().adjusted(-1, -1, 1, 1);
    }
    return std::nullopt;
}

Id ghostAt(const Ghosts& ghosts, const QPointF& point, double zoom, const BoundsOf& drawn) {
    for (const Element& one : ghosts.elements) {
        if (ghostBounds(one).adjusted(-kBeside, -kBeside, kBeside, kBeside).contains(point))
            return one.id;
    }
    for (const Link& one : ghosts.links) {
        const auto line = lineOf(one, ghosts, drawn);
        if (line && distanceFrom(*line, point) <= 6 / zoom)
            return one.id;
    }
    return {};
}

QString ghostWords(const Ghosts& ghosts, const Id& id) {
    for (const Element& one : ghosts.elements) {
        if (one.id == id)
            return Words::tr("Only on the broker: %1 %2")
                .arg(labelOf(one.kind), QString::fromStdString(one.name));
    }
    for (const Link& one : ghosts.links) {
        if (one.id == id)
            return Words::tr("Only on the broker: %1").arg(labelOf(one.kind));
    }
    return {};
}

void paintGhosts(QPainter& painter, const Ghosts& ghosts, const BoundsOf& drawn, const QRectF& visible,
                 double zoom, const Theme& theme, const Id& chosen) {
    const bool words = zoom >= kLeastZoomForWords;
    const auto penFor = [&](const Id& id) {
        const bool marked = id == chosen;
        QPen pen(marked ? theme.accent : theme.textMuted, std::max(1.6, (marked ? 2.4 : 1.4) / zoom));
        pen.setDashPattern({4, 3});
        return pen;
    };
    for (const Link& one : ghosts.links) {
        const auto line = lineOf(one, ghosts, drawn);
        if (!line || !visible.intersects(QRectF(line->p1(), line->p2()).normalized().adjusted(-1, -1, 1, 1)))
            continue;
        painter.setPen(penFor(one.id));
        painter.drawLine(*line);
        QPen solid = painter.pen();
        solid.setStyle(Qt::SolidLine);
        painter.setPen(solid);
        paintArrow(painter, *line);
        const bool toGhost =
            std::any_of(ghosts.elements.begin(), ghosts.elements.end(),
                        [&](const Element& e) { return e.id == one.from || e.id == one.to; });
        // Beside a ghost the word stands there already.
        if (words && !toGhost)
            paintWords(painter, line->center(), QString::fromStdString(one.properties.text("routingKey")),
                       theme);
    }
    for (const Element& one : ghosts.elements) {
        const QRectF place = ghostBounds(one);
        if (!visible.intersects(place.adjusted(-90, -20, 90, 60)))
            continue;
        painter.setOpacity(0.5);
        paintKind(painter, one.kind, place, theme);
        painter.setOpacity(1);
        painter.setPen(penFor(one.id));
        painter.setBrush(Qt::NoBrush);
        const QRectF frame = place.adjusted(-kBeside, -kBeside, kBeside, kBeside);
        painter.drawRoundedRect(frame, 8, 8);
        if (words)
            paintWords(painter, {frame.center().x(), frame.bottom() + 2}, QString::fromStdString(one.name),
                       theme);
    }
}

}  // namespace sluice
