#include "widgets/inspector/sharedproperties.h"

#include <algorithm>

#include "widgets/inspector/propertyform.h"

namespace sluice {
namespace {

// Of a consume link only the broker's side that it reads from.
std::set<std::string_view> hiddenSections(const Document& document, const Link& link) {
    if (link.kind != LinkKind::Consume)
        return {};
    const Element* from = document.findElement(link.from);
    return from && from->kind == ElementKind::Topic ? std::set<std::string_view>{"Queue"}
                                                    : std::set<std::string_view>{"Topic"};
}

std::vector<const PropertyInfo*> propertiesOfItem(const Document& document, const Id& id) {
    if (const Element* element = document.findElement(id))
        return propertiesIn(propertiesOf(element->kind));
    if (const Link* link = document.findLink(id))
        return propertiesIn(propertiesOf(link->kind), hiddenSections(document, *link));
    return {};
}

}  // namespace

std::vector<Id> withProperties(const Document& document, const std::vector<Id>& ids) {
    std::vector<Id> having;
    for (const Id& id : ids) {
        const Element* element = document.findElement(id);
        if (document.findLink(id) || (element && !propertiesOf(element->kind).empty()))
            having.push_back(id);
    }
    return having;
}

std::vector<const PropertyInfo*> commonProperties(const Document& document, const std::vector<Id>& ids) {
    std::optional<std::vector<const PropertyInfo*>> properties;
    for (const Id& id : withProperties(document, ids)) {
        const std::vector<const PropertyInfo*> own = propertiesOfItem(document, id);
        if (!properties) {
            properties = own;
            continue;
        }
        std::erase_if(*properties, [&](const PropertyInfo* known) {
            return std::none_of(own.begin(), own.end(), [&](const PropertyInfo* other) {
                return other->key == known->key && other->type == known->type;
            });
        });
    }
    return properties.value_or(std::vector<const PropertyInfo*>());
}

std::vector<const Properties*> valuesOf(const Document& document, const std::vector<Id>& ids) {
    std::vector<const Properties*> all;
    for (const Id& id : withProperties(document, ids)) {
        if (const Element* element = document.findElement(id))
            all.push_back(&element->properties);
        else if (const Link* link = document.findLink(id))
            all.push_back(&link->properties);
    }
    return all;
}

}  // namespace sluice
