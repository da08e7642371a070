#include "core/live/drift.h"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <cmath>
#include <map>
#include <set>

#include "core/diagram/catalogue.h"
#include "core/live/newplaces.h"

namespace sluice {
namespace {

bool isBrokers(ElementKind kind) {
    return kind == ElementKind::Exchange || kind == ElementKind::Queue || kind == ElementKind::Topic;
}

bool isBrokers(LinkKind kind) {
    return kind == LinkKind::Bind || kind == LinkKind::DeadLetter;
}

/// What a broker has as a setting of its own; the rest of the catalogue belongs to the drawing.
std::vector<std::string_view> comparedProperties(ElementKind kind) {
    switch (kind) {
        case ElementKind::Exchange:
            return {"exchangeType", "durable", "autoDelete", "internal"};
        case ElementKind::Queue:
            return {"queueType",     "durable",     "autoDelete",           "messageTtl",
                    "expires",       "maxLength",   "maxLengthBytes",       "overflow",
                    "deliveryLimit", "maxPriority", "singleActiveConsumer", "deadLetterRoutingKey"};
        case ElementKind::Topic:
            return {"partitions", "replication", "minIsr", "compacted", "retention", "retentionBytes"};
        default:
            return {};
    }
}

/// What a broker may have of its own when the drawing says nothing: no difference then.
bool isOnlyWhenDrawn(std::string_view key) {
    return key == "minIsr" || key == "retentionBytes";
}

Json valueOf(const Properties& properties, std::span<const PropertyInfo> catalogue, std::string_view key) {
    if (const Json* own = properties.find(key))
        return *own;
    for (const PropertyInfo& info : catalogue) {
        if (info.key == key)
            return Json::parse(info.defaultValue, nullptr, false);
    }
    return {};
}

std::optional<Duration> timeOf(const Json& value) {
    if (value.is_number())
        return fromSeconds(value.get<double>() / 1000);
    const auto parsed =
        value.is_string() ? parseDuration(value.get<std::string>()) : Result<Duration>(Error{});
    return parsed ? std::optional(*parsed) : std::nullopt;
}

/// 5000 and "5s" are the same time.
bool isSame(const Json& one, const Json& other, const PropertyInfo* info) {
    if (one == other)
        return true;
    if (!info || info->type != PropertyType::Duration)
        return false;
    const auto first = timeOf(one);
    return first && first == timeOf(other);
}

struct Names {
    explicit Names(const Diagram& diagram) {
        for (const Element& element : diagram.elements) {
            byId.emplace(element.id, &element);
            if (isBrokers(element.kind))
                byName.emplace(std::pair(element.kind, element.name), &element);
        }
    }
    [[nodiscard]] const Element* likeness(const Element& of) const {
        const auto it = byName.find(std::pair(of.kind, of.name));
        return it == byName.end() ? nullptr : it->second;
    }
    std::map<std::string_view, const Element*> byId;
    std::map<std::pair<ElementKind, std::string>, const Element*> byName;
};

/// Of a binding; a fanout exchange looks at none.
std::string routingKeyOf(const Link& link, const Names& names) {
    return link.kind != LinkKind::Bind ||
                   names.byId.at(link.from)->properties.text("exchangeType") == "fanout"
               ? std::string()
               : link.properties.text("routingKey");
}

/// What a headers exchange compares; empty for others.
std::string headersOf(const Link& link, const Names& names) {
    const Json* headers = link.properties.find("headers");
    if (!headers || headers->empty() ||
        names.byId.at(link.from)->properties.text("exchangeType") != "headers")
        return {};
    const std::string match = link.properties.text("match");
    return fmt::format("{} of {}", match.empty() ? "all" : match, headers->dump());
}

/// What makes two links of two drawings the same one.
std::string keyOf(const Link& link, const Names& names) {
    const Element& to = *names.byId.at(link.to);
    return fmt::format("{}\n{}\n{}\n{}\n{}\n{}", kindName(link.kind), names.byId.at(link.from)->name,
                       kindName(to.kind), to.name, routingKeyOf(link, names), headersOf(link, names));
}

std::string nameOf(const Link& link, const Names& names) {
    const std::string ends =
        fmt::format("{} → {}", names.byId.at(link.from)->name, names.byId.at(link.to)->name);
    std::string key = routingKeyOf(link, names);
    const std::string headers = headersOf(link, names);
    if (!headers.empty())
        key += (key.empty() ? "" : ", ") + headers;
    return key.empty() ? ends : fmt::format("{} ({})", ends, key);
}

/// The routing keys of dead letters that links say and not their queues, by the queue's id.
std::map<std::string_view, Json> deadLetterKeys(const Diagram& diagram, const Names& names) {
    std::map<std::string_view, Json> keys;
    for (const Link& link : diagram.links) {
        if (link.kind != LinkKind::DeadLetter)
            continue;
        const std::string own = link.properties.text("routingKey");
        // Straight to a queue the key is that queue's name, whatever else is drawn.
        if (names.byId.at(link.to)->kind == ElementKind::Queue)
            keys.emplace(link.from, Json());
        else if (!own.empty())
            keys.emplace(link.from, own);
    }
    return keys;
}

void compareElements(const Diagram& drawing, const Names& found, std::vector<Drift>& result) {
    const auto keys = deadLetterKeys(drawing, Names(drawing));
    for (const Element& element : drawing.elements) {
        if (!isBrokers(element.kind))
            continue;
        const Element* other = found.likeness(element);
        if (!other) {
            result.push_back({.kind = Drift::Kind::Missing, .drawn = element.id, .name = element.name});
            continue;
        }
        const auto catalogue = propertiesOf(element.kind);
        for (const std::string_view key : comparedProperties(element.kind)) {
            if (isOnlyWhenDrawn(key) && !element.properties.has(key))
                continue;
            const auto through = key == "deadLetterRoutingKey" ? keys.find(element.id) : keys.end();
            const Json wanted =
                through == keys.end() ? valueOf(element.properties, catalogue, key) : through->second;
            const Json actual = valueOf(other->properties, catalogue, key);
            if (isSame(wanted, actual, findProperty(catalogue, key)))
                continue;
            result.push_back({.kind = Drift::Kind::Different,
                              .drawn = element.id,
                              .found = other->id,
                              .name = element.name,
                              .property = std::string(key),
                              .wanted = wanted,
                              .actual = actual});
        }
    }
}

/// The edit of takeOver(), in the making.
class TakeOver {
public:
    TakeOver(const Diagram& drawing, const Diagram& found)
        : m_drawn(drawing), m_there(found), m_places(drawing, found.elements.size()) {
        for (const Link& link : found.links) {
            m_links.emplace(link.id, &link);
            m_neighbours.emplace(link.from, link.to);
            m_neighbours.emplace(link.to, link.from);
        }
        for (const Element& element : drawing.elements)
            m_ids.insert(element.id);
        for (const Link& link : drawing.links)
            m_ids.insert(link.id);
        for (const Group& group : drawing.groups)
            m_ids.insert(group.id);
    }

