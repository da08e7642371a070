#include "plugins/rabbitmq/letterheaders.h"

#include <span>

namespace sluice::rabbitmq {
namespace {

constexpr const char* kTimes = "x-sluice-redriven";
constexpr const char* kRun = "x-sluice-redrive-run";
constexpr const char* kSequence = "x-sluice-redrive-number";
constexpr const char* kUser = "x-sluice-user-id";

std::string_view view(amqp_bytes_t bytes) {
    return {static_cast<const char*>(bytes.bytes), bytes.len};
}

std::span<const amqp_table_entry_t> headersOf(const amqp_basic_properties_t& properties) {
    if (!(properties._flags & AMQP_BASIC_HEADERS_FLAG))
        return {};
    return {properties.headers.entries, static_cast<std::size_t>(properties.headers.num_entries)};
}

const amqp_field_value_t* find(std::span<const amqp_table_entry_t> entries, std::string_view key) {
    for (const amqp_table_entry_t& entry : entries) {
        if (view(entry.key) == key)
            return &entry.value;
    }
    return nullptr;
}

QByteArray textOfField(const amqp_field_value_t* value) {
    if (!value || (value->kind != AMQP_FIELD_KIND_UTF8 && value->kind != AMQP_FIELD_KIND_BYTES))
        return {};
    return {static_cast<const char*>(value->value.bytes.bytes),
            static_cast<qsizetype>(value->value.bytes.len)};
}

std::int64_t numberIn(const amqp_field_value_t* value) {
    if (!value)
        return 0;
    switch (value->kind) {
        case AMQP_FIELD_KIND_I64:
            return value->value.i64;
        case AMQP_FIELD_KIND_U64:
            return static_cast<std::int64_t>(value->value.u64);
        case AMQP_FIELD_KIND_I32:
            return value->value.i32;
        case AMQP_FIELD_KIND_U32:
            return value->value.u32;
        default:
            return 0;
    }
}

amqp_table_entry_t entry(const char* key, std::int64_t number) {
    amqp_table_entry_t made{};
    made.key = amqp_cstring_bytes(key);
    made.value.kind = AMQP_FIELD_KIND_I64;
    made.value.value.i64 = number;
    return made;
}

amqp_table_entry_t entry(const char* key, amqp_bytes_t text) {
    amqp_table_entry_t made{};
    made.key = amqp_cstring_bytes(key);
    made.value.kind = AMQP_FIELD_KIND_UTF8;
    made.value.value.bytes = text;
    return made;
}

}  // namespace

LetterPast pastOf(const amqp_basic_properties_t& properties) {
    const auto headers = headersOf(properties);
    LetterPast past;
    past.redriven = static_cast<int>(numberIn(find(headers, kTimes)));
    past.run = textOfField(find(headers, kRun));
    const amqp_field_value_t* deaths = find(headers, "x-death");
    if (deaths && deaths->kind == AMQP_FIELD_KIND_ARRAY && deaths->value.array.num_entries > 0 &&
        deaths->value.array.entries[0].kind == AMQP_FIELD_KIND_TABLE) {
        const amqp_table_t& last = deaths->value.array.entries[0].value.table;
        const std::span fields(last.entries, static_cast<std::size_t>(last.num_entries));
        past.queue = QString::fromUtf8(textOfField(find(fields, "queue")));
        past.reason = QString::fromUtf8(textOfField(find(fields, "reason")));
    }
    return past;
}

ReturnProperties::ReturnProperties(const amqp_basic_properties_t& letter, const LetterPast& past,
                                   const QByteArray& run, std::uint64_t sequence, const QByteArray& user)
    : m_properties(letter), m_run(run) {
    for (const amqp_table_entry_t& header : headersOf(letter)) {
        const std::string_view key = view(header.key);
        // CC and BCC would route copies of it to other queues again (Sender-selected Distribution).
        if (key != "CC" && key != "BCC" && key != kTimes && key != kRun && key != kSequence)
            m_headers.push_back(header);
    }
    m_headers.push_back(entry(kTimes, past.redriven + 1));
    m_headers.push_back(entry(kRun, {static_cast<std::size_t>(m_run.size()), m_run.data()}));
    m_headers.push_back(entry(kSequence, static_cast<std::int64_t>(sequence)));
    // The broker takes a user-id only from that user (Validated User-ID).
    if ((letter._flags & AMQP_BASIC_USER_ID_FLAG) && view(letter.user_id) != user.toStdString()) {
        m_headers.push_back(entry(kUser, letter.user_id));
        m_properties._flags &= ~static_cast<amqp_flags_t>(AMQP_BASIC_USER_ID_FLAG);
    }
    m_properties._flags |= AMQP_BASIC_HEADERS_FLAG;
    m_properties.headers = {static_cast<int>(m_headers.size()), m_headers.data()};
}

std::uint64_t sequenceOf(const amqp_basic_properties_t& properties) {
    return static_cast<std::uint64_t>(numberIn(find(headersOf(properties), kSequence)));
}

}  // namespace sluice::rabbitmq
