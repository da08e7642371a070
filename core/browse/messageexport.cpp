#include "core/browse/messageexport.h"

#include "core/base/writtentime.h"
#include "core/browse/messagebody.h"
#include "core/interchange/csvtext.h"

namespace sluice {
namespace {

using Json = nlohmann::ordered_json;

constexpr std::string_view kBase64 = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";

std::string dumped(const Json& json) {
    return json.dump(-1, ' ', false, Json::error_handler_t::replace);
}

}  // namespace

Json headersJson(const BrokerMessage& message) {
    Json headers = Json::object();
    for (const BrokerMessage::Header& header : message.headers) {
        // Kafka allows several headers of one name.
        if (!headers.contains(header.name))
            headers[header.name] = header.value;
        else if (headers[header.name].is_array())
            headers[header.name].push_back(header.value);
        else
            headers[header.name] = Json::array({headers[header.name], header.value});
    }
    return headers;
}

std::string base64(std::string_view bytes) {
    std::string text;
    text.reserve((bytes.size() + 2) / 3 * 4);
    for (std::size_t at = 0; at < bytes.size(); at += 3) {
        const std::string_view group = bytes.substr(at, 3);
        unsigned bits = 0;
        for (std::size_t i = 0; i < 3; ++i)
            bits = bits << 8U | (i < group.size() ? static_cast<unsigned char>(group[i]) : 0U);
        for (std::size_t i = 0; i < 4; ++i)
            text += i <= group.size() ? kBase64[bits >> (18 - 6 * i) & 63U] : '=';
    }
    return text;
}

std::optional<std::string> fromBase64(std::string_view text) {
    std::string bytes;
    unsigned bits = 0;
    int held = 0;
    if (text.size() % 4 != 0)
        return std::nullopt;
    while (!text.empty() && text.back() == '=' && text.size() % 4 != 2)
        text.remove_suffix(1);
    for (const char c : text) {
        const std::size_t value = kBase64.find(c);
        if (value == std::string_view::npos)
            return std::nullopt;
        bits = bits << 6U | static_cast<unsigned>(value);
        held += 6;
        if (held >= 8) {
            held -= 8;
            bytes += static_cast<char>(bits >> static_cast<unsigned>(held) & 0xFFU);
        }
    }
    return bytes;
}

Json messageJson(const BrokerMessage& message) {
    Json json;
    json["place"] = message.place;
    if (message.partition >= 0)
        json["partition"] = message.partition;
    if (message.offset >= 0)
        json["offset"] = message.offset;
    if (message.time)
        json["time"] = calendarText(*message.time);
    if (message.key)
        json[isText(*message.key) ? "key" : "keyBase64"] =
            isText(*message.key) ? *message.key : base64(*message.key);
    for (const auto& [name, text] :
         {std::pair("type", &message.type), std::pair("id", &message.id),
          std::pair("correlation", &message.correlation), std::pair("contentType", &message.contentType)}) {
        if (!text->empty())
            json[name] = *text;
    }
    if (message.redelivered)
        json["redelivered"] = true;
    if (message.bodySize > 0)
        json["bodySize"] = message.bodySize;
    if (!message.headers.empty())
        json["headers"] = headersJson(message);
    if (!message.schema.empty())
        json["schema"] = message.schema;
    if (!message.problem.empty())
        json["problem"] = message.problem;
    MessageBody body = readBody(message.body);
    if (!body.packing.empty())
        json["packing"] = body.packing;
    if (message.tombstone && message.body.empty())
        json["body"] = nullptr;
    else if (body.form == MessageBody::Form::Json)
        json["body"] = std::move(body.json);
    else if (body.form == MessageBody::Form::Binary)
        json["bodyBase64"] = base64(body.bytes);
    else
        json["body"] = std::move(body.bytes);
    return json;
}

std::string messageLine(const BrokerMessage& message) {
    return dumped(messageJson(message)) + '\n';
}

std::string messageCsvTitle() {
    return "place,partition,offset,time,key,type,id,correlation,redelivered,headers,body\n";
}

std::string messageCsv(const BrokerMessage& message) {
    const MessageBody body = readBody(message.body);
    const auto number = [](std::int64_t value) { return value < 0 ? std::string() : std::to_string(value); };
    const auto bytes = [](std::string_view text) {
        return isText(text) ? std::string(text) : "base64:" + base64(text);
    };
    std::string row = csvCell(message.place);
    for (const std::string& cell :
         {number(message.partition), number(message.offset),
          message.time ? calendarText(*message.time) : std::string(), bytes(message.key.value_or("")),
          message.type, message.id, message.correlation, std::string(message.redelivered ? "true" : "false"),
          message.headers.empty() ? std::string() : dumped(headersJson(message)), bytes(body.bytes)})
        row += ',' + csvCell(cell);
    return row + '\n';
}

}  // namespace sluice
