#include "core/record/entitytablejson.h"

#include <fmt/format.h>

#include <limits>

namespace sluice {
namespace {

// States have a place for every instance, partition, and partition that a group reads.
constexpr std::uint64_t kMostPlaces = std::uint64_t{1} << 22U;

/// Reads members of one object and remembers whether they were what they should be.
class Members {
public:
    explicit Members(const Json& object) : m_object(object), m_good(object.is_object()) {}

    std::string text(const char* key) {
        const Json* const found = find(key);
        m_good = m_good && found && found->is_string();
        return m_good ? found->get<std::string>() : std::string();
    }
    bool flag(const char* key) {
        const Json* const found = find(key);
        m_good = m_good && found && found->is_boolean();
        return m_good && found->get<bool>();
    }
    template <class Number>
    Number number(const char* key) {
        const Json* const found = find(key);
        m_good = m_good && found && found->is_number_unsigned() &&
                 found->get<std::uint64_t>() <= std::numeric_limits<Number>::max();
        return m_good ? found->get<Number>() : Number{};
    }
    template <class Kind, std::size_t N>
    Kind kind(const char* key, const std::array<std::string_view, N>& names) {
        const auto found = findKind<Kind>(names, text(key));
        m_good = m_good && found.has_value();
        return found.value_or(Kind{});
    }
    const Json& list(const char* key) {
        static const Json kNone = Json::array();
        const Json* const found = find(key);
        m_good = m_good && found && found->is_array();
        return m_good ? *found : kNone;
    }
    [[nodiscard]] bool good() const { return m_good; }

private:
    const Json* find(const char* key) {
        if (!m_good)
            return nullptr;
        const auto found = m_object.find(key);
        return found == m_object.end() ? nullptr : &*found;
    }
    const Json& m_object;
    bool m_good;
};

Json toJson(const Entity& entity) {
    Json json{{"id", entity.id}, {"name", entity.name}};
    if (entity.isLink) {
        json["link"] = kindName(entity.linkKind);
        json["from"] = entity.from;
        json["to"] = entity.to;
        return json;
    }
    json["element"] = kindName(entity.elementKind);
    json["instances"] = entity.instances;
    json["partitions"] = entity.partitions;
    json["deadLetters"] = entity.deadLetters;
    json["temporary"] = entity.temporary;
    json["users"] = entity.users;
    json["roles"] = entity.roles;
    return json;
}

bool read(const Json& json, Entity& entity) {
    Members members(json);
    entity.id = members.text("id");
    entity.name = members.text("name");
    entity.isLink = json.is_object() && json.contains("link");
    if (entity.isLink) {
        entity.linkKind = members.kind<LinkKind>("link", kLinkKindNames);
        entity.from = members.number<EntityId>("from");
        entity.to = members.number<EntityId>("to");
        return members.good();
    }
    entity.elementKind = members.kind<ElementKind>("element", kElementKindNames);
    entity.instances = members.number<std::uint16_t>("instances");
    entity.partitions = members.number<std::uint16_t>("partitions");
    entity.deadLetters = members.flag("deadLetters");
    entity.temporary = members.flag("temporary");
    entity.users = members.number<std::uint32_t>("users");
    for (const Json& role : members.list("roles")) {
        if (!role.is_string())
            return false;
        entity.roles.push_back(role.get<std::string>());
    }
    return members.good();
}

Json toJson(const TracedType& type) {
    Json fields = Json::array();
    for (const TracedField& field : type.fields)
        fields.push_back({{"name", field.name}, {"type", field.type}, {"example", field.example}});
    return {{"id", type.id},
            {"kind", kindName(type.kind)},
            {"operation", type.operation},
            {"keyField", type.keyField},
            {"version", type.version},
            {"size", type.size},
            {"fields", fields}};
}

bool read(const Json& json, TracedType& type) {
    Members members(json);
    type.id = members.text("id");
    type.kind = members.kind<MessageKind>("kind", kMessageKindNames);
    type.operation = members.text("operation");
    type.keyField = members.text("keyField");
    const auto version = json.is_object() ? json.find("version") : json.end();
    if (version == json.end() || !version->is_number_integer())
        return false;
    type.version = version->get<int>();
    type.size = members.number<std::uint32_t>("size");
    for (const Json& field : members.list("fields")) {
        Members own(field);
        type.fields.push_back(TracedField{own.text("name"), own.text("type"), own.text("example")});
        if (!own.good())
            return false;
    }
    return members.good();
}

Json toJson(const TracedAlert& alert) {
    return {{"id", alert.id}, {"name", alert.name}, {"when", alert.when}};
}

bool read(const Json& json, TracedAlert& alert) {
    Members members(json);
    alert = {members.text("id"), members.text("name"), members.text("when")};
    return members.good();
}

/// How many places the states of the table have, or nothing when a link does not join two of its elements.
std::optional<std::uint64_t> placesOf(const EntityTable& table) {
    std::uint64_t places = table.entities.size();
    const auto isElement = [&](EntityId id) {
        return id == kNoEntity || (id < table.entities.size() && !table.entities[id].isLink);
    };
    for (const Entity& entity : table.entities) {
        if (!entity.isLink) {
            places += std::uint64_t{entity.instances} + entity.partitions;
            continue;
        }
        if (!isElement(entity.from) || !isElement(entity.to))
            return std::nullopt;
        places += entity.from == kNoEntity ? 0 : table.entities[entity.from].partitions;
    }
    return places;
}

Error unreadable(const char* list, std::size_t index) {
    return {ErrorCode::InvalidInput,
            "the recording has names that this version cannot read: it is damaged, or of a newer version",
            fmt::format("{}[{}]", list, index)};
}

}  // namespace

Json entityTableToJson(const EntityTable& table) {
    Json entities = Json::array();
    for (const Entity& entity : table.entities)
        entities.push_back(toJson(entity));
    Json types = Json::array();
    for (const TracedType& type : table.types)
        types.push_back(toJson(type));
    Json json{{"entities", std::move(entities)},
              {"types", std::move(types)},
              {"names", {{"diagram", table.diagram}, {"scenario", table.scenario}, {"seed", table.seed}}}};
    for (const TracedAlert& alert : table.alerts)
        json["alerts"].push_back(toJson(alert));
    return json;
}

Result<EntityTable> entityTableFromJson(const Json& json) {
    EntityTable table;
    Members members(json);
    for (const Json& one : members.list("entities")) {
        if (!read(one, table.entities.emplace_back()))
            return unreadable("entities", table.entities.size() - 1);
    }
    for (const Json& one : members.list("types")) {
        if (!read(one, table.types.emplace_back()))
            return unreadable("types", table.types.size() - 1);
    }
    // From version 4 on, where there are any.
    if (json.contains("alerts")) {
        for (const Json& one : members.list("alerts")) {
            if (!read(one, table.alerts.emplace_back()))
                return unreadable("alerts", table.alerts.size() - 1);
        }
    }
    const auto names = json.find("names");
    Members named(names == json.end() ? json : *names);
    table.diagram = named.text("diagram");
    table.scenario = named.text("scenario");
    table.seed = named.number<std::uint64_t>("seed");
    const std::optional<std::uint64_t> places = placesOf(table);
    if (!members.good() || !named.good() || !places)
        return Error{
            ErrorCode::InvalidInput, "the recording's names do not fit each other: it is damaged", {}};
    if (*places > kMostPlaces)
        return Error{
            ErrorCode::InvalidInput,
            fmt::format("the recording is of {} instances and partitions, more than the {} that can be "
                        "shown",
                        *places, kMostPlaces),
            {}};
    return table;
}

}  // namespace sluice
