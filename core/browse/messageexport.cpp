#include "core/browse/messageexport.h"

#include "core/base/writtentime.h"
#include "core/browse/messagebody.h"
#include "core/interchange/csvtext.h"

namespace sluice {
namespace {

using Json = nlohmann::ordered_json;

std::string dumped(const Json& json) {
    return json.dump(-1, ' ', false, Json::error_handler_t::replace);
}

Json headersOf(const BrokerMessage& message) {
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

}  // namespace

std::string base64(std::string_view bytes) {
    constexpr std::string_view kLetters = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";
    std::string text;
    text.reserve((bytes.size() + 2) / 3 * 4);
    for (std::size_t at = 0; at < bytes.size(); at += 3) {
        const std::string_view group = bytes.substr(at, 3);
        unsigned bits = 0;
        for (std::size_t i = 0; i < 3; ++i)
            bits = bits << 8U | (i < group.size() ? static_cast<unsigned char>(group[i]) : 0U);
        for (std::size_t i = 0; i < 4; ++i)
            text += i <= group.size() ? kLetters[bits >> (18 - 6 * i) & 63U] : '=';
    }
    return text;
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
    if (!message.headers.empty())
        json["headers"] = headersOf(message);
    MessageBody body = readBody(message.body);
    if (!body.packing.empty())
        json["packing"] = body.packing;
    if (body.form == MessageBody::Form::Json)
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
          message.headers.empty() ? std::string() : dumped(headersOf(message)), bytes(body.bytes)})
        row += ',' + csvCell(cell);
    return row + '\n';
}

}  // namespace sluice
