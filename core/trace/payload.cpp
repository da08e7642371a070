#include "core/trace/payload.h"

#include <fmt/format.h>
#include <fmt/ranges.h>

#include <algorithm>
#include <array>

#include "core/base/lettercase.h"
#include "core/base/random.h"
#include "core/trace/messagetexts.h"

namespace sluice {
namespace {

constexpr std::array<std::string_view, 16> kPeople{
    "ada",  "alan", "barbara",   "claude", "donald",   "edsger",  "frances", "grace",
    "hedy", "john", "katherine", "leslie", "margaret", "niklaus", "radia",   "tony"};

/// ISO 8601 from the trace's beginning, which is given the date 2026-01-01.
std::string timestamp(TraceTime time) {
    using namespace std::chrono;
    const sys_days start{year{2026} / 1 / 1};
    const auto whole = floor<milliseconds>(time);
    const sys_days day = floor<days>(start + whole);
    const year_month_day date{day};
    const hh_mm_ss<milliseconds> clock{start + whole - day};
    return fmt::format("{:04}-{:02}-{:02}T{:02}:{:02}:{:02}.{:03}Z", static_cast<int>(date.year()),
                       static_cast<unsigned>(date.month()), static_cast<unsigned>(date.day()),
                       clock.hours().count(), clock.minutes().count(), clock.seconds().count(),
                       clock.subseconds().count());
}

nlohmann::ordered_json valueOf(const TracedField& field, const MessageInfo& message, RandomStream& random) {
    const std::uint64_t draw = random.next();
    const std::string_view person = kPeople[static_cast<std::size_t>(draw % kPeople.size())];
    if (field.type == "integer")
        return draw % 1000;
    if (field.type == "number")
        return static_cast<double>(draw % 100'000) / 100.0;
    if (field.type == "boolean")
        return draw % 2 == 0;
    if (field.type == "time")
        return timestamp(message.eventTime);
    if (field.type == "email")
        return fmt::format("{}.{}@example.org", person, draw / kPeople.size() % 1000);
    if (field.type == "money")
        return fmt::format("{}.{:02} EUR", draw % 500 + 1, draw / 500 % 100);
    if (field.type == "id")
        return fmt::format("{}-{}", lowered(field.name), draw % 10'000);
    if (!field.example.empty())
        return field.example;
    return fmt::format("{} {}", field.name, draw % 1000);
}

/// Where the acting user sits; null when the chain did not begin at a client.
const Entity* clientOf(const MessageInfo& message, const EntityTable& table) {
    if (message.origin >= table.entities.size())
        return nullptr;
    const Entity& origin = table.entities[message.origin];
    return !origin.isLink && origin.elementKind == ElementKind::Client ? &origin : nullptr;
}

/// One person for a whole chain: the one whose data it began with, else one of the client's users.
std::string userOf(const MessageInfo& message, const Entity& client, const EntityTable& table) {
    std::string key = table.keyText(message.originType, message.originKey);
    if (key.starts_with("user-"))
        return key;
    RandomStream random(table.seed, mixed(message.correlation));
    return fmt::format("user-{}", random.next() % std::max(client.users, 1U));
}

/// What a live message carried, as far as it is still there.
Payload carriedBy(const MessageInfo& message, const MessageTexts& texts) {
    std::optional<MessageText> text = texts.find(message.id);
    if (!text)
        return {"(not kept any more)", nlohmann::ordered_json::object()};
    return {std::move(text->body), std::move(text->headers)};
}

}  // namespace

Payload payloadOf(const MessageInfo& message, const EntityTable& table) {
    if (table.texts)
        return carriedBy(message, *table.texts);
    Payload payload;
    payload.body = nlohmann::ordered_json::object();
    payload.headers = nlohmann::ordered_json::object();
    const TracedType* type = message.type < table.types.size() ? &table.types[message.type] : nullptr;
    RandomStream random(table.seed, mixed(message.id));
    const std::string key = table.keyText(message.type, message.key);
    if (type) {
        for (const TracedField& field : type->fields) {
            // Every field draws, so that the others do not depend on which one is the key.
            nlohmann::ordered_json value = valueOf(field, message, random);
            payload.body[field.name] =
                field.name == type->keyField && !key.empty() ? nlohmann::ordered_json(key) : std::move(value);
        }
        if (!key.empty() && !type->keyField.empty() && !payload.body.contains(type->keyField))
            payload.body[type->keyField] = key;
    }
    payload.headers["message-id"] = fmt::format("m-{}", message.id);
    payload.headers["correlation-id"] = fmt::format("m-{}", message.correlation);
    if (message.causation != 0)
        payload.headers["causation-id"] = fmt::format("m-{}", message.causation);
    if (type) {
        payload.headers["type"] = type->id;
        payload.headers["schema-version"] = type->version;
    }
    if (const Entity* client = clientOf(message, table)) {
        payload.headers["user-id"] = userOf(message, *client, table);
        if (!client->roles.empty())
            payload.headers["roles"] = fmt::format("{}", fmt::join(client->roles, ", "));
    }
    payload.headers["event-time"] = timestamp(message.eventTime);
    if ((message.flags & eventflag::Poisoned) != 0) {
        // What a parser that meets the message would choke on.
        payload.body = payload.body.dump().substr(0, payload.body.dump().size() / 2);
        payload.headers["content-type"] = "application/octet-stream";
    } else {
        payload.headers["content-type"] = "application/json";
    }
    return payload;
}

}  // namespace sluice
