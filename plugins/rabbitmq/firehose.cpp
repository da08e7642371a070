#include "plugins/rabbitmq/firehose.h"

namespace sluice::rabbitmq {
namespace {

const nlohmann::ordered_json* tracedHeader(const BrokerMessage& message, std::string_view name) {
    for (const BrokerMessage::Header& header : message.headers) {
        if (header.name == name)
            return &header.value;
    }
    return nullptr;
}

std::string propertyText(const nlohmann::ordered_json* object, const char* name) {
    if (!object || !object->is_object())
        return {};
    const auto it = object->find(name);
    return it != object->end() && it->is_string() ? it->get<std::string>() : std::string();
}

std::vector<std::string> tracedTexts(const nlohmann::ordered_json* list) {
    std::vector<std::string> texts;
    if (list && list->is_array()) {
        for (const nlohmann::ordered_json& one : *list) {
            if (one.is_string())
                texts.push_back(one.get<std::string>());
        }
    }
    return texts;
}

}  // namespace

std::optional<MessageSighting> sightingOf(BrokerMessage traced) {
    constexpr std::string_view kPublish = "publish.";
    constexpr std::string_view kDeliver = "deliver.";
    const std::string about = traced.key.value_or("");
    MessageSighting sighting;
    if (about.starts_with(kPublish))
        sighting.act = MessageSighting::Act::Published;
    else if (about.starts_with(kDeliver))
        sighting.act = MessageSighting::Act::Delivered;
    else
        return std::nullopt;
    const nlohmann::ordered_json* const properties = tracedHeader(traced, "properties");
    const nlohmann::ordered_json* const exchange = tracedHeader(traced, "exchange_name");
    sighting.exchange = exchange && exchange->is_string() ? exchange->get<std::string>() : std::string();
    BrokerMessage& message = sighting.message;
    const std::vector<std::string> keys = tracedTexts(tracedHeader(traced, "routing_keys"));
    message.key = keys.empty() ? std::string() : keys.front();
    message.type = propertyText(properties, "type");
    message.id = propertyText(properties, "message_id");
    message.correlation = propertyText(properties, "correlation_id");
    message.contentType = propertyText(properties, "content_type");
    if (properties && properties->is_object()) {
        const auto headers = properties->find("headers");
        if (headers != properties->end() && headers->is_object()) {
            for (const auto& [name, value] : headers->items())
                message.headers.push_back({name, value});
        }
    }
    if (const nlohmann::ordered_json* const redelivered = tracedHeader(traced, "redelivered"))
        message.redelivered = redelivered->is_boolean() ? redelivered->get<bool>()
                                                        : redelivered->is_number() && *redelivered != 0;
    message.body = std::move(traced.body);
    if (sighting.act == MessageSighting::Act::Delivered) {
        message.place = about.substr(kDeliver.size());
        return sighting;
    }
    sighting.queues = tracedTexts(tracedHeader(traced, "routed_queues"));
    return sighting;
}

}  // namespace sluice::rabbitmq
