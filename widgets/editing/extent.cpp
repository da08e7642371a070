#include "widgets/editing/extent.h"

#include <unordered_set>

namespace sluice {

std::optional<Extent> extentOf(const Diagram& diagram, std::span<const Id> ids) {
    const std::unordered_set<Id> wanted(ids.begin(), ids.end());
    std::optional<Extent> all;
    const auto add = [&](const auto& things) {
        for (const auto& thing : things) {
            if (wanted.contains(thing.id))
                all = all ? all->united(extentOf(thing)) : extentOf(thing);
        }
    };
    add(diagram.elements);
    add(diagram.groups);
    return all;
}

}  // namespace sluice
