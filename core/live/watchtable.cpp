#include "core/live/watchtable.h"

#include <algorithm>
#include <unordered_map>

#include "core/alerts/alertrules.h"
#include "core/diagram/deadletterqueues.h"

namespace sluice {
namespace {

std::uint16_t countIn(const Properties& properties, const char* key, std::uint16_t fallback) {
    const Json* value = properties.find(key);
    if (!value || !value->is_number())
        return fallback;
    return static_cast<std::uint16_t>(std::clamp(value->get<double>(), 1.0, 10'000.0));
}

TracedType tracedType(const MessageType& type) {
    TracedType traced;
    traced.id = type.id;
    traced.kind = type.kind;
    traced.operation = type.operationOrId();
    traced.keyField = type.keying == Keying::Unkeyed ? std::string() : type.key;
    traced.version = type.version;
    for (const Field& field : type.fields)
        traced.fields.push_back({field.name, field.type, field.example});
    return traced;
}

}  // namespace

std::shared_ptr<EntityTable> watchTable(const Diagram& diagram) {
    auto table = std::make_shared<EntityTable>();
    table->diagram = diagram.name;
    table->alerts = tracedAlerts(diagram);
    std::unordered_map<std::string, EntityId> indexOf;
    const DeadLetterQueues queues(diagram);
    for (std::size_t i = 0; i < diagram.elements.size(); ++i) {
        const Element& element = diagram.elements[i];
        Entity entity;
        entity.id = element.id;
        entity.name = element.name.empty() ? element.id : element.name;
        entity.elementKind = element.kind;
        entity.deadLetters = queues.isDeadLetterQueue(i);
        if (element.kind == ElementKind::Service)
            entity.instances = countIn(element.properties, "instances", 1);
        if (element.kind == ElementKind::Topic)
            entity.partitions = countIn(element.properties, "partitions", 3);
        indexOf.emplace(element.id, static_cast<EntityId>(i));
        table->entities.push_back(std::move(entity));
    }
    for (const Link& link : diagram.links)
        table->addLink(link.id, link.name, link.kind, indexOf.at(link.from), indexOf.at(link.to));
    for (const MessageType& type : diagram.messages)
        table->types.push_back(tracedType(type));
    TracedType undrawn;
    undrawn.id = kUndrawnType;
    table->types.push_back(undrawn);
    return table;
}

std::vector<std::string> brokerNames(const Diagram& diagram) {
    std::vector<std::string> names;
    names.reserve(diagram.elements.size() + diagram.links.size());
    std::unordered_map<std::string, ElementKind> kindOf;
    for (const Element& element : diagram.elements) {
        kindOf.emplace(element.id, element.kind);
        names.push_back(element.name.empty() ? element.id : element.name);
    }
    for (const Link& link : diagram.links) {
        const bool reads = link.kind == LinkKind::Consume || link.kind == LinkKind::Materialize;
        if (!reads || kindOf.at(link.from) != ElementKind::Topic) {
            names.emplace_back();
            continue;
        }
        const Json* group = link.properties.find("group");
        const bool own = group && group->is_string() && !group->get_ref<const std::string&>().empty();
        names.push_back(own ? group->get<std::string>() : link.to);
    }
    return names;
}

}  // namespace sluice
