#pragma once

#include "core/diagram/diagram.h"

/// The parts of a drawing in one expression each; what a test is about it sets itself.
namespace sluice::test {

/// Named as its id.
inline Element element(const std::string& id, ElementKind kind, Point position = {},
                       const std::string& group = {}) {
    Element made;
    made.id = id;
    made.kind = kind;
    made.name = id;
    made.position = position;
    made.group = group;
    return made;
}

inline Link link(const std::string& id, LinkKind kind, const std::string& from, const std::string& to) {
    Link made;
    made.id = id;
    made.kind = kind;
    made.from = from;
    made.to = to;
    return made;
}

}  // namespace sluice::test
