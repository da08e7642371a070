#pragma once

#include <algorithm>
#include <optional>
#include <span>

#include "core/diagram/diagram.h"

namespace sluice {

/// A rectangle of canvas units; top is the smaller y.
struct Extent {
    double left = 0;
    double top = 0;
    double right = 0;
    double bottom = 0;

    [[nodiscard]] double width() const { return right - left; }
    [[nodiscard]] double height() const { return bottom - top; }
    [[nodiscard]] Point centre() const { return {(left + right) / 2, (top + bottom) / 2}; }
    [[nodiscard]] bool contains(Point p) const {
        return p.x >= left && p.x <= right && p.y >= top && p.y <= bottom;
    }
    [[nodiscard]] Extent united(const Extent& other) const {
        return {std::min(left, other.left), std::min(top, other.top), std::max(right, other.right),
                std::max(bottom, other.bottom)};
    }
};

inline Extent extentOf(Point centre, Size size) {
    return {centre.x - size.width / 2, centre.y - size.height / 2, centre.x + size.width / 2,
            centre.y + size.height / 2};
}
inline Extent extentOf(const Element& element) {
    return extentOf(element.position, sizeOf(element));
}
inline Extent extentOf(const Group& group) {
    return extentOf(group.position, group.size);
}

/// Of the elements and groups named; nothing when none of them is one.
std::optional<Extent> extentOf(const Diagram& diagram, std::span<const Id> ids);

}  // namespace sluice
