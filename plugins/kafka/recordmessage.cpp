#include "plugins/kafka/recordmessage.h"

#include "core/browse/messagebody.h"
#include "core/browse/messageexport.h"

namespace sluice::kafka {
namespace {

nlohmann::ordered_json headerValue(const void* bytes, std::size_t size) {
    const std::string_view text(static_cast<const char*>(bytes), bytes ? size : 0);
    if (!bytes)
        return nullptr;
    return isText(text) && !text.starts_with("base64:") ? std::string(text) : "base64:" + base64(text);
}

}  // namespace

BrokerMessage messageOf(const rd_kafka_message_t& record, const std::string& topic, std::size_t most) {
    BrokerMessage message;
    message.place = topic;
    message.partition = record.partition;
    message.offset = record.offset;
    rd_kafka_timestamp_type_t kind = RD_KAFKA_TIMESTAMP_NOT_AVAILABLE;
    const std::int64_t at = rd_kafka_message_timestamp(&record, &kind);
    if (kind != RD_KAFKA_TIMESTAMP_NOT_AVAILABLE && at >= 0)
        message.time = TraceTime(std::chrono::milliseconds(at));
    if (record.key)
        message.key.emplace(static_cast<const char*>(record.key), record.key_len);
    if (record.payload)
        message.body.assign(static_cast<const char*>(record.payload), std::min(record.len, most));
    if (message.body.size() < record.len)
        message.bodySize = record.len;
    message.tombstone = !record.payload;
    rd_kafka_headers_t* headers = nullptr;
    if (rd_kafka_message_headers(&record, &headers) == RD_KAFKA_RESP_ERR_NO_ERROR) {
        const char* name = nullptr;
        const void* value = nullptr;
        std::size_t size = 0;
        for (std::size_t i = 0;
             rd_kafka_header_get_all(headers, i, &name, &value, &size) == RD_KAFKA_RESP_ERR_NO_ERROR; ++i)
            message.headers.push_back({name, headerValue(value, size)});
    }
    return message;
}

}  // namespace sluice::kafka
