#pragma once

#include <QLineF>
#include <QRectF>
#include <cstddef>
#include <utility>
#include <vector>

#include "core/diagram/diagram.h"

namespace sluice {

/// Which groups of a large drawing are shown as one thing from afar, and what then stands for the links of
/// their members: a line between two places instead of hundreds. It depends on the drawing alone, what is
/// folded on the zoom as well. A value; lists run in the diagram's own order.
class GroupFolds {
public:
    /// Zoom from which on members can be told apart.
    static constexpr double kOpensAt = 0.12;
    /// A group of fewer is as easily seen whole.
    static constexpr int kLeastMembers = 25;

    /// Links with the same two ends, each an element that is seen or a group that is folded.
    struct Bundle {
        int fromElement = -1;  ///< or else `fromGroup`
        int fromGroup = -1;
        int toElement = -1;
        int toGroup = -1;
        int links = 0;
        bool deadLetters = true;  ///< all of them
        bool operator==(const Bundle&) const = default;
    };

    GroupFolds() = default;
    /// `ends`: of each link, the indices of its elements, -1 for none.
    GroupFolds(const Diagram& diagram, const std::vector<std::pair<int, int>>& ends);

    [[nodiscard]] bool foldsAnything(double zoom) const { return zoom < kOpensAt && !m_groupOf.empty(); }
    [[nodiscard]] bool isFolded(std::size_t group, double zoom) const {
        return foldsAnything(zoom) && m_members[group] >= kLeastMembers;
    }
    [[nodiscard]] bool hidesElement(std::size_t element, double zoom) const {
        return foldsAnything(zoom) && m_groupOf[element] >= 0;
    }
    [[nodiscard]] bool hidesLink(std::size_t link, double zoom) const {
        return foldsAnything(zoom) && m_bundleOf[link] != kSeen;
    }
    /// The group that an element is folded into from afar; -1 for none.
    [[nodiscard]] int groupOf(std::size_t element) const {
        return m_groupOf.empty() ? -1 : m_groupOf[element];
    }
    /// The bundle a hidden link is part of; -1 when it runs within one group.
    [[nodiscard]] int bundleOf(std::size_t link) const { return m_bundleOf[link]; }
    [[nodiscard]] const std::vector<Bundle>& bundles() const { return m_bundles; }
    bool operator==(const GroupFolds&) const = default;

private:
    static constexpr int kSeen = -2;
    static constexpr int kWithin = -1;

    std::vector<int> m_groupOf;  ///< by element; empty when no group is large enough
    std::vector<int> m_members;  ///< by group
    std::vector<int> m_bundleOf;
    std::vector<Bundle> m_bundles;
};

/// From the edge of one place to the edge of the other, on the line between their middles; null when they
/// overlap there.
QLineF lineBetween(const QRectF& from, const QRectF& to);

}  // namespace sluice
