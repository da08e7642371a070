#include "widgets/paint/diagrampainter.h"

#include <QCoreApplication>
#include <QFontMetricsF>
#include <cmath>

#include "widgets/paint/elementpainter.h"
#include "widgets/paint/foldpainter.h"
#include "widgets/paint/linkpainter.h"
#include "widgets/paint/textfitting.h"

namespace sluice {
namespace {

constexpr std::size_t kItemsAQuestion = 32;  ///< painted between two questions whether to go on

constexpr double kGridStep = 20;
constexpr std::size_t kManyLinks = 2000;
constexpr double kLeastZoomForManyLinks = 0.4;
constexpr double kLeastZoomForTitles = 0.03;

void paintGrid(QPainter& painter, const QRectF& visible, const PaintOptions& options) {
    double step = kGridStep;
    while (step * options.zoom < 12)
        step *= 5;
    const double dot = 1.0 / options.zoom;
    painter.setPen(QPen(options.theme->grid, dot * 1.6, Qt::SolidLine, Qt::RoundCap));
    QList<QPointF> points;
    for (double y = std::floor(visible.top() / step) * step; y <= visible.bottom(); y += step) {
        for (double x = std::floor(visible.left() / step) * step; x <= visible.right(); x += step)
            points.append({x, y});
    }
    painter.setRenderHint(QPainter::Antialiasing, false);
    painter.drawPoints(points.constData(), static_cast<int>(points.size()));
    painter.setRenderHint(QPainter::Antialiasing, true);
}

QString groupKindLabel(const std::string& kind) {
    if (kind == "context")
        return QCoreApplication::translate("Canvas", "context");
    if (kind == "team")
        return QCoreApplication::translate("Canvas", "team");
    if (kind == "zone")
        return QCoreApplication::translate("Canvas", "zone");
    if (kind == "package")
        return QCoreApplication::translate("Canvas", "package");
    return QString::fromStdString(kind);
}

/// The title as it fits on the border.
struct GroupTitle {
    QString name;
    QString kind;  ///< empty where there is no room
    QFont nameFont;
    QFont kindFont;
    QRectF pill;
    double inset = 0;
};

GroupTitle titleOf(const Group& group, const QRectF& rect, double zoom) {
    GroupTitle title;
    if (zoom < kLeastZoomForTitles)
        return title;
    const double scale = std::max(1.0, 0.72 / zoom);
    title.nameFont = canvasFont(static_cast<int>(std::lround(12 * scale)), QFont::DemiBold);
    title.kindFont = canvasFont(static_cast<int>(std::lround(11 * scale)));
    const QFontMetricsF metrics(title.nameFont);
    // Where elements have no names any more, those of groups are what tells one part from another.
    const double room = rect.width() - (zoom < kLeastZoomForNames ? 12 : 40) * scale;
    const QString name = QString::fromStdString(group.name).simplified();
    if (name.isEmpty() || room < 12 * scale)
        return title;
    title.name = metrics.elidedText(name, Qt::ElideRight, room);
    // From afar a part of a title is noise.
    if (zoom < 0.6 && title.name != name)
        title.name.clear();
    if (title.name.isEmpty())
        return title;
    title.inset = (zoom < kLeastZoomForNames ? 3 : 8) * scale;
    double width = metrics.horizontalAdvance(title.name);
    const QString kind = groupKindLabel(group.kind);
    const double kindWidth = QFontMetricsF(title.kindFont).horizontalAdvance(kind) + 8 * scale;
    if (zoom >= 0.6 && !kind.isEmpty() && width + kindWidth <= room) {
        title.kind = kind;
        width += kindWidth;
    }
    title.pill = QRectF(rect.left() + 16, rect.top() - metrics.height() / 2 - 1, width + 2 * title.inset,
                        metrics.height() + 2);
    return title;
}

void paintGroup(QPainter& painter, const Group& group, const QRectF& rect, const PaintOptions& options) {
    const Theme& t = *options.theme;
    QColor tint = t.outlineStrong;
    tint.setAlphaF(t.dark ? 0.10F : 0.08F);
    QPen pen(mixed(t.outline, t.outlineStrong, 0.45), std::max(1.2, 0.8 / options.zoom));
    if (group.kind == "team")
        pen.setDashPattern({6, 4});
    else if (group.kind == "zone")
        pen.setDashPattern({2, 3});
    painter.setPen(pen);
    painter.setBrush(tint);
    painter.drawRoundedRect(rect, 12, 12);

    const GroupTitle title = titleOf(group, rect, options.zoom);
    if (title.name.isEmpty())
        return;
    painter.setPen(Qt::NoPen);
    painter.setBrush(t.canvas);
    painter.drawRoundedRect(title.pill, title.pill.height() / 2, title.pill.height() / 2);
    const QRectF inner = title.pill.adjusted(title.inset, 0, -title.inset, 0);
    drawLine(painter, title.name, title.nameFont, inner, Qt::AlignLeft | Qt::AlignVCenter, t.text);
    if (!title.kind.isEmpty())
        drawLine(painter, title.kind, title.kindFont, inner, Qt::AlignRight | Qt::AlignVCenter, t.textMuted);
}

/// A sidecar hangs on its service by two short lines, or one from afar.
void paintTether(QPainter& painter, const Element& sidecar, const DiagramGeometry& geometry,
                 const Theme& theme) {
    const Json* of = sidecar.properties.find("of");
    const int host = of && of->is_string() ? geometry.elementIndex(of->get_ref<const std::string&>()) : -1;
    if (host < 0)
        return;
    const QRectF own = boundsOf(sidecar);
    const QRectF& other = geometry.elements()[std::size_t(host)];
    const Side side = sideTowards(own, other);
    const bool upright = side == Side::Top || side == Side::Bottom;
    const QPointF apart = upright ? QPointF(own.width() * 0.2, 0) : QPointF(0, own.height() * 0.2);
    const QPointF from = anchorOn(ElementKind::Sidecar, own, side);
    painter.setPen(QPen(theme.of(ElementKind::Sidecar).line, 1.5));
    if ((upright ? other.left() < own.left() && other.right() > own.right()
                 : other.top() < own.top() && other.bottom() > own.bottom())) {
        const double gap = side == Side::Top      ? other.bottom() - own.top()
                           : side == Side::Bottom ? other.top() - own.bottom()
                           : side == Side::Left   ? other.right() - own.left()
                                                  : other.left() - own.right();
        const QPointF step = upright ? QPointF(0, gap) : QPointF(gap, 0);
        painter.drawLine(from + apart, from + apart + step);
        painter.drawLine(from - apart, from - apart + step);
    } else {
        painter.drawLine(from, anchorOn(ElementKind::Service, other, sideTowards(other, own)));
    }
}

void paintLabels(QPainter& painter, const Diagram& diagram, const DiagramGeometry& geometry,
                 const QRectF& visible, const PaintOptions& options) {
    if (options.roughLabels) {
        for (std::size_t i = 0; i < diagram.links.size(); ++i) {
            if (!options.shows(diagram.links[i].id))
                continue;
            if (const auto label = labelInTheMiddle(diagram, i, geometry.links()[i]))
                paintLinkLabel(painter, *label, diagram.links[i].kind, *options.theme);
        }
        return;
    }
    for (const LinkLabel& label : geometry.labels(diagram)) {
        const Link& link = diagram.links[std::size_t(label.link)];
        if (options.shows(link.id) && visible.intersects(label.rect))
            paintLinkLabel(painter, label, link.kind, *options.theme);
    }
}

}  // namespace

void paintBackground(QPainter& painter, const Diagram& diagram, const DiagramGeometry& geometry,
                     const QRectF& visible, const PaintOptions& options) {
    const Theme& t = *options.theme;
    const Detail detail = detailAt(options.zoom);
    painter.save();
    painter.setRenderHints(QPainter::Antialiasing | QPainter::TextAntialiasing |
                           QPainter::SmoothPixmapTransform);
    if (options.canvas)
        painter.fillRect(visible, t.canvas);
    if (options.grid)
        paintGrid(painter, visible, options);

    const GroupFolds& folds = geometry.folds();
    const double all = 1.0 + static_cast<double>(diagram.links.size() + diagram.elements.size());
    const auto stops = [&](std::size_t painted) {
        return options.progress && painted % kItemsAQuestion == 0 &&
               !options.progress(static_cast<double>(painted) / all);
    };
    for (std::size_t i = 0; i < diagram.groups.size(); ++i) {
        const QRectF& rect = geometry.groups()[i];
        if (folds.isFolded(i, options.zoom))
            continue;
        if (options.shows(diagram.groups[i].id) && visible.intersects(rect.adjusted(-8, -30, 8, 8)))
            paintGroup(painter, diagram.groups[i], rect, options);
    }
    const double margin = std::max(12.0, 6 / options.zoom);
    // Of thousands of lines nobody could tell dots and arrows apart, and they take a hundred times as long.
    const bool many = diagram.links.size() > kManyLinks;
    const bool faint = many && options.zoom < kLeastZoomForManyLinks;
    for (std::size_t i = 0; i < diagram.links.size(); ++i) {
        if (stops(i))
            return painter.restore();
        const LinkRoute& route = geometry.links()[i];
        if (!route.isNull() && !folds.hidesLink(i, options.zoom) && options.shows(diagram.links[i].id) &&
            visible.intersects(route.bounds().adjusted(-margin, -margin, margin, margin))) {
            if (faint && options.zoom >= GroupFolds::kOpensAt)
                paintLinkFaintly(painter, diagram.links[i].kind, route, t);
            else if (many)
                paintLinkWithin(painter, diagram.links[i].kind, route, options.zoom, visible, t);
            else
                paintLink(painter, diagram.links[i].kind, route, options.zoom, t);
        }
    }
    for (std::size_t i = 0; i < diagram.elements.size(); ++i) {
        if (diagram.elements[i].kind == ElementKind::Sidecar && !folds.hidesElement(i, options.zoom) &&
            options.shows(diagram.elements[i].id))
            paintTether(painter, diagram.elements[i], geometry, t);
    }
    for (std::size_t i = 0; i < diagram.elements.size(); ++i) {
        if (stops(diagram.links.size() + i))
            return painter.restore();
        const Element& element = diagram.elements[i];
        const QRectF& bounds = geometry.elements()[i];
        if (folds.hidesElement(i, options.zoom) || !options.shows(element.id) ||
            !visible.intersects(bounds.adjusted(-60, -20, 60, 50)))
            continue;
        const auto index = static_cast<int>(i);
        paintBody(painter, element, bounds,
                  {.theme = &t,
                   .runsLeft = geometry.runsLeft(index),
                   .deadLetters = element.kind == ElementKind::Queue && geometry.takesDeadLetters(index),
                   .far = detail == Detail::Far,
                   .live = options.live});
        paintName(painter, element, bounds, options.zoom, t);
    }
    paintFolds(painter, diagram, geometry, visible, options);
    if (options.labels && labelsShown(options.zoom))
        paintLabels(painter, diagram, geometry, visible, options);
    painter.restore();
}

QRectF groupTitleRect(const Group& group, const QRectF& bounds, double zoom) {
    return titleOf(group, bounds, zoom).pill;
}

void paintKind(QPainter& painter, ElementKind kind, const QRectF& rect, const Theme& theme) {
    Element element;
    element.kind = kind;
    const Size size = defaultSize(kind);
    const double scale = std::min(rect.width() / size.width, rect.height() / size.height);
    painter.save();
    painter.setRenderHint(QPainter::Antialiasing);
    painter.translate(rect.center());
    painter.scale(scale, scale);
    paintBody(painter, element, boundsOf(element), {.theme = &theme, .far = scale < 0.4});
    painter.restore();
}

}  // namespace sluice
