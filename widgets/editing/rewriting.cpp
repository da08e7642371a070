#include "widgets/editing/rewriting.h"

#include "core/diagram/catalogue.h"

namespace sluice {

namespace {

bool rewriteText(std::string& text, const IdMap& map) {
    if (text.empty())
        return false;
    std::string mapped = map(text);
    if (mapped == text)
        return false;
    text = std::move(mapped);
    return true;
}

bool rewriteProperties(Properties& properties, std::span<const PropertyInfo> catalogue,
                       const IdMap& references, const IdMap& messages) {
    bool changed = false;
    for (const PropertyInfo& property : catalogue) {
        const bool isReference = property.type == PropertyType::Reference;
        if (!isReference && property.type != PropertyType::Message)
            continue;
        const Json* value = properties.find(property.key);
        if (!value || !value->is_string())
            continue;
        std::string text = value->get<std::string>();
        if (rewriteText(text, isReference ? references : messages)) {
            properties.set(property.key, std::move(text));
            changed = true;
        }
    }
    return changed;
}

}  // namespace

bool rewriteReferences(Element& element, const IdMap& references, const IdMap& messages) {
    bool changed = rewriteProperties(element.properties, propertiesOf(element.kind), references, messages);
    for (Handler& handler : element.handlers) {
        changed |= rewriteText(handler.link, references);
        changed |= rewriteText(handler.message, messages);
        for (Step& step : handler.steps)
            changed |= rewriteProperties(step.properties, propertiesOf(step.kind), references, messages);
    }
    return changed;
}

bool rewriteReferences(Link& link, const IdMap& references, const IdMap& messages) {
    return rewriteProperties(link.properties, propertiesOf(link.kind), references, messages);
}

bool rewriteReferences(Scenario& scenario, const IdMap& references, const IdMap& messages,
                       const Diagram& diagram) {
    bool changed = false;
    for (Action& action : scenario.actions) {
        changed |= rewriteText(action.target, references);
        changed |= rewriteProperties(action.properties, propertiesOf(action.kind), references, messages);
    }
    for (Expectation& expectation : scenario.expectations)
        changed |= rewriteText(expectation.target, references);
    for (auto& [id, properties] : scenario.overrides) {
        if (const Element* element = diagram.findElement(id))
            changed |= rewriteProperties(properties, propertiesOf(element->kind), references, messages);
        else if (const Link* link = diagram.findLink(id))
            changed |= rewriteProperties(properties, propertiesOf(link->kind), references, messages);
    }
    return changed;
}

}  // namespace sluice
