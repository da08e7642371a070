#include "plugins/rabbitmq/queuesettings.h"

#include <QRegularExpression>
#include <array>

#include "core/base/duration.h"

namespace sluice::rabbitmq {
namespace {

enum class As { Number, Milliseconds, Text, Flag, Overflow };

/// One setting: its key in the catalogue, the queue's argument, the policy's key, and whether the lower of
/// both holds.
struct Setting {
    const char* key;
    const char* argument;
    const char* policy;
    As as;
    bool lower;
};

constexpr std::array kSettings{
    Setting{"messageTtl", "x-message-ttl", "message-ttl", As::Milliseconds, true},
    Setting{"expires", "x-expires", "expires", As::Milliseconds, true},
    Setting{"maxLength", "x-max-length", "max-length", As::Number, true},
    Setting{"maxLengthBytes", "x-max-length-bytes", "max-length-bytes", As::Number, true},
    Setting{"deliveryLimit", "x-delivery-limit", "delivery-limit", As::Number, true},
    Setting{"maxPriority", "x-max-priority", "", As::Number, false},
    Setting{"overflow", "x-overflow", "overflow", As::Overflow, false},
    Setting{"deadLetterRoutingKey", "x-dead-letter-routing-key", "dead-letter-routing-key", As::Text, false},
    Setting{"singleActiveConsumer", "x-single-active-consumer", "", As::Flag, false},
};

Json memberOf(const Json& object, std::string_view key) {
    if (!object.is_object() || key.empty())
        return {};
    const auto it = object.find(std::string(key));
    return it == object.end() ? Json() : *it;
}

Json translated(const Json& value, As as) {
    switch (as) {
        case As::Number:
            return value.is_number() ? value : Json();
        case As::Milliseconds:
            // Longer than a year or so the broker refuses; what it sent is no time.
            if (!value.is_number() || value.get<double>() < 0 || value.get<double>() > 4.3e9)
                return {};
            return formatDuration(std::chrono::milliseconds(value.get<std::int64_t>()));
        case As::Text:
            return value.is_string() ? value : Json();
        case As::Flag:
            return value.is_boolean() && value.get<bool>() ? Json(true) : Json();
        case As::Overflow:
            if (value == "reject-publish")
                return "rejectPublish";
            return value == "reject-publish-dlx" ? Json("rejectPublishDlx") : Json();
    }
    return {};
}

/// The other way.
Json declared(const Json& value, As as) {
    switch (as) {
        case As::Milliseconds: {
            if (!value.is_string())
                return value;
            const auto time = parseDuration(value.get<std::string>());
            return time ? Json(std::chrono::duration_cast<std::chrono::milliseconds>(*time).count()) : Json();
        }
        case As::Flag:
            return value.is_boolean() && value.get<bool>() ? Json(true) : Json();
        case As::Overflow:
            if (value == "rejectPublish")
                return "reject-publish";
            return value == "rejectPublishDlx" ? Json("reject-publish-dlx") : Json();
        case As::Number:
        case As::Text:
            break;
    }
    return value;
}

bool appliesTo(const Policy& policy, std::string_view queueType) {
    if (policy.appliesTo == "all")
        return true;
    if (queueType.empty())
        return policy.appliesTo == "exchanges";
    if (policy.appliesTo == "queues")
        return true;
    return policy.appliesTo == (queueType == "stream" ? "streams" : std::string(queueType) + "_queues");
}

}  // namespace

std::string textIn(const Json& object, std::string_view key) {
    const Json value = memberOf(object, key);
    return value.is_string() ? value.get<std::string>() : std::string();
}

bool flagIn(const Json& object, std::string_view key) {
    const Json value = memberOf(object, key);
    return value.is_boolean() && value.get<bool>();
}

Properties queueProperties(const Json& queue, const Json& policy) {
    Properties properties;
    const Json arguments = memberOf(queue, "arguments");
    std::string type = textIn(queue, "type");
    if (type.empty())
        type = textIn(arguments, "x-queue-type");
    if (type == "quorum")
        properties.set("queueType", "quorum");
    if (!flagIn(queue, "durable"))
        properties.set("durable", false);
    if (flagIn(queue, "exclusive"))
        properties.set("exclusive", true);
    if (flagIn(queue, "auto_delete"))
        properties.set("autoDelete", true);
    for (const Setting& setting : kSettings) {
        const Json own = memberOf(arguments, setting.argument);
        const Json general = memberOf(policy, setting.policy);
        Json holds = own.is_null() ? general : own;
        if (setting.lower && own.is_number() && general.is_number())
            holds = std::min(own, general);
        properties.set(setting.key, translated(holds, setting.as));
    }
    return properties;
}

Json queueDeclaration(const Properties& settings) {
    Json arguments = Json::object();
    for (const Setting& setting : kSettings) {
        const Json* value = settings.find(setting.key);
        const Json argument = value ? declared(*value, setting.as) : Json();
        if (!argument.is_null())
            arguments[setting.argument] = argument;
    }
    const std::string type = settings.text("queueType");
    if (!type.empty() && type != "classic")
        arguments["x-queue-type"] = type;
    if (const Json* exchange = settings.find("deadLetterExchange"))
        arguments["x-dead-letter-exchange"] = *exchange;
    const auto isSet = [&](const char* key, bool otherwise) {
        const Json* value = settings.find(key);
        return value && value->is_boolean() ? value->get<bool>() : otherwise;
    };
    return {{"durable", isSet("durable", true)},
            {"auto_delete", isSet("autoDelete", false)},
            {"arguments", arguments}};
}

DeadLetterTarget deadLetterTarget(const Json& queue, const Json& policy) {
    const Json arguments = memberOf(queue, "arguments");
    Json exchange = memberOf(arguments, "x-dead-letter-exchange");
    if (exchange.is_null())
        exchange = memberOf(policy, "dead-letter-exchange");
    DeadLetterTarget target;
    target.set = exchange.is_string();
    if (!target.set)
        return target;
    target.exchange = exchange.get<std::string>();
    target.routingKey = textIn(arguments, "x-dead-letter-routing-key");
    if (target.routingKey.empty())
        target.routingKey = textIn(policy, "dead-letter-routing-key");
    return target;
}

std::vector<Policy> policiesOf(const Json& answer) {
    std::vector<Policy> policies;
    if (!answer.is_array())
        return policies;
    for (const Json& one : answer) {
        const Json priority = memberOf(one, "priority");
        policies.push_back({textIn(one, "name"), textIn(one, "pattern"), textIn(one, "apply-to"),
                            priority.is_number_integer() ? priority.get<int>() : 0,
                            memberOf(one, "definition")});
    }
    std::stable_sort(policies.begin(), policies.end(),
                     [](const Policy& a, const Policy& b) { return a.priority > b.priority; });
    return policies;
}

Json definitionFor(const std::vector<Policy>& policies, const std::string& name, std::string_view queueType) {
    for (const Policy& policy : policies) {
        if (!appliesTo(policy, queueType))
            continue;
        const QRegularExpression pattern(QString::fromStdString(policy.pattern));
        if (pattern.isValid() && pattern.match(QString::fromStdString(name)).hasMatch())
            return policy.definition;
    }
    return Json::object();
}

}  // namespace sluice::rabbitmq
