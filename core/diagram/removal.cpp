#include "core/diagram/removal.h"

#include <algorithm>
#include <string_view>
#include <unordered_set>

#include "core/diagram/itemcatalogue.h"

namespace sluice {
namespace {

/// What will be gone. Message types have names of their own: one may be called as an element is.
struct Gone {
    std::unordered_set<std::string> things;
    std::string message;

    [[nodiscard]] bool has(const std::string& id) const { return !id.empty() && things.contains(id); }
    [[nodiscard]] bool hasMessage(const std::string& id) const { return !id.empty() && id == message; }
    [[nodiscard]] bool named(const PropertyInfo& property, const Json& value) const {
        if (!value.is_string())
            return false;
        const auto& id = value.get_ref<const std::string&>();
        return property.type == PropertyType::Reference
                   ? has(id)
                   : property.type == PropertyType::Message && hasMessage(id);
    }
};

void clearNames(Properties& properties, std::span<const PropertyInfo> catalogue, const Gone& gone) {
    for (const PropertyInfo& property : catalogue) {
        const Json* value = properties.find(property.key);
        if (value && gone.named(property, *value))
            properties.set(property.key, Json());
    }
}

/// A step over a link is nothing without it.
bool needs(const Step& step, const Gone& gone) {
    const PropertyInfo* link = findProperty(propertiesOf(step.kind), "link");
    const Json* value = link ? step.properties.find(link->key) : nullptr;
    return value && gone.named(*link, *value);
}

void repair(Element& element, const Gone& gone) {
    clearNames(element.properties, propertiesOf(element.kind), gone);
    std::erase_if(element.handlers, [&](const Handler& handler) {
        return gone.has(handler.link) || gone.hasMessage(handler.message);
    });
    for (Handler& handler : element.handlers) {
        std::erase_if(handler.steps, [&](const Step& step) { return needs(step, gone); });
        for (Step& step : handler.steps)
            clearNames(step.properties, propertiesOf(step.kind), gone);
    }
}

void repair(Link& link, const Gone& gone) {
    clearNames(link.properties, propertiesOf(link.kind), gone);
}

/// An action that sets a property to what is gone.
bool setsToGone(const Action& action, const Diagram& diagram, const Gone& gone) {
    const Json* key = action.properties.find("key");
    const Json* value = action.properties.find("value");
    if (action.kind != ActionKind::Set || !key || !key->is_string() || !value)
        return false;
    const PropertyInfo* property =
        findProperty(catalogueOf(diagram, action.target), key->get_ref<const std::string&>());
    return property && gone.named(*property, *value);
}

void repair(Scenario& scenario, const Diagram& diagram, const Gone& gone) {
    std::erase_if(scenario.actions, [&](const Action& action) {
        return gone.has(action.target) || setsToGone(action, diagram, gone);
    });
    for (Action& action : scenario.actions)
        clearNames(action.properties, propertiesOf(action.kind), gone);
    std::erase_if(scenario.expectations,
                  [&](const Expectation& expectation) { return gone.has(expectation.target); });
    for (auto it = scenario.overrides.begin(); it != scenario.overrides.end();) {
        const bool wasEmpty = it->second.empty();
        if (!gone.has(it->first))
            clearNames(it->second, catalogueOf(diagram, it->first), gone);
        // What was empty before is not ours to tidy.
        const bool drop = gone.has(it->first) || (!wasEmpty && it->second.empty());
        it = drop ? scenario.overrides.erase(it) : std::next(it);
    }
}

template <class T>
void putIfChanged(std::vector<AnyChange>& changes, const T& before, T after) {
    if (!(after == before))
        changes.push_back(Change<T>{before.id, std::move(after), std::nullopt});
}

std::vector<AnyChange> repairs(const Diagram& diagram, const Gone& gone) {
    std::vector<AnyChange> changes;
    const auto repairRemaining = [&](const auto& items) {
        for (const auto& item : items) {
            if (gone.has(item.id))
                continue;
            auto repaired = item;
            repair(repaired, gone);
            putIfChanged(changes, item, std::move(repaired));
        }
    };
    repairRemaining(diagram.elements);
    repairRemaining(diagram.links);
    for (const Scenario& scenario : diagram.scenarios) {
        Scenario repaired = scenario;
        repair(repaired, diagram, gone);
        putIfChanged(changes, scenario, std::move(repaired));
    }
    return changes;
}

}  // namespace

std::vector<AnyChange> removalOf(const Diagram& diagram, std::span<const Id> ids) {
    Gone gone;
    gone.things.insert(ids.begin(), ids.end());
    for (const Link& link : diagram.links) {
        if (gone.has(link.from) || gone.has(link.to))
            gone.things.insert(link.id);
    }
    std::vector<AnyChange> changes = repairs(diagram, gone);
    // From the end of each list: what is removed there, and put back by the inverse, moves nothing else.
    const auto remove = [&](const auto& items) {
        using Item = typename std::decay_t<decltype(items)>::value_type;
        for (auto item = items.rbegin(); item != items.rend(); ++item) {
            if (gone.has(item->id))
                changes.push_back(Change<Item>{item->id, std::nullopt, std::nullopt});
        }
    };
    remove(diagram.links);
    remove(diagram.elements);
    remove(diagram.groups);
    return changes;
}

std::vector<AnyChange> removalOfMessage(const Diagram& diagram, const std::string& message) {
    Gone gone;
    gone.message = message;
    std::vector<AnyChange> changes = repairs(diagram, gone);
    changes.push_back(Change<MessageType>{message, std::nullopt, std::nullopt});
    return changes;
}

}  // namespace sluice
