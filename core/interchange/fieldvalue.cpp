#include "core/interchange/fieldvalue.h"

#include <fmt/format.h>

namespace sluice {

std::string nameOf(EntityId id, const EntityTable& table) {
    if (id >= table.entities.size())
        return {};
    const Entity& entity = table.entities[id];
    return entity.name.empty() ? entity.id : entity.name;
}

FieldValue valueOf(EventField field, const TraceEvent& event, const EntityTable& table) {
    const std::optional<std::int64_t> number = fieldOf(event, field);
    if (!number)
        return {};
    switch (field) {
        case EventField::Message:
            return {fmt::format("m-{}", *number), *number};
        case EventField::Target: {
            const auto id = static_cast<EntityId>(*number);
            if (id >= table.entities.size())
                return {};
            return {nameOf(id, table), table.entities[id].id};
        }
        case EventField::Instance:
            return {std::to_string(*number + 1), *number + 1};
        case EventField::Duration:
            return {describeDuration(Duration(*number)), seconds(Duration(*number))};
        case EventField::Type: {
            const auto type = static_cast<std::size_t>(*number);
            return type < table.types.size() ? FieldValue{table.types[type].id, table.types[type].id}
                                             : FieldValue{};
        }
        case EventField::Key: {
            const std::string key = table.keyText(event.detail, *number);
            return key.empty() ? FieldValue{} : FieldValue{key, key};
        }
        case EventField::DeathReason:
        case EventField::RequeueReason:
        case EventField::QueueEnd:
        case EventField::LatePolicy:
        case EventField::RedriveVerdict:
        case EventField::UserOutcome:
        case EventField::Severity:
            return {std::string(reasonOf(event)), reasonOf(event)};
        case EventField::Alert: {
            const auto rule = static_cast<std::size_t>(*number);
            return rule < table.alerts.size() ? FieldValue{table.alerts[rule].name, table.alerts[rule].id}
                                              : FieldValue{fmt::format("rule {}", rule + 1), *number};
        }
        case EventField::Level: {
            const double level = static_cast<double>(*number) / 1000;
            return {fmt::format("{}", level), level};
        }
        default:
            return {std::to_string(*number), *number};
    }
}

}  // namespace sluice
