#include <algorithm>
#include <array>
#include <optional>

#include "widgets/paint/badges.h"
#include "widgets/paint/diagrampainter.h"
#include "widgets/paint/linkpainter.h"

namespace sluice {
namespace {

constexpr std::size_t kMostHaloes = 200;

/// The silhouette with a distance around it: a ring that follows the shape.
void paintRing(QPainter& painter, const QPainterPath& outline, const QColor& color, double width,
               double halo) {
    painter.setBrush(Qt::NoBrush);
    if (halo > 0) {
        QColor soft = color;
        soft.setAlphaF(0.20F);
        painter.setPen(QPen(soft, halo, Qt::SolidLine, Qt::RoundCap, Qt::RoundJoin));
        painter.drawPath(outline);
    }
    painter.setPen(QPen(color, width, Qt::SolidLine, Qt::RoundCap, Qt::RoundJoin));
    painter.drawPath(outline);
}

QPainterPath ringOf(ElementKind kind, const QRectF& bounds) {
    // Hollow silhouettes are framed as a card: their own outline would read as an edit of the figure.
    if (kind == ElementKind::Client) {
        QPainterPath path;
        path.addRoundedRect(bounds.adjusted(-4, -4, 4, 4), 10, 10);
        return path;
    }
    return outlineOf(kind, bounds);
}

/// From afar thousands of rings and curves are a matter of colour: rectangles and hairlines do, and do not
/// cost a frame.
bool isPlain(const Highlights& highlights, double zoom) {
    return highlights.selected.size() > kMostHaloes && detailAt(zoom) == Detail::Far;
}

QPainterPath groupPath(const QRectF& rect) {
    QPainterPath path;
    path.addRoundedRect(rect, 12, 12);
    return path;
}

void paintHandles(QPainter& painter, const QRectF& rect, double zoom, const Theme& theme) {
    const double half = 4 / zoom;
    painter.setPen(QPen(theme.accent, 1.4 / zoom));
    painter.setBrush(theme.surfaceRaised);
    const QPointF c = rect.center();
    for (const QPointF& p : std::array<QPointF, 8>{{rect.topLeft(),
                                                    {c.x(), rect.top()},
                                                    rect.topRight(),
                                                    {rect.right(), c.y()},
                                                    rect.bottomRight(),
                                                    {c.x(), rect.bottom()},
                                                    rect.bottomLeft(),
                                                    {rect.left(), c.y()}}})
        painter.drawRoundedRect(QRectF(p.x() - half, p.y() - half, 2 * half, 2 * half), half / 3, half / 3);
}

}  // namespace

void paintHighlights(QPainter& painter, const Diagram& diagram, const DiagramGeometry& geometry,
                     const Highlights& highlights, const PaintOptions& options, const QRectF& visible) {
    const Theme& t = *options.theme;
    const double pixel = 1 / options.zoom;
    const double width = std::max(2.0, 1.8 * pixel);
    // Of many the soft edges cost a frame and say nothing more.
    const double halo = highlights.selected.size() <= kMostHaloes ? std::max(7.0, 6 * pixel) : 0;
    painter.save();
    painter.setRenderHint(QPainter::Antialiasing);

    const auto colorFor = [&](const std::string& id, bool& strong) -> std::optional<QColor> {
        strong = true;
        if (!highlights.target.empty() && id == highlights.target)
            return highlights.targetRefused ? t.danger : t.accent;
        if (highlights.selected.contains(id))
            return t.accent;
        strong = false;
        if (!highlights.hovered.empty() && id == highlights.hovered)
            return mixed(t.accent, t.canvas, 0.35);
        return std::nullopt;
    };
    const auto isSeen = [&](const QRectF& bounds) {
        const double margin = halo + width + 12;
        return visible.isNull() || visible.intersects(bounds.adjusted(-margin, -margin, margin, margin));
    };
    const bool plain = isPlain(highlights, options.zoom);
    painter.setRenderHint(QPainter::Antialiasing, !plain);
    const auto paintPlain = [&](const QRectF& bounds, const QColor& color) {
        QColor soft = color;
        soft.setAlphaF(0.25F);
        painter.setPen(QPen(color, 0));
        painter.setBrush(soft);
        painter.drawRect(bounds);
    };
    bool strong = false;
    for (std::size_t i = 0; i < diagram.groups.size(); ++i) {
        const auto color =
            isSeen(geometry.groups()[i]) ? colorFor(diagram.groups[i].id, strong) : std::nullopt;
        if (!color)
            continue;
        // The title stands on the border and stays readable.
        const QRectF& rect = geometry.groups()[i];
        if (plain) {
            painter.setPen(QPen(*color, 0));
            painter.setBrush(Qt::NoBrush);
            painter.drawRect(rect);
            continue;
        }
        QPainterPath clip;
        const double reach = 2 * std::max(halo, width);
        clip.addRect(rect.adjusted(-reach, -reach - 20 * pixel, reach, reach));
        clip.addRect(groupTitleRect(diagram.groups[i], rect, options.zoom));
        painter.save();
        painter.setClipPath(clip, Qt::IntersectClip);
        paintRing(painter, groupPath(rect), *color, width, strong ? halo : 0);
        painter.restore();
    }
    for (std::size_t i = 0; i < diagram.links.size(); ++i) {
        if (geometry.links()[i].isNull() || !isSeen(geometry.links()[i].bounds()))
            continue;
        const auto color = colorFor(diagram.links[i].id, strong);
        if (color && plain) {
            painter.setPen(QPen(*color, 0));
            painter.drawLine(geometry.links()[i].pointAt(0), geometry.links()[i].pointAt(0.5));
            painter.drawLine(geometry.links()[i].pointAt(0.5), geometry.links()[i].pointAt(1));
        } else if (color) {
            paintLinkMarked(painter, diagram.links[i].kind, geometry.links()[i], options.zoom, *color);
        }
    }
    for (std::size_t i = 0; i < diagram.elements.size(); ++i) {
        const Element& element = diagram.elements[i];
        if (!isSeen(geometry.elements()[i]))
            continue;
        const auto color = colorFor(element.id, strong);
        if (color && plain)
            paintPlain(geometry.elements()[i], *color);
        else if (color)
            paintRing(painter, ringOf(element.kind, geometry.elements()[i]), *color, width,
                      strong ? halo : 0);
    }
    if (highlights.handles && highlights.selected.size() == 1) {
        const std::string& id = *highlights.selected.begin();
        if (const int index = geometry.elementIndex(id); index >= 0)
            paintHandles(painter, geometry.elements()[std::size_t(index)], options.zoom, t);
        for (std::size_t i = 0; i < diagram.groups.size(); ++i) {
            if (diagram.groups[i].id == id)
                paintHandles(painter, geometry.groups()[i], options.zoom, t);
        }
    }
    painter.restore();
}

void addBadges(FindingBadges& badges, const std::vector<Finding>& findings) {
    for (const Finding& finding : findings) {
        if (finding.subject.empty())
            continue;
        const auto [it, added] = badges.try_emplace(finding.subject, FindingBadge{finding.severity, 1});
        if (!added) {
            it->second.severity = std::min(it->second.severity, finding.severity);
            ++it->second.count;
        }
    }
}

FindingBadges badgesOf(const std::vector<Finding>& findings) {
    FindingBadges badges;
    addBadges(badges, findings);
    return badges;
}

QRectF findingBadgeRect(const QRectF& bounds, double zoom) {
    const double half = 10 * badgeScale(zoom);
    const QPointF centre = bounds.topLeft();
    return {centre.x() - half, centre.y() - half, 2 * half, 2 * half};
}

namespace {

/// From afar badges are larger than what they are on: only alarms are left. A run has other things to tell
/// than hints.
Severity mildestShown(const PaintOptions& options) {
    if (options.zoom < 0.2)
        return Severity::Error;
    return options.zoom < 0.4 || options.live ? Severity::Warning : Severity::Hint;
}

}  // namespace

void paintFindings(QPainter& painter, const Diagram& diagram, const DiagramGeometry& geometry,
                   const FindingBadges& badges, const QRectF& visible, const PaintOptions& options) {
    if (badges.empty())
        return;
    const double scale = badgeScale(options.zoom);
    const Severity mildest = mildestShown(options);
    // In every frame: of thousands of things those first that are seen, and none when none is grave enough.
    if (std::none_of(badges.begin(), badges.end(),
                     [mildest](const auto& badge) { return badge.second.severity <= mildest; }))
        return;
    const QRectF near = visible.adjusted(-20, -20, 20, 20);
    painter.save();
    painter.setRenderHint(QPainter::Antialiasing);
    const auto paintAt = [&](const std::string& id, const QPointF& centre) {
        if (!near.contains(centre))
            return;
        const auto it = badges.find(id);
        if (it != badges.end() && it->second.severity <= mildest && options.shows(id))
            paintFindingBadge(painter, centre, it->second.severity, scale, *options.theme);
    };
    for (std::size_t i = 0; i < diagram.groups.size(); ++i)
        paintAt(diagram.groups[i].id, geometry.groups()[i].topLeft());
    const GroupFolds& folds = geometry.folds();
    for (std::size_t i = 0; i < diagram.links.size(); ++i) {
        if (folds.hidesLink(i, options.zoom))
            continue;
        // Near the beginning, clear of the label in the middle.
        const LinkRoute& route = geometry.links()[i];
        if (!route.isNull() && near.intersects(route.bounds().adjusted(-1, -1, 1, 1)) &&
            badges.contains(diagram.links[i].id))
            paintAt(diagram.links[i].id, route.pointAt(std::min(0.2, 18 / route.length())));
    }
    // A folded group says what the worst of its members would.
    std::vector<std::optional<Severity>> worst(diagram.groups.size());
    for (std::size_t i = 0; i < diagram.elements.size(); ++i) {
        if (!folds.hidesElement(i, options.zoom)) {
            paintAt(diagram.elements[i].id, findingBadgeRect(geometry.elements()[i], options.zoom).center());
            continue;
        }
        const auto badge = badges.find(diagram.elements[i].id);
        auto& folded = worst[std::size_t(folds.groupOf(i))];
        if (badge != badges.end() && badge->second.severity <= mildest)
            folded = std::min(folded.value_or(badge->second.severity), badge->second.severity);
    }
    for (std::size_t i = 0; i < worst.size(); ++i) {
        if (worst[i])
            paintFindingBadge(painter, geometry.groups()[i].topLeft(), *worst[i], scale, *options.theme);
    }
    painter.restore();
}

}  // namespace sluice
