#pragma once

#include <string>
#include <vector>

#include "core/base/kinds.h"
#include "core/diagram/handler.h"
#include "core/diagram/properties.h"

namespace sluice {

/// Names an element, link, group, message type or scenario inside one diagram: short, readable, unique over
/// elements, links and groups together ("users", "users-to-events"). Set once; a rename changes the name
/// only.
using Id = std::string;

/// Canvas units: one is a pixel at zoom 1. x to the right, y down.
struct Point {
    double x = 0;
    double y = 0;
    Point& operator+=(Point distance) {
        x += distance.x;
        y += distance.y;
        return *this;
    }
    bool operator==(const Point&) const = default;
};

struct Size {
    double width = 0;
    double height = 0;
    bool operator==(const Size&) const = default;
};

/// One thing that is drawn. Position is its centre. A zero size means the kind's own size (defaultSize).
struct Element {
    Id id;
    ElementKind kind = ElementKind::Service;
    std::string name;
    std::string note;
    std::vector<std::string> tags;
    Point position;
    Size size;
    Id group;  ///< the group that holds it, or empty
    Properties properties;
    std::vector<Handler>
        handlers;  ///< services and processors; empty: receive, work, publish on every outgoing link
    bool operator==(const Element&) const = default;
};

struct Link {
    Id id;
    LinkKind kind = LinkKind::Publish;
    Id from;
    Id to;
    std::string name;  ///< a label; empty: what the kind shows (routing key, group, protocol)
    std::string note;
    std::vector<std::string> tags;
    std::vector<Point> bends;
    Properties properties;
    bool operator==(const Link&) const = default;
};

/// A bounded context, team, zone or deployment package: a titled area. Position is its centre.
struct Group {
    Id id;
    std::string kind = "context";  ///< context, team, zone, package
    std::string name;
    std::string note;
    std::vector<std::string> tags;
    Point position;
    Size size{320, 220};
    Id parent;  ///< the group around it, or empty
    Properties properties;
    bool operator==(const Group&) const = default;
};

/// The size an element of that kind has when its own is zero.
Size defaultSize(ElementKind kind);

/// The element's size, or its kind's.
inline Size sizeOf(const Element& element) {
    return element.size.width > 0 && element.size.height > 0 ? element.size : defaultSize(element.kind);
}

}  // namespace sluice
