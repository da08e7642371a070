#include "widgets/paint/geometry.h"

#include <QPolygonF>
#include <cmath>

namespace sluice {
namespace {

QPainterPath closedPolygon(std::initializer_list<QPointF> points) {
    QPainterPath path;
    path.addPolygon(QPolygonF(QList<QPointF>(points)));
    path.closeSubpath();
    return path;
}

QPainterPath roundedRect(const QRectF& bounds, double radius) {
    QPainterPath path;
    path.addRoundedRect(bounds, radius, radius);
    return path;
}

/// How far the ends of a pipe or the lids of a cylinder bulge.
double bulge(double extent) {
    return std::clamp(extent * 0.14, 4.0, 12.0);
}

QPainterPath pipe(const QRectF& r) {
    const double b = bulge(r.width() * 0.5);
    QPainterPath path;
    path.moveTo(r.left() + b, r.top());
    path.lineTo(r.right() - b, r.top());
    path.arcTo(QRectF(r.right() - 2 * b, r.top(), 2 * b, r.height()), 90, -180);
    path.lineTo(r.left() + b, r.bottom());
    path.arcTo(QRectF(r.left(), r.top(), 2 * b, r.height()), 270, -180);
    path.closeSubpath();
    return path;
}

QPainterPath cylinder(const QRectF& r) {
    const double b = bulge(r.height());
    QPainterPath path;
    path.moveTo(r.left(), r.top() + b);
    path.arcTo(QRectF(r.left(), r.top(), r.width(), 2 * b), 180, -180);
    path.lineTo(r.right(), r.bottom() - b);
    path.arcTo(QRectF(r.left(), r.bottom() - 2 * b, r.width(), 2 * b), 0, -180);
    path.closeSubpath();
    return path;
}

QPainterPath cloud(const QRectF& r) {
    const auto at = [&r](double x, double y) {
        return QPointF(r.left() + x * r.width(), r.top() + y * r.height());
    };
    QPainterPath path(at(0.20, 0.96));
    path.cubicTo(at(-0.05, 0.96), at(-0.05, 0.50), at(0.14, 0.46));
    path.cubicTo(at(0.10, 0.16), at(0.32, 0.06), at(0.42, 0.18));
    path.cubicTo(at(0.52, -0.08), at(0.80, -0.02), at(0.80, 0.30));
    path.cubicTo(at(1.02, 0.26), at(1.09, 0.96), at(0.80, 0.96));
    path.closeSubpath();
    return path;
}

QPainterPath person(const QRectF& r) {
    const double head = std::min(r.width() * 0.42, r.height() * 0.46);
    const QPointF top(r.center().x(), r.top());
    QPainterPath path;
    path.addEllipse(QRectF(top.x() - head / 2, top.y(), head, head));
    const double shoulder = r.top() + head + r.height() * 0.06;
    const double w = std::min(r.width(), r.height() * 1.1);
    QPainterPath body;
    body.moveTo(top.x() - w / 2, r.bottom());
    body.cubicTo(top.x() - w / 2, shoulder + (r.bottom() - shoulder) * 0.1, top.x() - w * 0.32, shoulder,
                 top.x(), shoulder);
    body.cubicTo(top.x() + w * 0.32, shoulder, top.x() + w / 2, shoulder + (r.bottom() - shoulder) * 0.1,
                 top.x() + w / 2, r.bottom());
    body.closeSubpath();
    path.addPath(body);
    return path;
}

QPainterPath paper(const QRectF& r) {
    const double fold = std::min(14.0, std::min(r.width(), r.height()) * 0.25);
    return closedPolygon({r.topLeft(),
                          {r.right() - fold, r.top()},
                          {r.right(), r.top() + fold},
                          r.bottomRight(),
                          r.bottomLeft()});
}

/// The outermost point of the silhouette on a line through it, square to the side.
std::optional<double> outermost(const QPainterPath& outline, Side side, double across) {
    const bool horizontal = side == Side::Left || side == Side::Right;
    const bool largest = side == Side::Right || side == Side::Bottom;
    std::optional<double> best;
    for (const QPolygonF& polygon : outline.toSubpathPolygons()) {
        for (qsizetype i = 0; i + 1 < polygon.size(); ++i) {
            QPointF a = polygon[i];
            QPointF b = polygon[i + 1];
            if (!horizontal) {
                a = a.transposed();
                b = b.transposed();
            }
            if (std::min(a.y(), b.y()) > across || std::max(a.y(), b.y()) < across)
                continue;
            const double span = b.y() - a.y();
            const double x = std::abs(span) < 1e-9
                                 ? (largest ? std::max(a.x(), b.x()) : std::min(a.x(), b.x()))
                                 : a.x() + (b.x() - a.x()) * (across - a.y()) / span;
            if (!best || (largest ? x > *best : x < *best))
                best = x;
        }
    }
    return best;
}

/// How far a half ellipse is from its straight edge, as a share of its depth, at that share of its width.
double arch(double share) {
    return std::sqrt(std::max(0.0, 1 - share * share));
}

/// outermost() of a pipe.
double pipeEdge(const QRectF& r, Side side, double across) {
    const double b = bulge(r.width() * 0.5);
    const double height = r.height() / 2;
    const double beyond = std::max({0.0, across - (r.right() - b), r.left() + b - across});
    switch (side) {
        case Side::Left:
            return r.left() + b - b * arch((across - r.center().y()) / height);
        case Side::Right:
            return r.right() - b + b * arch((across - r.center().y()) / height);
        case Side::Top:
            return r.center().y() - height * arch(beyond / b);
        case Side::Bottom:
            return r.center().y() + height * arch(beyond / b);
    }
    Q_UNREACHABLE();
}

/// outermost() of a cylinder.
double cylinderEdge(const QRectF& r, Side side, double across) {
    const double b = bulge(r.height());
    const double width = r.width() / 2;
    const double beyond = std::max({0.0, across - (r.bottom() - b), r.top() + b - across});
    switch (side) {
        case Side::Left:
            return r.center().x() - width * arch(beyond / b);
        case Side::Right:
            return r.center().x() + width * arch(beyond / b);
        case Side::Top:
            return r.top() + b - b * arch((across - r.center().x()) / width);
        case Side::Bottom:
            return r.bottom() - b + b * arch((across - r.center().x()) / width);
    }
    Q_UNREACHABLE();
}

bool fillsItsBounds(ElementKind kind) {
    switch (kind) {
        case ElementKind::Service:
        case ElementKind::Topic:
        case ElementKind::Table:
        case ElementKind::Sidecar:
        case ElementKind::Note:
        case ElementKind::Client:
            return true;
        default:
            return false;
    }
}

constexpr double kNameGap = 4;
constexpr double kNameHeight = 32;
constexpr double kHeader = 24;

}  // namespace

QRectF boundsOf(const Element& element) {
    const Size size = sizeOf(element);
    return {element.position.x - size.width / 2, element.position.y - size.height / 2, size.width,
            size.height};
}

QRectF boundsOf(const Group& group) {
    return {group.position.x - group.size.width / 2, group.position.y - group.size.height / 2,
            group.size.width, group.size.height};
}

QPainterPath outlineOf(ElementKind kind, const QRectF& r) {
    const double third = std::min(r.width() * 0.22, r.height() * 0.5);
    switch (kind) {
        case ElementKind::Service:
            return roundedRect(r, 8);
        case ElementKind::Topic:
        case ElementKind::Table:
            return roundedRect(r, 4);
        case ElementKind::Sidecar:
            return roundedRect(r, 5);
        case ElementKind::Queue:
            return pipe(r);
        case ElementKind::Cache:
        case ElementKind::Database:
            return cylinder(r);
        case ElementKind::External:
            return cloud(r);
        case ElementKind::Client:
            return person(r);
        case ElementKind::Note:
            return paper(r);
        case ElementKind::Exchange:
            return closedPolygon({{r.center().x(), r.top()},
                                  {r.right(), r.center().y()},
                                  {r.center().x(), r.bottom()},
                                  {r.left(), r.center().y()}});
        case ElementKind::Processor:
            return closedPolygon({{r.left() + third, r.top()},
                                  {r.right() - third, r.top()},
                                  {r.right(), r.center().y()},
                                  {r.right() - third, r.bottom()},
                                  {r.left() + third, r.bottom()},
                                  {r.left(), r.center().y()}});
        case ElementKind::Gateway:
            return closedPolygon({r.topLeft(),
                                  {r.right() - third, r.top()},
                                  {r.right(), r.center().y()},
                                  {r.right() - third, r.bottom()},
                                  r.bottomLeft(),
                                  {r.left() + third, r.center().y()}});
        case ElementKind::LoadBalancer: {
            const double inset = r.height() * 0.26;
            return closedPolygon(
                {{r.left(), r.top() + inset}, r.topRight(), r.bottomRight(), {r.left(), r.bottom() - inset}});
        }
    }
    Q_UNREACHABLE();
}

bool nameIsBelow(ElementKind kind) {
    switch (kind) {
        case ElementKind::Client:
        case ElementKind::Queue:
        case ElementKind::Exchange:
        case ElementKind::Gateway:
        case ElementKind::LoadBalancer:
        case ElementKind::Cache:
        case ElementKind::Database:
            return true;
        default:
            return false;
    }
}

QRectF nameRectOf(ElementKind kind, const QRectF& r) {
    if (nameIsBelow(kind)) {
        const double width = std::max(r.width() + 40, 120.0);
        return {r.center().x() - width / 2, r.bottom() + kNameGap, width, kNameHeight};
    }
    switch (kind) {
        case ElementKind::Topic:
        case ElementKind::Table:
            return {r.left() + 8, r.top() + 1, r.width() - 16, std::min(kHeader, r.height()) - 1};
        case ElementKind::Service:
            return r.adjusted(10, 6, -10, -std::min(29.0, r.height() * 0.4));
        case ElementKind::Processor:
            return r.adjusted(r.width() * 0.14, r.height() * 0.36, -r.width() * 0.14, -r.height() * 0.1);
        case ElementKind::External:
            return r.adjusted(r.width() * 0.12, r.height() * 0.28, -r.width() * 0.12, -r.height() * 0.1);
        case ElementKind::Sidecar:
            return r.adjusted(14, 2, -6, -2);
        default:
            return r.adjusted(10, 8, -10, -8);
    }
}

QRectF contentRectOf(ElementKind kind, const QRectF& r) {
    switch (kind) {
        case ElementKind::Topic:
            return r.adjusted(8, kHeader, -8, -8);
        case ElementKind::Table:
            return r.adjusted(0, kHeader, 0, 0);
        case ElementKind::Queue:
            return r.adjusted(bulge(r.width() * 0.5) + 4, 6, -bulge(r.width() * 0.5) - 4, -6);
        default:
            return r;
    }
}

QRectF paintedBoundsOf(const Element& element) {
    const QRectF bounds = boundsOf(element);
    // Badges stand out by 12 at the corners, the selection's ring by 6.
    return bounds.united(nameRectOf(element.kind, bounds)).adjusted(-14, -14, 14, 6);
}

QRectF paintedBoundsOf(const Group& group) {
    return boundsOf(group).adjusted(-4, -14, 4, 4);
}

QPointF normalOf(Side side) {
    switch (side) {
        case Side::Left:
            return {-1, 0};
        case Side::Right:
            return {1, 0};
        case Side::Top:
            return {0, -1};
        case Side::Bottom:
            return {0, 1};
    }
    Q_UNREACHABLE();
}

QPointF anchorOn(ElementKind kind, const QRectF& bounds, Side side, double offset) {
    const bool horizontal = side == Side::Left || side == Side::Right;
    const double limit = (horizontal ? bounds.height() : bounds.width()) / 2 - 1;
    const double across =
        (horizontal ? bounds.center().y() : bounds.center().x()) + std::clamp(offset, -limit, limit);
    if (side == Side::Bottom && nameIsBelow(kind))
        return {across, nameRectOf(kind, bounds).bottom()};
    double along = 0;
    switch (side) {
        case Side::Left:
            along = bounds.left();
            break;
        case Side::Right:
            along = bounds.right();
            break;
        case Side::Top:
            along = bounds.top();
            break;
        case Side::Bottom:
            along = bounds.bottom();
            break;
    }
    // The most frequent ones without making their outline; a drawing has thousands of anchors.
    if (kind == ElementKind::Queue)
        along = pipeEdge(bounds, side, across);
    else if (kind == ElementKind::Database || kind == ElementKind::Cache)
        along = cylinderEdge(bounds, side, across);
    else if (!fillsItsBounds(kind))
        along = outermost(outlineOf(kind, bounds), side, across).value_or(along);
    return horizontal ? QPointF(along, across) : QPointF(across, along);
}

Side sideTowards(const QRectF& from, const QRectF& to) {
    const double dx = to.center().x() - from.center().x();
    const double dy = to.center().y() - from.center().y();
    const double gapX = std::max(0.0, std::abs(dx) - (from.width() + to.width()) / 2);
    const double gapY = std::max(0.0, std::abs(dy) - (from.height() + to.height()) / 2);
    const bool horizontal = gapX > 0 && gapY > 0 ? gapX >= gapY * 0.45
                                                 : (gapX > 0 || (gapY <= 0 && std::abs(dx) >= std::abs(dy)));
    if (horizontal)
        return dx >= 0 ? Side::Right : Side::Left;
    return dy >= 0 ? Side::Bottom : Side::Top;
}

}  // namespace sluice
