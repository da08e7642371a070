#include "app/cli/eventlines.h"

#include <fmt/format.h>

#include <array>
#include <utility>

#include "app/cli/texttable.h"
#include "core/diagram/properties.h"
#include "core/query/eventquery.h"
#include "core/trace/eventfields.h"

namespace sluice::cli {
namespace {

std::string nameOf(EntityId id, const EntityTable& table) {
    if (id >= table.entities.size())
        return {};
    const Entity& entity = table.entities[id];
    return entity.name.empty() ? entity.id : entity.name;
}

/// A field for people and for programs; null when it says nothing.
std::pair<std::string, Json> valueOf(EventField field, const TraceEvent& event, const EntityTable& table) {
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
            return type < table.types.size()
                       ? std::pair<std::string, Json>{table.types[type].id, table.types[type].id}
                       : std::pair<std::string, Json>{};
        }
        case EventField::Key: {
            const std::string key = table.keyText(event.detail, *number);
            return key.empty() ? std::pair<std::string, Json>{} : std::pair<std::string, Json>{key, key};
        }
        case EventField::DeathReason:
        case EventField::RequeueReason:
        case EventField::QueueEnd:
        case EventField::LatePolicy:
        case EventField::RedriveVerdict:
        case EventField::UserOutcome:
            return {std::string(reasonOf(event)), reasonOf(event)};
        default:
            return {std::to_string(*number), *number};
    }
}

std::array<EventField, 3> fieldsInOrder(const TraceEvent& event) {
    const EventFields fields = fieldsOf(event.kind);
    return {fields.peer, fields.detail, fields.value};
}

}  // namespace

std::string textLine(Sequence, const TraceEvent& event, const EntityTable& table) {
    std::string rest;
    const auto add = [&rest](std::string_view name, std::string_view value) {
        if (!value.empty())
            rest += fmt::format("{}{} {}", rest.empty() ? "" : ", ", name, value);
    };
    for (const EventField field : fieldsInOrder(event))
        add(fieldName(field), valueOf(field, event, table).first);
    if (event.cause() != FailureKind::None)
        add("cause", kindName(event.cause()));
    for (const QueryMark& mark : queryMarks()) {
        if (event.has(mark.flag) && mark.flag != eventflag::Reverse)
            add("is", mark.name);
    }
    const std::string message = event.message == 0 ? std::string() : fmt::format("m-{}", event.message);
    std::string line =
        fmt::format("{}  {}  {}  {}  {}", padded(formatDuration(event.at), 16, true),
                    padded(kindName(event.kind), 18, false), padded(nameOf(event.subject, table), 24, false),
                    padded(message, 10, false), rest);
    line.erase(line.find_last_not_of(' ') + 1);
    return line;
}

std::string jsonLine(Sequence sequence, const TraceEvent& event, const EntityTable& table) {
    nlohmann::ordered_json json{{"sequence", sequence},
                                {"at", seconds(event.at)},
                                {"ns", event.at.count()},
                                {"kind", kindName(event.kind)}};
    if (event.subject < table.entities.size())
        json["element"] = table.entities[event.subject].id;
    if (event.message != 0)
        json["message"] = event.message;
    for (const EventField field : fieldsInOrder(event)) {
        const Json value = valueOf(field, event, table).second;
        if (!value.is_null())
            json[std::string(fieldName(field))] = value;
    }
    if (event.cause() != FailureKind::None)
        json["cause"] = kindName(event.cause());
    Json marks = Json::array();
    for (const QueryMark& mark : queryMarks()) {
        if (event.has(mark.flag) && mark.flag != eventflag::Reverse)
            marks.push_back(mark.name);
    }
    if (!marks.empty())
        json["marks"] = marks;
    return json.dump(-1, ' ', false, Json::error_handler_t::replace);
}

}  // namespace sluice::cli
