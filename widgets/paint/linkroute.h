#pragma once

#include <QPainterPath>
#include <QPointF>
#include <QPolygonF>
#include <atomic>
#include <memory>
#include <span>
#include <vector>

#include "widgets/paint/geometry.h"

namespace sluice {

/// The line of a link from the sender's silhouette to the receiver's. A value; fractions run from 0 at the
/// beginning to 1 at the arrow, by length, so that a token moves evenly.
class LinkRoute {
public:
    LinkRoute() = default;
    /// A path of one piece; an empty one makes a route without length.
    explicit LinkRoute(QPainterPath path);

    [[nodiscard]] const QPainterPath& path() const { return m_path; }
    [[nodiscard]] double length() const { return isNull() ? 0 : points().length; }
    [[nodiscard]] bool isNull() const { return m_way == nullptr; }
    [[nodiscard]] QRectF bounds() const { return m_bounds; }
    [[nodiscard]] QPointF begin() const { return isNull() ? QPointF() : QPointF(m_path.elementAt(0)); }
    [[nodiscard]] QPointF end() const { return isNull() ? QPointF() : m_path.currentPosition(); }

    /// Fractions outside 0 to 1 are clipped.
    [[nodiscard]] QPointF pointAt(double fraction) const {
        if (isNull())
            return {};
        const std::vector<Spot>& spots = points().spots;
        const double place = std::clamp(fraction, 0.0, 1.0) * static_cast<double>(spots.size() - 1);
        const auto index = std::min(static_cast<std::size_t>(place), spots.size() - 2);
        const double rest = place - static_cast<double>(index);
        return spots[index].point() + (spots[index + 1].point() - spots[index].point()) * rest;
    }
    /// Unit vector in the direction of the receiver.
    [[nodiscard]] QPointF tangentAt(double fraction) const;

    /// Distance of a point from the line, for hit tests.
    [[nodiscard]] double distanceTo(const QPointF& point) const;
    /// The fraction nearest to a point.
    [[nodiscard]] double fractionNear(const QPointF& point) const;

    /// A part of the line, and how far from its beginning it begins.
    struct Part {
        QPolygonF line;
        double from = 0;
    };
    /// What of it is in the rectangle or enters it, as lines between points of the way: of a long route the
    /// least part is seen.
    [[nodiscard]] std::vector<Part> partsWithin(const QRectF& area) const;

    /// Where a label has most room: the middle.
    [[nodiscard]] QPointF labelPosition() const { return pointAt(0.5); }

private:
    /// Half as large as a QPointF, and exact to a hundredth of a canvas unit.
    struct Spot {
        float x = 0;
        float y = 0;
        [[nodiscard]] QPointF point() const { return {x, y}; }
    };
    struct Points {
        std::vector<Spot> spots;  ///< evenly spaced along the path; at least two
        double length = 0;
    };
    /// Of a large drawing most routes are never asked where they go: found out when somebody asks, on
    /// whichever thread.
    struct Way {
        std::atomic<const Points*> points{nullptr};
        Way() = default;
        ~Way() { delete points.load(); }
        Way(const Way&) = delete;
        Way& operator=(const Way&) = delete;
    };
    [[nodiscard]] const Points& points() const {
        const Points* known = m_way->points.load(std::memory_order_acquire);
        return known ? *known : findPoints();
    }
    const Points& findPoints() const;

    QPainterPath m_path;
    std::shared_ptr<Way> m_way;  ///< shared by copies; null: no route
    QRectF m_bounds;
};

/// One end of a link: on which side of what, and how far from the side's middle.
struct RouteEnd {
    ElementKind kind = ElementKind::Service;
    QRectF bounds;
    Side side = Side::Right;
    double offset = 0;

    [[nodiscard]] QPointF anchor() const { return anchorOn(kind, bounds, side, offset); }
};

/// The line of a link without bends before it is a route: a cubic curve, or a straight line as one. Cheap to
/// make and to look at, for choosing among many.
struct LinkCurve {
    QPointF begin;
    QPointF leaving;  ///< control points
    QPointF entering;
    QPointF end;
    bool straight = false;

    [[nodiscard]] QPointF at(double t) const {
        const double s = 1 - t;
        return begin * (s * s * s) + leaving * (3 * s * s * t) + entering * (3 * s * t * t) +
               end * (t * t * t);
    }
    /// Between the chord and the polygon of the control points, which is close enough for a comparison.
    [[nodiscard]] double roughLength() const;
    /// The whole line lies in it.
    [[nodiscard]] QRectF hull() const;
};
LinkCurve curveOf(const RouteEnd& from, const RouteEnd& to);

/// Straight where the ends face each other, else one smooth curve; with bends, straight pieces with rounded
/// corners through them; both ends on one element make a loop at its corner.
LinkRoute routeOf(const RouteEnd& from, const RouteEnd& to, std::span<const Point> bends = {});

/// The same with sides chosen by where the two stand; `parallelIndex` 0, 1, 2, ... spreads the links between
/// one pair, alternately to either side.
LinkRoute routeOf(ElementKind fromKind, const QRectF& from, ElementKind toKind, const QRectF& to,
                  std::span<const Point> bends = {}, int parallelIndex = 0);

/// A route from an element to a free point: what is shown while a link is being drawn.
LinkRoute routeTo(ElementKind fromKind, const QRectF& from, const QPointF& to);

}  // namespace sluice
