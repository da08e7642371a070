#include "core/diagram/diagram.h"

#include <algorithm>
#include <array>

namespace sluice {
namespace {

template <class T>
const T* findById(const std::vector<T>& items, std::string_view id) {
    const auto it = std::find_if(items.begin(), items.end(), [&](const T& item) { return item.id == id; });
    return it == items.end() ? nullptr : &*it;
}

}  // namespace

const Element* Diagram::findElement(std::string_view id) const {
    return findById(elements, id);
}

const Link* Diagram::findLink(std::string_view id) const {
    return findById(links, id);
}

const Group* Diagram::findGroup(std::string_view id) const {
    return findById(groups, id);
}

const MessageType* Diagram::findMessage(std::string_view id) const {
    return findById(messages, id);
}

const AlertRule* Diagram::findAlert(std::string_view id) const {
    return findById(alerts, id);
}

const Scenario* Diagram::findScenario(std::string_view idOrName) const {
    if (const Scenario* scenario = findById(scenarios, idOrName))
        return scenario;
    const auto it = std::find_if(scenarios.begin(), scenarios.end(),
                                 [&](const Scenario& scenario) { return scenario.name == idOrName; });
    return it == scenarios.end() ? nullptr : &*it;
}

Size defaultSize(ElementKind kind) {
    // Multiples of the grid, so that edges of neighbours line up.
    static constexpr std::array<Size, kElementKindCount> sizes{{
        {100, 80},   // client
        {160, 80},   // service
        {120, 80},   // gateway
        {100, 80},   // load balancer
        {100, 80},   // cache
        {100, 100},  // database
        {140, 80},   // external system
        {100, 100},  // exchange
        {180, 60},   // queue
        {200, 100},  // topic
        {120, 100},  // processor
        {140, 100},  // table
        {80, 40},    // sidecar
        {180, 100},  // note
    }};
    return sizes[static_cast<std::size_t>(kind)];
}

}  // namespace sluice
