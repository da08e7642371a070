#include "widgets/paint/elementpainter.h"

#include <QFontMetricsF>
#include <cmath>

#include "core/diagram/catalogue.h"
#include "widgets/paint/geometry.h"
#include "widgets/paint/glyphs.h"
#include "widgets/paint/textfitting.h"

namespace sluice {
namespace {

constexpr double kLine = 1.5;
constexpr double kLeastForPips = 56;  ///< the height of a service that has room for its instances

QPen linePen(const KindColors& colors, double width = kLine) {
    return {colors.line, width, Qt::SolidLine, Qt::RoundCap, Qt::RoundJoin};
}

QPen finePen(const KindColors& colors, double share = 0.5) {
    return {mixed(colors.fill, colors.line, share), 1.0, Qt::SolidLine, Qt::RoundCap, Qt::RoundJoin};
}

void fillOutline(QPainter& painter, const Element& element, const QRectF& r, const KindColors& colors) {
    painter.setPen(linePen(colors));
    painter.setBrush(colors.fill);
    painter.drawPath(outlineOf(element.kind, r));
}

void paintService(QPainter& painter, const Element& element, const QRectF& r, const BodyLook& look) {
    const KindColors& colors = look.theme->of(element.kind);
    fillOutline(painter, element, r, colors);
    if (look.far || r.height() < kLeastForPips)
        return;
    painter.setPen(Qt::NoPen);
    painter.setBrush(mixed(colors.fill, colors.line, 0.22));
    painter.drawRoundedRect(utilisationBar(r), 1.5, 1.5);
    if (look.live)
        return;
    const auto instances = integerOf(propertiesOf(element.kind), element.properties, "instances");
    const int shown = static_cast<int>(std::clamp<std::int64_t>(instances, 0, kMostPips));
    painter.setPen(QPen(colors.line, 1.3));
    painter.setBrush(Qt::NoBrush);
    QPointF pip = firstPip(r);
    for (int i = 0; i < shown; ++i, pip.rx() += kPipStep)
        painter.drawEllipse(pip, kPipSize / 2 - 0.6, kPipSize / 2 - 0.6);
    if (instances > kMostPips) {
        drawLine(painter, QStringLiteral("× ") + shortCount(static_cast<std::uint64_t>(instances)),
                 canvasFigures(10), QRectF(pip.x() - 2, pip.y() - 8, 60, 16),
                 Qt::AlignLeft | Qt::AlignVCenter, colors.text);
    }
}

void paintQueue(QPainter& painter, const Element& element, const QRectF& r, const BodyLook& look) {
    const Theme& t = *look.theme;
    const KindColors& colors = t.of(element.kind);
    const QPainterPath outline = outlineOf(element.kind, r);
    const bool temporary = booleanOf(propertiesOf(element.kind), element.properties, "temporary");
    const double b = contentRectOf(element.kind, r).left() - r.left() - 4;

    painter.setPen(Qt::NoPen);
    painter.setBrush(colors.fill);
    painter.drawPath(outline);

    // The mouth at the consumer's end is seen into; the far one only as its rim.
    const QRectF left(r.left(), r.top(), 2 * b, r.height());
    const QRectF right(r.right() - 2 * b, r.top(), 2 * b, r.height());
    const QRectF& mouth = look.runsLeft ? left : right;
    const QRectF& rim = look.runsLeft ? right : left;
    if (look.deadLetters) {
        // The cap: nothing leaves this pipe by itself.
        const double cap = b + 9;
        const QRectF slice = look.runsLeft ? QRectF(r.left(), r.top(), cap, r.height())
                                           : QRectF(r.right() - cap, r.top(), cap, r.height());
        QPainterPath part;
        part.addRect(slice);
        painter.setBrush(t.danger);
        painter.drawPath(outline & part);
    } else {
        painter.setBrush(mixed(colors.fill, colors.line, 0.28));
        painter.drawEllipse(mouth);
    }
    QPen pen = linePen(colors);
    if (temporary) {
        pen.setDashPattern({4, 3});
        pen.setCapStyle(Qt::FlatCap);
    }
    painter.setBrush(Qt::NoBrush);
    if (!look.far) {
        painter.setPen(finePen(colors, 0.55));
        painter.drawEllipse(rim);
    }
    painter.setPen(pen);
    if (!look.deadLetters)
        painter.drawEllipse(mouth);
    painter.drawPath(outline);
    if (look.deadLetters) {
        painter.setPen(QPen(mixed(t.danger, t.dark ? t.canvas : t.text, 0.25), kLine));
        painter.drawArc(mouth, (look.runsLeft ? 90 : -90) * 16, 180 * 16);
    }
}

void paintTopic(QPainter& painter, const Element& element, const QRectF& r, const BodyLook& look) {
    const KindColors& colors = look.theme->of(element.kind);
    fillOutline(painter, element, r, colors);
    const auto partitions = static_cast<int>(std::clamp<std::int64_t>(
        integerOf(propertiesOf(element.kind), element.properties, "partitions"), 1, 10'000));
    painter.setPen(Qt::NoPen);
    if (look.far) {
        // Three strokes below the name say "log".
        painter.setBrush(mixed(colors.fill, colors.line, 0.45));
        for (int i = 0; i < 3; ++i)
            painter.drawRect(QRectF(r.left() + 8, r.bottom() - r.height() * (0.12 + 0.13 * i), r.width() - 16,
                                    r.height() * 0.06));
        return;
    }
    const Lanes lanes = lanesOf(r, partitions);
    painter.setBrush(mixed(colors.fill, colors.line, look.theme->dark ? 0.28 : 0.20));
    const double radius = std::min(2.0, lanes.height / 3);
    for (int i = 0; i < lanes.count; ++i)
        painter.drawRoundedRect(lanes.lane(i), radius, radius);
    if (lanes.height >= 11 && lanes.partitionsALane == 1) {
        for (int i = 0; i < lanes.count; ++i)
            drawLine(painter, QString::number(i), canvasFigures(9), lanes.lane(i).adjusted(4, 0, 0, 0),
                     Qt::AlignLeft | Qt::AlignVCenter, colors.text);
    }
    if (look.live)
        return;
    painter.setPen(Qt::NoPen);
    // A hint of records, so that a resting lane reads as a log and not as a bar.
    painter.setBrush(mixed(colors.fill, colors.line, look.theme->dark ? 0.5 : 0.42));
    for (int i = 0; i < lanes.count; ++i) {
        const QRectF lane = lanes.lane(i);
        painter.drawRect(QRectF(lane.right() - 3, lane.top(), 2, lane.height()));
    }
}

void paintTable(QPainter& painter, const Element& element, const QRectF& r, const BodyLook& look) {
    const KindColors& colors = look.theme->of(element.kind);
    const QPainterPath outline = outlineOf(element.kind, r);
    painter.setPen(Qt::NoPen);
    painter.setBrush(colors.fill);
    painter.drawPath(outline);
    const QRectF content = contentRectOf(element.kind, r);
    painter.setBrush(mixed(colors.fill, colors.line, look.theme->dark ? 0.30 : 0.24));
    QPainterPath header;
    header.addRect(
        QRectF(r.left(), r.top(), r.width(), look.far ? r.height() * 0.55 : content.top() - r.top()));
    painter.drawPath(header & outline);
    painter.setPen(finePen(colors, 0.42));
    if (look.far) {
        painter.drawLine(QPointF(r.left(), r.top() + r.height() * 0.78),
                         QPointF(r.right(), r.top() + r.height() * 0.78));
        const double x = r.left() + r.width() * 0.4;
        painter.drawLine(QPointF(x, r.top() + r.height() * 0.55), QPointF(x, r.bottom()));
    } else {
        const double row = tableRowHeight(r);
        for (int i = 1; i <= kTableRows; ++i) {
            const double y = content.top() + row * i;
            painter.drawLine(QPointF(r.left(), y), QPointF(r.right(), y));
        }
        for (const double share : {0.34, 0.67}) {
            const double x = r.left() + r.width() * share;
            painter.drawLine(QPointF(x, content.top()), QPointF(x, content.top() + row * kTableRows));
        }
    }
    painter.setBrush(Qt::NoBrush);
    QPen pen = linePen(colors);
    if (textOf(propertiesOf(element.kind), element.properties, "location") == "internal")
        pen.setDashPattern({6, 3});
    painter.setPen(pen);
    painter.drawPath(outline);
}

void paintCylinder(QPainter& painter, const Element& element, const QRectF& r, const BodyLook& look) {
    const KindColors& colors = look.theme->of(element.kind);
    fillOutline(painter, element, r, colors);
    const double b = std::clamp(r.height() * 0.14, 4.0, 12.0);
    const QRectF lid(r.left(), r.top(), r.width(), 2 * b);
    painter.setBrush(mixed(colors.fill, colors.line, 0.22));
    painter.drawEllipse(lid);
    if (element.kind != ElementKind::Cache)
        return;
    painter.setBrush(Qt::NoBrush);
    painter.setPen(linePen(colors, look.far ? kLine : 1.2));
    for (const double share : {1.0 / 3, 2.0 / 3}) {
        const QRectF disc = lid.translated(0, (r.height() - 2 * b) * share);
        painter.drawArc(disc, 180 * 16, 180 * 16);
    }
}

void paintSidecar(QPainter& painter, const Element& element, const QRectF& r, const BodyLook& look) {
    const KindColors& colors = look.theme->of(element.kind);
    fillOutline(painter, element, r, colors);
    // Two pins: it is plugged into its service.
    painter.setBrush(colors.line);
    painter.setPen(Qt::NoPen);
    for (const double share : {0.32, 0.68})
        painter.drawRect(QRectF(r.left() + 4, r.top() + r.height() * share - 2, 6, 4));
}

void paintNote(QPainter& painter, const Element& element, const QRectF& r, const BodyLook& look) {
    const Theme& t = *look.theme;
    fillOutline(painter, element, r, t.of(element.kind));
    const double fold = std::min(14.0, std::min(r.width(), r.height()) * 0.25);
    QPainterPath corner(QPointF(r.right() - fold, r.top()));
    corner.lineTo(r.right() - fold, r.top() + fold);
    corner.lineTo(r.right(), r.top() + fold);
    corner.closeSubpath();
    painter.setBrush(mixed(t.paper, t.of(element.kind).line, 0.3));
    painter.drawPath(corner);
}

void paintGlyphed(QPainter& painter, const Element& element, const QRectF& r, const BodyLook& look) {
    const KindColors& colors = look.theme->of(element.kind);
    fillOutline(painter, element, r, colors);
    painter.setBrush(Qt::NoBrush);
    painter.setPen(QPen(colors.text, look.far ? 2.5 : 1.8, Qt::SolidLine, Qt::RoundCap, Qt::RoundJoin));
    paintGlyph(painter, element, r);
}

QString noteText(const Element& element) {
    const Json* text = element.properties.find("text");
    const QString body =
        text && text->is_string() ? QString::fromStdString(text->get_ref<const std::string&>()) : QString();
    return body.isEmpty() ? QString::fromStdString(element.note) : body;
}

void paintNoteText(QPainter& painter, const Element& element, const QRectF& r, const Theme& theme) {
    QRectF rest = nameRectOf(element.kind, r);
    const QString name = QString::fromStdString(element.name);
    if (!name.trimmed().isEmpty()) {
        const FittedText title =
            fitText(name, {rest.width() - 8, rest.height()}, {.size = 12, .smallest = 10});
        drawText(painter, title, rest, Qt::AlignLeft | Qt::AlignTop, theme.paperText);
        rest.setTop(rest.top() + title.lineHeight * static_cast<double>(title.lines.size()) + 2);
    }
    const QString body = noteText(element);
    if (!body.trimmed().isEmpty() && rest.height() > 10) {
        const FittedText text =
            fitText(body, rest.size(), {.size = 12, .smallest = 9, .weight = QFont::Normal, .lines = 100});
        drawText(painter, text, rest, Qt::AlignLeft | Qt::AlignTop, theme.paperText);
    }
}

/// Where there is room for a name that is painted larger than the drawing, in canvas units.
QRectF roomFromAfar(const Element& element, const QRectF& bounds, double zoom) {
    const bool far = zoom < 0.4;
    const double side = std::max(5.0, 3 / zoom);
    switch (element.kind) {
        case ElementKind::Topic:
        case ElementKind::Table:
            // From afar there is only a hint of lanes and rows; nearer, they begin below the heading.
            return far ? QRectF(bounds.left() + 6, bounds.top() + 2, bounds.width() - 12,
                                bounds.height() * 0.5)
                       : nameRectOf(element.kind, bounds);
        case ElementKind::External:
        case ElementKind::Processor:
            return bounds.adjusted(bounds.width() * 0.1, bounds.height() * 0.3, -bounds.width() * 0.1, -4);
        case ElementKind::Service:
            // Above the instances, where they are shown.
            return bounds.adjusted(side, 1, -side, far || bounds.height() < kLeastForPips ? -15 : -25);
        default:
            break;
    }
    if (!nameIsBelow(element.kind))
        return bounds.adjusted(side, 4, -side, -4);
    QRectF rect = nameRectOf(element.kind, bounds);
    rect.setHeight(12 / zoom);
    return rect;
}

/// A name far out is painted larger than it is, so that it can be read; where its room is too small for the
/// whole of it there is none: half a word would only be noise.
void paintNameInPixels(QPainter& painter, const Element& element, const QRectF& bounds, double zoom,
                       const Theme& theme) {
    const bool below = nameIsBelow(element.kind);
    const bool heading = element.kind == ElementKind::Topic || element.kind == ElementKind::Table;
    const QRectF rect = roomFromAfar(element, bounds, zoom);
    const QRectF pixels(rect.topLeft() * zoom, rect.size() * zoom);
    const TextStyle style{.size = std::max(9, static_cast<int>(std::lround(13 * zoom))),
                          .smallest = 8,
                          .lines = below || heading || element.kind == ElementKind::External ? 1 : 3};
    const FittedText text = fitText(QString::fromStdString(element.name), pixels.size(), style);
    // A line's height counts the room between lines, which the last one does not need.
    constexpr double kBetweenLines = 3;
    const double height = text.lineHeight * static_cast<double>(text.lines.size()) - kBetweenLines;
    if (text.elided || height > pixels.height())
        return;
    const bool aside = heading && zoom >= 0.4;
    const Qt::Alignment alignment = below   ? Qt::AlignHCenter | Qt::AlignTop
                                    : aside ? Qt::AlignLeft | Qt::AlignVCenter
                                            : Qt::AlignHCenter | Qt::AlignVCenter;
    // In pixels: fonts of many large sizes scaled down cost ten times as much.
    painter.save();
    painter.scale(1 / zoom, 1 / zoom);
    drawText(painter, text, pixels, alignment, below ? theme.text : theme.of(element.kind).text);
    painter.restore();
}

}  // namespace

QPointF firstPip(const QRectF& r) {
    return {r.left() + 12 + kPipSize / 2, r.bottom() - 21};
}

QRectF utilisationBar(const QRectF& r) {
    return {r.left() + 12, r.bottom() - 10, r.width() - 24, 3};
}

double tableRowHeight(const QRectF& r) {
    return (contentRectOf(ElementKind::Table, r).height() - 18) / kTableRows;
}

Lanes lanesOf(const QRectF& bounds, int partitions) {
    Lanes lanes;
    lanes.area = contentRectOf(ElementKind::Topic, bounds);
    lanes.partitionsALane = (partitions + 7) / 8;
    lanes.count = (partitions + lanes.partitionsALane - 1) / lanes.partitionsALane;
    lanes.step = std::min(22.0, lanes.area.height() / lanes.count);
    lanes.height = lanes.step - std::clamp(lanes.step * 0.28, 1.5, 6.0);
    return lanes;
}

double compressedLength(double count, double unit) {
    return count <= 10 ? count * unit : (10 + 4 * std::log10(count / 10)) * unit;
}

void paintBody(QPainter& painter, const Element& element, const QRectF& bounds, const BodyLook& look) {
    switch (element.kind) {
        case ElementKind::Service:
            return paintService(painter, element, bounds, look);
        case ElementKind::Queue:
            return paintQueue(painter, element, bounds, look);
        case ElementKind::Topic:
            return paintTopic(painter, element, bounds, look);
        case ElementKind::Table:
            return paintTable(painter, element, bounds, look);
        case ElementKind::Cache:
        case ElementKind::Database:
            return paintCylinder(painter, element, bounds, look);
        case ElementKind::Sidecar:
            return paintSidecar(painter, element, bounds, look);
        case ElementKind::Note:
            return paintNote(painter, element, bounds, look);
        case ElementKind::Client:
        case ElementKind::External:
            return fillOutline(painter, element, bounds, look.theme->of(element.kind));
        case ElementKind::Gateway:
        case ElementKind::LoadBalancer:
        case ElementKind::Exchange:
        case ElementKind::Processor:
            return paintGlyphed(painter, element, bounds, look);
    }
}

void paintName(QPainter& painter, const Element& element, const QRectF& bounds, double zoom,
               const Theme& theme) {
    if (zoom < kLeastZoomForNames)
        return;
    if (element.kind == ElementKind::Note && zoom >= 0.4)
        return paintNoteText(painter, element, bounds, theme);
    if (zoom < 0.6)
        return paintNameInPixels(painter, element, bounds, zoom, theme);
    const bool below = nameIsBelow(element.kind);
    const bool heading = element.kind == ElementKind::Topic || element.kind == ElementKind::Table;
    TextStyle style;
    if (heading)
        style = {.size = 12, .smallest = 9, .lines = 2};
    else if (element.kind == ElementKind::Sidecar)
        style = {.size = 11, .smallest = 8, .lines = 2};
    else if (!below)
        style = {.size = element.kind == ElementKind::Processor ? 12 : 13, .smallest = 8, .lines = 4};
    Qt::Alignment alignment = Qt::AlignHCenter | Qt::AlignVCenter;
    if (below)
        alignment = Qt::AlignHCenter | Qt::AlignTop;
    else if (heading)
        alignment = Qt::AlignLeft | Qt::AlignVCenter;
    const QRectF rect = nameRectOf(element.kind, bounds);
    drawText(painter, fitText(QString::fromStdString(element.name), rect.size(), style), rect, alignment,
             below ? theme.text : theme.of(element.kind).text);
}

}  // namespace sluice