    Edit edit(std::span<const Drift> drifts) {
        for (const Drift& drift : drifts) {
            if (drift.kind == Drift::Kind::Different)
                set(drift);
            else if (drift.kind == Drift::Kind::Extra && !drift.isLink)
                add(*m_there.byId.at(drift.found));
        }
        // A link brings the ends that it needs.
        for (const Drift& drift : drifts) {
            if (drift.kind != Drift::Kind::Extra || !drift.isLink)
                continue;
            const Link& link = *m_links.at(drift.found);
            for (const Id& end : {link.from, link.to}) {
                if (idOf(end).empty() && isBrokers(m_there.byId.at(end)->kind))
                    add(*m_there.byId.at(end));
            }
        }
        for (auto& [id, element] : m_changed)
            m_edit.changes.emplace_back(Change<Element>{id, element});
        // Links after the elements that they join, and what goes last of all.
        for (const Drift& drift : drifts) {
            if (drift.kind == Drift::Kind::Extra && drift.isLink)
                join(*m_links.at(drift.found));
        }
        for (const bool links : {true, false}) {
            for (const Drift& drift : drifts) {
                if (drift.kind != Drift::Kind::Missing || drift.isLink != links)
                    continue;
                if (links)
                    m_edit.changes.emplace_back(Change<Link>{drift.drawn, {}});
                else
                    m_edit.changes.emplace_back(Change<Element>{drift.drawn, {}});
            }
        }
        return std::move(m_edit);
    }

private:
    void set(const Drift& drift) {
        const Element* drawn = m_drawn.byId.at(drift.drawn);
        auto [it, fresh] = m_changed.try_emplace(drift.drawn, *drawn);
        const Json* own = m_there.byId.at(drift.found)->properties.find(drift.property);
        it->second.properties.set(drift.property, own ? *own : Json());
    }

