#include "core/live/joineddrawing.h"

#include <fmt/format.h>

#include <algorithm>
#include <map>
#include <set>

namespace sluice {
namespace {

bool belongsToOneBroker(ElementKind kind) {
    return kind == ElementKind::Exchange || kind == ElementKind::Queue || kind == ElementKind::Topic;
}

}  // namespace

Diagram joined(Diagram first, const Diagram& second) {
    std::set<Id> taken;
    for (const Element& element : first.elements)
        taken.insert(element.id);
    for (const Link& link : first.links)
        taken.insert(link.id);
    for (const Group& group : first.groups)
        taken.insert(group.id);
    const auto fresh = [&](const Id& wanted) {
        Id id = wanted;
        for (int number = 2; !taken.insert(id).second; ++number)
            id = fmt::format("{}-{}", wanted, number);
        return id;
    };
    std::map<Id, Id> ids;
    for (const Group& group : second.groups)
        ids.emplace(group.id, fresh(group.id));
    for (const Group& group : second.groups) {
        Group& made = first.groups.emplace_back(group);
        made.id = ids.at(group.id);
        if (const auto outer = ids.find(group.parent); outer != ids.end())
            made.parent = outer->second;
    }
    const std::size_t own = first.elements.size();
    for (const Element& element : second.elements) {
        const auto end = first.elements.begin() + static_cast<std::ptrdiff_t>(own);
        const auto same = std::find_if(first.elements.begin(), end, [&](const Element& one) {
            return one.kind == element.kind && one.name == element.name && !belongsToOneBroker(one.kind);
        });
        if (same != end) {
            ids.emplace(element.id, same->id);
            continue;
        }
        Element made = element;
        made.id = fresh(element.id);
        if (const auto group = ids.find(element.group); group != ids.end())
            made.group = group->second;
        ids.emplace(element.id, made.id);
        first.elements.push_back(std::move(made));
    }
    // An exchange names its alternate by id.
    for (std::size_t i = own; i < first.elements.size(); ++i) {
        Properties& properties = first.elements[i].properties;
        if (const auto other = ids.find(properties.text("alternateExchange")); other != ids.end())
            properties.set("alternateExchange", other->second);
    }
    for (const Link& link : second.links) {
        Link& made = first.links.emplace_back(link);
        made.id = fresh(link.id);
        made.from = ids.at(link.from);
        made.to = ids.at(link.to);
    }
    return first;
}

}  // namespace sluice
