#include "plugins/rabbitmq/amqpmessage.h"

#include "core/base/writtentime.h"
#include "core/browse/messagebody.h"
#include "core/browse/messageexport.h"

namespace sluice::rabbitmq {
namespace {

using Value = nlohmann::ordered_json;
constexpr int kDeepest = 32;  // tables within tables

std::string stringOf(amqp_bytes_t bytes) {
    return bytes.bytes ? std::string(static_cast<const char*>(bytes.bytes), bytes.len) : std::string();
}

std::string shown(amqp_bytes_t bytes) {
    std::string text = stringOf(bytes);
    return isText(text) ? text : "base64:" + base64(text);
}

/// Past some 290 years on either side there is no time.
TraceTime timeOf(std::uint64_t seconds) {
    constexpr std::uint64_t kLatest = 9'000'000'000;
    return std::chrono::seconds(static_cast<std::int64_t>(std::min(seconds, kLatest)));
}

Value jsonAt(const amqp_field_value_t& value, int depth) {
    switch (value.kind) {
        case AMQP_FIELD_KIND_BOOLEAN:
            return value.value.boolean != 0;
        case AMQP_FIELD_KIND_I8:
            return value.value.i8;
        case AMQP_FIELD_KIND_U8:
            return value.value.u8;
        case AMQP_FIELD_KIND_I16:
            return value.value.i16;
        case AMQP_FIELD_KIND_U16:
            return value.value.u16;
        case AMQP_FIELD_KIND_I32:
            return value.value.i32;
        case AMQP_FIELD_KIND_U32:
            return value.value.u32;
        case AMQP_FIELD_KIND_I64:
            return value.value.i64;
        case AMQP_FIELD_KIND_U64:
            return value.value.u64;
        case AMQP_FIELD_KIND_F32:
            return value.value.f32;
        case AMQP_FIELD_KIND_F64:
            return value.value.f64;
        case AMQP_FIELD_KIND_TIMESTAMP:
            return calendarText(timeOf(value.value.u64));
        case AMQP_FIELD_KIND_UTF8:
        case AMQP_FIELD_KIND_BYTES:
            return shown(value.value.bytes);
        case AMQP_FIELD_KIND_ARRAY: {
            Value array = Value::array();
            for (int i = 0; depth < kDeepest && i < value.value.array.num_entries; ++i)
                array.push_back(jsonAt(value.value.array.entries[i], depth + 1));
            return array;
        }
        case AMQP_FIELD_KIND_TABLE: {
            Value object = Value::object();
            for (int i = 0; depth < kDeepest && i < value.value.table.num_entries; ++i) {
                const amqp_table_entry_t& entry = value.value.table.entries[i];
                object[stringOf(entry.key)] = jsonAt(entry.value, depth + 1);
            }
            return object;
        }
        default:
            return nullptr;
    }
}

}  // namespace

Value jsonOf(const amqp_field_value_t& value) {
    return jsonAt(value, 0);
}

BrokerMessage messageOf(const amqp_basic_properties_t& properties, amqp_bytes_t key) {
    BrokerMessage made;
    const auto text = [&](amqp_flags_t flag, amqp_bytes_t bytes) {
        return properties._flags & flag ? shown(bytes) : std::string();
    };
    made.key = stringOf(key);
    made.type = text(AMQP_BASIC_TYPE_FLAG, properties.type);
    made.id = text(AMQP_BASIC_MESSAGE_ID_FLAG, properties.message_id);
    made.correlation = text(AMQP_BASIC_CORRELATION_ID_FLAG, properties.correlation_id);
    made.contentType = text(AMQP_BASIC_CONTENT_TYPE_FLAG, properties.content_type);
    if (properties._flags & AMQP_BASIC_TIMESTAMP_FLAG)
        made.time = timeOf(properties.timestamp);
    if (properties._flags & AMQP_BASIC_HEADERS_FLAG) {
        for (int i = 0; i < properties.headers.num_entries; ++i) {
            const amqp_table_entry_t& entry = properties.headers.entries[i];
            made.headers.push_back({stringOf(entry.key), jsonOf(entry.value)});
        }
    }
    return made;
}

BrokerMessage messageOf(const amqp_message_t& message, amqp_bytes_t key) {
    BrokerMessage made = messageOf(message.properties, key);
    made.body = stringOf(message.body);
    return made;
}

}  // namespace sluice::rabbitmq