    void add(const Element& element) {
        Element made = element;
        made.id = freshId(element.id);
        made.group.clear();
        made.position = placeFor(element);
        m_newIds.emplace(element.id, made.id);
        m_edit.changes.emplace_back(Change<Element>{made.id, made});
    }

    void join(const Link& link) {
        Link made = link;
        made.from = idOf(link.from);
        made.to = idOf(link.to);
        made.id = freshId(link.id);
        made.bends.clear();
        if (!made.from.empty() && !made.to.empty())
            m_edit.changes.emplace_back(Change<Link>{made.id, made});
    }

    /// In the drawing, of an element that was found.
    [[nodiscard]] Id idOf(const Id& found) const {
        const auto fresh = m_newIds.find(found);
        if (fresh != m_newIds.end())
            return fresh->second;
        const Element* drawn = m_drawn.likeness(*m_there.byId.at(found));
        return drawn ? drawn->id : Id();
    }

    Id freshId(const Id& wanted) {
        Id id = wanted;
        for (int number = 2; !m_ids.insert(id).second; ++number)
            id = fmt::format("{}-{}", wanted, number);
        return id;
    }

    /// Below what it is linked to, else below everything.
    Point placeFor(const Element& element) {
        const auto [from, to] = m_neighbours.equal_range(element.id);
        for (auto neighbour = from; neighbour != to; ++neighbour) {
            if (const Element* drawn = m_drawn.likeness(*m_there.byId.at(neighbour->second)))
                return m_places.below(drawn);
        }
        return m_places.below(nullptr);
    }

    Names m_drawn;
    Names m_there;
    Edit m_edit;
    std::map<Id, Element> m_changed;
    std::map<Id, Id> m_newIds;
    std::set<Id> m_ids;
    NewPlaces m_places;
    std::map<std::string_view, const Link*> m_links;                 ///< that were found, by id
    std::multimap<std::string_view, std::string_view> m_neighbours;  ///< of what was found, by id
};

}  // namespace

std::vector<Drift> driftOf(const Diagram& drawing, const Diagram& found) {
    std::vector<Drift> result;
    const Names drawn(drawing);
    const Names there(found);
    compareElements(drawing, there, result);
    std::map<std::string, const Link*> drawnLinks;
    std::map<std::string, const Link*> foundLinks;
    for (const Link& link : found.links) {
        if (isBrokers(link.kind))
            foundLinks.emplace(keyOf(link, there), &link);
    }
    for (const Link& link : drawing.links) {
        if (!isBrokers(link.kind))
            continue;
        const std::string key = keyOf(link, drawn);
        drawnLinks.emplace(key, &link);
        if (!foundLinks.contains(key))
            result.push_back({.kind = Drift::Kind::Missing,
                              .isLink = true,
                              .drawn = link.id,
                              .name = nameOf(link, drawn)});
    }
    for (const Element& element : found.elements) {
        if (isBrokers(element.kind) && !drawn.likeness(element))
            result.push_back({.kind = Drift::Kind::Extra, .found = element.id, .name = element.name});
    }
    for (const Link& link : found.links) {
        if (isBrokers(link.kind) && !drawnLinks.contains(keyOf(link, there)))
            result.push_back(
                {.kind = Drift::Kind::Extra, .isLink = true, .found = link.id, .name = nameOf(link, there)});
    }
    return result;
}

Edit takeOver(const Diagram& drawing, const Diagram& found, std::span<const Drift> drifts) {
    return TakeOver(drawing, found).edit(drifts);
}

}  // namespace sluice
