#pragma once

#include <optional>
#include <variant>

#include "core/diagram/diagram.h"

namespace sluice {

/// A change is data, and so is its inverse. An edit says what becomes of each thing it names:
/// the value it has from now on, or nothing when it is removed, and where in the order it stands.
/// Adding, removing, moving, renaming and setting are all this one shape, so one inverse serves all.
template <class T>
struct Change {
    std::string id;
    std::optional<T> value;  ///< nothing: removed
    std::optional<std::size_t>
        position{};  ///< index in the diagram's list; nothing: where it is, or at the end
    bool operator==(const Change&) const = default;
};

struct DiagramProperties {
    std::string name;
    std::string note;
    bool operator==(const DiagramProperties&) const = default;
};

using AnyChange = std::variant<Change<Element>, Change<Link>, Change<Group>, Change<MessageType>,
                               Change<Scenario>, Change<AlertRule>, DiagramProperties>;

/// One undoable step. Changes are applied in order, all or none.
struct Edit {
    std::string label;  ///< for the undo menu: "Move 3 elements"
    std::vector<AnyChange> changes;
    /// Edits with the same non-empty key that follow each other become one undo step (a spin box, an arrow
    /// key).
    std::string mergeKey{};
    bool operator==(const Edit&) const = default;
};

}  // namespace sluice
