#include "core/sweep/variation.h"

#include <fmt/format.h>

#include <algorithm>
#include <charconv>
#include <iterator>
#include <optional>

#include "core/diagram/spelling.h"
#include "core/sweep/values.h"

namespace sluice {
namespace {

using Part = Variation::Part;
using Place = Variation::Place;

/// Something with an id and properties, whatever list of the diagram it stands in.
struct Owner {
    Place place;
    std::string_view id;
    std::string_view kind;
    std::span<const PropertyInfo> catalogue;
};

Owner ownerAt(const Diagram& diagram, Place place) {
    switch (place.part) {
        case Part::Element: {
            const Element& element = diagram.elements[place.index];
            return {place, element.id, kindName(element.kind), propertiesOf(element.kind)};
        }
        case Part::Link: {
            const Link& link = diagram.links[place.index];
            return {place, link.id, kindName(link.kind), propertiesOf(link.kind)};
        }
        case Part::Message: {
            const MessageType& message = diagram.messages[place.index];
            return {place, message.id, kindName(message.kind), messageTypeProperties()};
        }
        case Part::Step: {
            const Element& element = diagram.elements[place.index];
            const StepKind kind = element.handlers[place.handler].steps[place.step].kind;
            return {place, element.id, kindName(kind), propertiesOf(kind)};
        }
    }
    return {};
}

/// All that has properties: elements, then links, then messages, so that an id finds the most tangible first.
std::vector<Owner> ownersIn(const Diagram& diagram) {
    std::vector<Owner> owners;
    for (std::size_t i = 0; i < diagram.elements.size(); ++i)
        owners.push_back(ownerAt(diagram, {Part::Element, i}));
    for (std::size_t i = 0; i < diagram.links.size(); ++i)
        owners.push_back(ownerAt(diagram, {Part::Link, i}));
    for (std::size_t i = 0; i < diagram.messages.size(); ++i)
        owners.push_back(ownerAt(diagram, {Part::Message, i}));
    return owners;
}

std::string_view partName(Part part) {
    return part == Part::Link ? "link" : part == Part::Message ? "message" : "element";
}

std::vector<std::string_view> prefixes() {
    std::vector<std::string_view> names{"element", "link", "message"};
    names.insert(names.end(), kElementKindNames.begin(), kElementKindNames.end());
    names.insert(names.end(), kLinkKindNames.begin(), kLinkKindNames.end());
    names.insert(names.end(), kMessageKindNames.begin(), kMessageKindNames.end());
    return names;
}

bool isA(const Owner& owner, std::string_view prefix) {
    return owner.kind == prefix || partName(owner.place.part) == prefix;
}

const Owner* named(const std::vector<Owner>& owners, std::string_view id, std::string_view prefix = {}) {
    for (const Owner& owner : owners) {
        if (owner.id == id && (prefix.empty() || isA(owner, prefix)))
            return &owner;
    }
    return nullptr;
}

Error unknownId(const std::vector<Owner>& owners, std::string_view id, std::string_view prefix = {}) {
    std::vector<std::string_view> ids;
    for (const Owner& owner : owners) {
        if (prefix.empty() || isA(owner, prefix))
            ids.push_back(owner.id);
    }
    return cannotVary(fmt::format("there is no {} '{}'{}",
                                  prefix.empty() ? "element, link or message" : prefix, id,
                                  suggestion(id, ids)));
}

/// What "ID" or "KIND.ID" names. An id may hold dots itself.
Result<Owner> find(const std::vector<Owner>& owners, std::string_view path) {
    if (const Owner* owner = named(owners, path))
        return *owner;
    const std::size_t dot = path.find('.');
    if (dot == std::string_view::npos)
        return unknownId(owners, path);
    const std::string_view prefix = path.substr(0, dot);
    const std::string_view id = path.substr(dot + 1);
    if (const Owner* owner = named(owners, id, prefix))
        return *owner;
    const auto kinds = prefixes();
    const bool known = std::find(kinds.begin(), kinds.end(), prefix) != kinds.end();
    const Owner* other = named(owners, id);
    if (known && other)
        return cannotVary(fmt::format("'{}' is a {}, not a {}", id, other->kind, prefix));
    if (other)
        return cannotVary(fmt::format("there is no kind '{}'{}", prefix, suggestion(prefix, kinds)));
    return known ? unknownId(owners, id, prefix) : unknownId(owners, path);
}

/// Takes "NAME[5]" from the end of a path, with the dot before it; nothing when it does not end so.
std::optional<std::size_t> takeIndex(std::string_view& path, std::string_view name) {
    const std::size_t dot = path.rfind('.');
    if (dot == std::string_view::npos || path.back() != ']')
        return std::nullopt;
    const std::string_view last = path.substr(dot + 1, path.size() - dot - 2);
    std::size_t index = 0;
    const std::size_t digits = name.size() + 1;
    if (last.size() <= digits || last.substr(0, name.size()) != name || last[name.size()] != '[')
        return std::nullopt;
    const auto parsed = std::from_chars(last.data() + digits, last.data() + last.size(), index);
    if (parsed.ec != std::errc() || parsed.ptr != last.data() + last.size())
        return std::nullopt;
    path = path.substr(0, dot);
    return index;
}

Error noSuch(const Owner& owner, std::string_view what, std::size_t index, std::size_t count) {
    if (count == 0)
        return cannotVary(fmt::format("'{}' has no {}", owner.id, what));
    return cannotVary(
        fmt::format("'{}' has {} {}, 0 to {}; there is no {}", owner.id, count, what, count - 1, index));
}

/// What a path names: an element, link or message, or a step of a handler.
Result<Owner> ownerOf(const Diagram& diagram, std::string_view path) {
    const auto owners = ownersIn(diagram);
    std::string_view rest = path;
    const auto step = takeIndex(rest, "steps");
    const auto handler = step ? takeIndex(rest, "handlers") : std::nullopt;
    if (!handler)
        return find(owners, path);
    const auto owner = find(owners, rest);
    if (!owner)
        return owner.error();
    if (owner->place.part != Part::Element)
        return cannotVary(fmt::format("'{}' is a {}, which has no handlers", owner->id, owner->kind));
    const std::vector<Handler>& handlers = diagram.elements[owner->place.index].handlers;
    if (*handler >= handlers.size())
        return noSuch(*owner, "handlers", *handler, handlers.size());
    if (*step >= handlers[*handler].steps.size())
        return noSuch(*owner, fmt::format("steps in handlers[{}]", *handler), *step,
                      handlers[*handler].steps.size());
    return ownerAt(diagram, {Part::Step, owner->place.index, *handler, *step});
}

/// The links by which a queue or topic is read.
std::vector<Place> consumersOf(const Diagram& diagram, const Owner& owner) {
    std::vector<Place> places;
    for (std::size_t i = 0; i < diagram.links.size(); ++i) {
        const Link& link = diagram.links[i];
        if (owner.place.part == Part::Element && link.kind == LinkKind::Consume && link.from == owner.id)
            places.push_back({Part::Link, i});
    }
    return places;
}

Error unknownProperty(const Owner& owner, bool consumed, std::string_view property) {
    std::vector<std::string_view> keys;
    const auto add = [&keys](std::span<const PropertyInfo> catalogue) {
        std::transform(catalogue.begin(), catalogue.end(), std::back_inserter(keys),
                       [](const PropertyInfo& info) { return info.key; });
    };
    add(owner.catalogue);
    if (consumed)
        add(propertiesOf(LinkKind::Consume));
    if (!consumed && (owner.kind == "queue" || owner.kind == "topic") &&
        findProperty(propertiesOf(LinkKind::Consume), property))
        return cannotVary(fmt::format("'{}' has no consumers whose {} could vary", owner.id, property));
    return cannotVary(fmt::format("a {}{} has no property '{}'{}", owner.kind,
                                  owner.place.part == Part::Step ? " step" : "", property,
                                  suggestion(property, keys)));
}

/// What a message or reference names must be there.
Result<void> checkNames(const Diagram& diagram, const PropertyInfo& info, const std::vector<Json>& values) {
    const bool message = info.type == PropertyType::Message;
    if (!message && info.type != PropertyType::Reference)
        return {};
    std::vector<std::string_view> ids;
    for (const Owner& owner : ownersIn(diagram)) {
        if ((owner.place.part == Part::Message) == message)
            ids.push_back(owner.id);
    }
    for (const Json& value : values) {
        const std::string id = value.is_string() ? value.get<std::string>() : std::string();
        if (!id.empty() && std::find(ids.begin(), ids.end(), id) == ids.end())
            return cannotVary(fmt::format("there is no {} '{}'{}", message ? "message" : "element or link",
                                          id, suggestion(id, ids)));
    }
    return {};
}

Properties& propertiesAt(Diagram& diagram, Place place) {
    switch (place.part) {
        case Part::Element:
            return diagram.elements[place.index].properties;
        case Part::Link:
            return diagram.links[place.index].properties;
        case Part::Step:
            return diagram.elements[place.index].handlers[place.handler].steps[place.step].properties;
        case Part::Message:
            break;
    }
    return diagram.messages[place.index].properties;
}

}  // namespace

Result<Variation> parseVariation(const Diagram& diagram, std::string_view text) {
    const std::size_t equals = text.find('=');
    const std::string_view name = text.substr(0, equals);
    const std::size_t dot = name.rfind('.');
    if (equals == std::string_view::npos || dot == std::string_view::npos || dot == 0 ||
        dot + 1 == name.size())
        return cannotVary(
            fmt::format("must be ID.property=values, such as queue.orders.prefetch=1,5,20, is '{}'", text));
    const auto inside = [&](const Error& error) {
        return Error{error.code, error.sentence, std::string(name)};
    };
    const auto owner = ownerOf(diagram, name.substr(0, dot));
    if (!owner)
        return inside(owner.error());
    const std::string_view property = name.substr(dot + 1);
    std::vector<Place> places{owner->place};
    const PropertyInfo* info = findProperty(owner->catalogue, property);
    if (!info) {
        places = consumersOf(diagram, *owner);
        info = places.empty() ? nullptr : findProperty(propertiesOf(LinkKind::Consume), property);
        if (!info)
            return inside(unknownProperty(*owner, !places.empty(), property));
    }
    auto values = parseValues(*info, text.substr(equals + 1));
    if (!values)
        return inside(values.error());
    if (const auto there = checkNames(diagram, *info, *values); !there)
        return inside(there.error());
    return Variation{std::string(name), std::string(property), std::move(places), std::move(*values)};
}

void apply(const Variation& variation, std::size_t value, Diagram& diagram) {
    for (const Place& place : variation.places) {
        propertiesAt(diagram, place).set(variation.property, variation.values[value]);
        if (place.part == Part::Message || place.part == Part::Step)
            continue;
        const std::string id(ownerAt(diagram, place).id);
        for (Scenario& scenario : diagram.scenarios) {
            const auto overridden = scenario.overrides.find(id);
            if (overridden != scenario.overrides.end())
                overridden->second.set(variation.property, Json());
        }
    }
}

}  // namespace sluice
