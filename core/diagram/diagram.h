#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "core/diagram/alertrule.h"
#include "core/diagram/element.h"
#include "core/diagram/messagetype.h"
#include "core/diagram/scenario.h"

namespace sluice {

/// A whole design as a value: what a .sluice file holds. Order is paint order and file order.
/// Invariants (held by Document and by the loader): ids are unique and not empty; links name existing
/// elements; groups named by elements exist and do not contain themselves.
struct Diagram {
    std::string name = "Untitled";
    std::string note;
    std::vector<Group> groups;
    std::vector<Element> elements;
    std::vector<Link> links;
    std::vector<MessageType> messages;
    std::vector<Scenario> scenarios;
    std::vector<AlertRule> alerts{};
    Properties properties{};  ///< keys of the file's top level that a newer version added
    bool operator==(const Diagram&) const = default;

    /// Linear searches; null when there is none. Document keeps an index for hot paths.
    [[nodiscard]] const Element* findElement(std::string_view id) const;
    [[nodiscard]] const Link* findLink(std::string_view id) const;
    [[nodiscard]] const Group* findGroup(std::string_view id) const;
    [[nodiscard]] const MessageType* findMessage(std::string_view id) const;
    [[nodiscard]] const AlertRule* findAlert(std::string_view id) const;
    /// By id or, failing that, by name.
    [[nodiscard]] const Scenario* findScenario(std::string_view idOrName) const;
};

}  // namespace sluice
