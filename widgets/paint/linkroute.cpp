#include "widgets/paint/linkroute.h"

#include <algorithm>
#include <cmath>

namespace sluice {
namespace {

constexpr double kSpacing = 5;  ///< canvas units between the points of a route
/// Of the longest: the line they make lies within a thousandth of its length beside the path.
constexpr std::size_t kMostPoints = 128;
constexpr double kCorner = 14;

double lengthOf(const QPointF& vector) {
    return std::sqrt(QPointF::dotProduct(vector, vector));
}

QPointF nearestOnSegment(const QPointF& a, const QPointF& b, const QPointF& p, double& fraction) {
    const QPointF d = b - a;
    const double squared = QPointF::dotProduct(d, d);
    fraction = squared > 0 ? std::clamp(QPointF::dotProduct(p - a, d) / squared, 0.0, 1.0) : 0.0;
    return a + d * fraction;
}

LinkCurve curveBetween(const QPointF& from, const QPointF& fromNormal, const QPointF& to,
                       const QPointF& toNormal) {
    const double along = std::abs(QPointF::dotProduct(to - from, fromNormal));
    const double across = lengthOf(to - from);
    const bool facing =
        QPointF::dotProduct(fromNormal, toNormal) < -0.5 && QPointF::dotProduct(to - from, fromNormal) > 0;
    if (facing && across - along < 0.5)
        return {from, from + (to - from) / 3, to + (from - to) / 3, to, true};
    // An arch between sides that look the same way has to rise above what stands between.
    const bool arch = QPointF::dotProduct(fromNormal, toNormal) > 0.5;
    const double reach =
        std::max(arch ? std::clamp(across * 0.32, 40.0, 150.0) : std::min(across * 0.5, 36.0), along * 0.52);
    return {from, from + fromNormal * reach, to + toNormal * reach, to, false};
}

QPainterPath pathOf(const LinkCurve& curve) {
    QPainterPath path(curve.begin);
    if (curve.straight)
        path.lineTo(curve.end);
    else
        path.cubicTo(curve.leaving, curve.entering, curve.end);
    return path;
}

QPainterPath rounded(const std::vector<QPointF>& corners) {
    QPainterPath path(corners.front());
    for (std::size_t i = 1; i + 1 < corners.size(); ++i) {
        const QPointF in = corners[i] - corners[i - 1];
        const QPointF out = corners[i + 1] - corners[i];
        const double inLength = lengthOf(in);
        const double outLength = lengthOf(out);
        const double radius = std::min({kCorner, inLength / 2, outLength / 2});
        if (inLength <= 0 || outLength <= 0)
            continue;
        path.lineTo(corners[i] - in * (radius / inLength));
        path.quadTo(corners[i], corners[i] + out * (radius / outLength));
    }
    path.lineTo(corners.back());
    return path;
}

QPainterPath loop(const RouteEnd& end) {
    const QRectF& r = end.bounds;
    const double reach = 34;
    const QPointF from = anchorOn(end.kind, r, Side::Right, -r.height() * 0.22);
    const QPointF to = anchorOn(end.kind, r, Side::Top, r.width() * 0.28);
    QPainterPath path(from);
    path.cubicTo(from + QPointF(reach * 1.4, 0), {r.right() + reach, r.top() - reach},
                 {r.right() - 2, r.top() - reach});
    path.cubicTo({to.x() + 14, r.top() - reach}, to + QPointF(0, -reach * 0.8), to);
    return path;
}

/// Points along the first piece of a path, close enough for a token's way. QPainterPath's own polygons are
/// made for filling, and many times as dear.
std::vector<QPointF> flattened(const QPainterPath& path) {
    constexpr double kStep = 3;
    constexpr int kMostSteps = 200;
    std::vector<QPointF> points;
    for (int i = 0; i < path.elementCount(); ++i) {
        const QPainterPath::Element& element = path.elementAt(i);
        if (element.isMoveTo() && i > 0)
            break;
        if (!element.isCurveTo()) {
            points.emplace_back(element);
            continue;
        }
        const QPointF begin = points.back();
        const QPointF leaving = element;
        const QPointF entering = path.elementAt(i + 1);
        const QPointF end = path.elementAt(i + 2);
        i += 2;
        const double reach =
            lengthOf(leaving - begin) + lengthOf(entering - leaving) + lengthOf(end - entering);
        const int steps = std::clamp(static_cast<int>(reach / kStep), 8, kMostSteps);
        for (int step = 1; step <= steps; ++step) {
            const double t = double(step) / steps;
            const double s = 1 - t;
            points.push_back(begin * (s * s * s) + leaving * (3 * s * s * t) + entering * (3 * s * t * t) +
                             end * (t * t * t));
        }
    }
    return points;
}

}  // namespace

LinkRoute::LinkRoute(QPainterPath path) : m_path(std::move(path)) {
    if (m_path.elementCount() < 2 || m_path.elementAt(1).isMoveTo())
        return;
    m_way = std::make_shared<Way>();
    m_bounds = m_path.boundingRect();
}

const LinkRoute::Points& LinkRoute::findPoints() const {
    const std::vector<QPointF> polygon = flattened(m_path);
    auto found = std::make_unique<Points>();
    for (std::size_t i = 1; i < polygon.size(); ++i)
        found->length += lengthOf(polygon[i] - polygon[i - 1]);
    const std::size_t count =
        polygon.size() == 2
            ? 2
            : std::clamp<std::size_t>(std::size_t(found->length / kSpacing) + 2, 3, kMostPoints);
    found->spots.reserve(count);
    const auto add = [&found](const QPointF& point) {
        found->spots.push_back({static_cast<float>(point.x()), static_cast<float>(point.y())});
    };
    add(polygon.front());
    double walked = 0;
    std::size_t segment = 1;
    for (std::size_t i = 1; i + 1 < count; ++i) {
        const double wanted = found->length * static_cast<double>(i) / static_cast<double>(count - 1);
        double step = lengthOf(polygon[segment] - polygon[segment - 1]);
        while (walked + step < wanted && segment + 1 < polygon.size()) {
            walked += step;
            ++segment;
            step = lengthOf(polygon[segment] - polygon[segment - 1]);
        }
        const double rest = step > 0 ? (wanted - walked) / step : 0;
        add(polygon[segment - 1] + (polygon[segment] - polygon[segment - 1]) * rest);
    }
    add(polygon.back());
    // Another thread may have been as quick: the first one's stay.
    const Points* known = nullptr;
    if (m_way->points.compare_exchange_strong(known, found.get(), std::memory_order_acq_rel))
        return *found.release();
    return *known;
}

QPointF LinkRoute::tangentAt(double fraction) const {
    if (isNull())
        return {1, 0};
    const std::vector<Spot>& spots = points().spots;
    const double place = std::clamp(fraction, 0.0, 1.0) * static_cast<double>(spots.size() - 1);
    const auto index = std::min(static_cast<std::size_t>(place), spots.size() - 2);
    const QPointF d = spots[index + 1].point() - spots[index].point();
    const double length = lengthOf(d);
    return length > 0 ? d / length : QPointF(1, 0);
}

double LinkRoute::distanceTo(const QPointF& point) const {
    double best = std::numeric_limits<double>::infinity();
    if (isNull())
        return best;
    const std::vector<Spot>& spots = points().spots;
    for (std::size_t i = 1; i < spots.size(); ++i) {
        double fraction = 0;
        best = std::min(
            best,
            lengthOf(nearestOnSegment(spots[i - 1].point(), spots[i].point(), point, fraction) - point));
    }
    return best;
}

double LinkRoute::fractionNear(const QPointF& point) const {
    if (isNull())
        return 0;
    double best = std::numeric_limits<double>::infinity();
    double result = 0;
    const std::vector<Spot>& spots = points().spots;
    for (std::size_t i = 1; i < spots.size(); ++i) {
        double fraction = 0;
        const double distance =
            lengthOf(nearestOnSegment(spots[i - 1].point(), spots[i].point(), point, fraction) - point);
        if (distance < best) {
            best = distance;
            result = (static_cast<double>(i - 1) + fraction) / static_cast<double>(spots.size() - 1);
        }
    }
    return result;
}

std::vector<LinkRoute::Part> LinkRoute::partsWithin(const QRectF& area) const {
    std::vector<Part> parts;
    if (isNull())
        return parts;
    const std::vector<Spot>& spots = points().spots;
    const double step = points().length / static_cast<double>(spots.size() - 1);
    bool inside = false;
    for (std::size_t i = 1; i < spots.size(); ++i) {
        const QPointF begin = spots[i - 1].point();
        const QPointF end = spots[i].point();
        // By their bounds: a little too much is no harm.
        const bool seen =
            std::min(begin.x(), end.x()) <= area.right() && std::max(begin.x(), end.x()) >= area.left() &&
            std::min(begin.y(), end.y()) <= area.bottom() && std::max(begin.y(), end.y()) >= area.top();
        if (seen && !inside)
            parts.push_back({QPolygonF({begin}), step * static_cast<double>(i - 1)});
        if (seen)
            parts.back().line.push_back(end);
        inside = seen;
    }
    return parts;
}

double LinkCurve::roughLength() const {
    const double chord = lengthOf(end - begin);
    return (chord + lengthOf(leaving - begin) + lengthOf(entering - leaving) + lengthOf(end - entering)) / 2;
}

QRectF LinkCurve::hull() const {
    const auto [left, right] = std::minmax({begin.x(), leaving.x(), entering.x(), end.x()});
    const auto [top, bottom] = std::minmax({begin.y(), leaving.y(), entering.y(), end.y()});
    return {QPointF(left, top), QPointF(right, bottom)};
}

LinkCurve curveOf(const RouteEnd& from, const RouteEnd& to) {
    return curveBetween(from.anchor(), normalOf(from.side), to.anchor(), normalOf(to.side));
}

LinkRoute routeOf(const RouteEnd& from, const RouteEnd& to, std::span<const Point> bends) {
    if (bends.empty()) {
        if (from.bounds == to.bounds)
            return LinkRoute(loop(from));
        return LinkRoute(pathOf(curveOf(from, to)));
    }
    std::vector<QPointF> corners{from.anchor()};
    for (const Point& bend : bends)
        corners.push_back(toPointF(bend));
    corners.push_back(to.anchor());
    return LinkRoute(rounded(corners));
}

LinkRoute routeOf(ElementKind fromKind, const QRectF& from, ElementKind toKind, const QRectF& to,
                  std::span<const Point> bends, int parallelIndex) {
    const auto pointRect = [](const Point& p) { return QRectF(p.x, p.y, 0, 0); };
    const double offset = 14.0 * ((parallelIndex + 1) / 2) * (parallelIndex % 2 == 0 ? 1 : -1);
    const Side leaving = sideTowards(from, bends.empty() ? to : pointRect(bends.front()));
    const Side entering = sideTowards(to, bends.empty() ? from : pointRect(bends.back()));
    return routeOf(RouteEnd{fromKind, from, leaving, offset}, RouteEnd{toKind, to, entering, offset}, bends);
}

LinkRoute routeTo(ElementKind fromKind, const QRectF& from, const QPointF& to) {
    const QRectF target(to, QSizeF(0, 0));
    const Side side = sideTowards(from, target);
    const QPointF begin = anchorOn(fromKind, from, side, 0);
    return LinkRoute(pathOf(curveBetween(begin, normalOf(side), to, -normalOf(side))));
}

}  // namespace sluice
