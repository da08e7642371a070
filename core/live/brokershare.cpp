#include "core/live/brokershare.h"

#include <algorithm>
#include <map>
#include <string>
#include <tuple>
#include <utility>
#include <vector>

namespace sluice {
namespace {

/// Exchanges, queues and topics, by kind and name.
using Things = std::map<std::pair<ElementKind, std::string>, const Element*>;

bool standsOnBroker(ElementKind kind) {
    return kind == ElementKind::Exchange || kind == ElementKind::Queue || kind == ElementKind::Topic;
}

Things thingsOf(const Diagram& diagram) {
    Things things;
    for (const Element& element : diagram.elements) {
        if (standsOnBroker(element.kind))
            things.emplace(std::pair(element.kind, element.name), &element);
    }
    return things;
}

}  // namespace

Diagram shareOf(const Diagram& drawing, const Diagram& own, std::span<const Diagram* const> others) {
    const Things has = thingsOf(own);
    Things elsewhere;
    for (const Diagram* other : others)
        elsewhere.merge(thingsOf(*other));

    Diagram share = drawing;
    share.elements.clear();
    share.links.clear();
    Things kept;
    for (const Element& element : drawing.elements) {
        const auto name = std::pair(element.kind, element.name);
        const auto found = has.find(name);
        if (!standsOnBroker(element.kind) || (found == has.end() && elsewhere.contains(name)))
            continue;
        const auto [twin, isFirst] = kept.emplace(name, &element);
        if (!isFirst && found != has.end() && element.properties == found->second->properties)
            twin->second = &element;
    }
    std::map<Id, Id> ids;
    for (const Element& element : drawing.elements) {
        const auto twin = kept.find({element.kind, element.name});
        if (!standsOnBroker(element.kind)) {
            ids.emplace(element.id, element.id);
            share.elements.push_back(element);
        } else if (twin != kept.end()) {
            ids.emplace(element.id, twin->second->id);
            if (twin->second == &element)
                share.elements.push_back(element);
        }
    }
    // An exchange names its alternate by id.
    for (Element& element : share.elements) {
        if (const auto other = ids.find(element.properties.text("alternateExchange")); other != ids.end())
            element.properties.set("alternateExchange", other->second);
    }
    std::map<std::tuple<LinkKind, Id, Id>, std::vector<const Properties*>> between;
    for (const Link& link : drawing.links) {
        const auto from = ids.find(link.from);
        const auto to = ids.find(link.to);
        if (from == ids.end() || to == ids.end())
            continue;
        auto& same = between[{link.kind, from->second, to->second}];
        if (std::any_of(same.begin(), same.end(),
                        [&](const Properties* one) { return *one == link.properties; }))
            continue;
        same.push_back(&link.properties);
        Link& made = share.links.emplace_back(link);
        made.from = from->second;
        made.to = to->second;
    }
    return share;
}

}  // namespace sluice
