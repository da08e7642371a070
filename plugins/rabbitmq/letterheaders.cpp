#include "plugins/rabbitmq/letterheaders.h"

#include <algorithm>
#include <span>

#include "plugins/rabbitmq/amqpmessage.h"

namespace sluice::rabbitmq {
namespace {

constexpr const char* kTimes = "x-sluice-redriven";
constexpr const char* kRun = "x-sluice-redrive-run";
constexpr const char* kSequence = "x-sluice-redrive-number";
constexpr const char* kUser = "x-sluice-user-id";

constexpr std::uint64_t kLatest = 9'000'000'000;  // s since 1970: past some 290 years there is no time
constexpr qint64 kLongest = 9'000'000'000'000;    // ms

std::string_view view(amqp_bytes_t bytes) {
    return {static_cast<const char*>(bytes.bytes), bytes.len};
}

/// CC and BCC would route copies of it to other queues again (Sender-selected Distribution).
bool isOurs(std::string_view key) {
    return key == "CC" || key == "BCC" || key == kTimes || key == kRun || key == kSequence;
}

/// It is not among those of the edited message as it was.
bool isEdited(const amqp_table_entry_t& header, const BrokerMessage& edited) {
    return std::none_of(edited.headers.begin(), edited.headers.end(), [&](const BrokerMessage::Header& one) {
        return one.name == view(header.key) && one.value == jsonOf(header.value);
    });
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

LetterPast pastOf(const amqp_basic_properties_t& properties, const QByteArray& run) {
    const auto headers = headersOf(properties);
    LetterPast past;
    past.redriven = static_cast<int>(numberIn(find(headers, kTimes)));
    past.ofThisRun = textOfField(find(headers, kRun)) == run;
    const amqp_field_value_t* deaths = find(headers, "x-death");
    if (!deaths || deaths->kind != AMQP_FIELD_KIND_ARRAY)
        return past;
    for (int i = 0; i < deaths->value.array.num_entries; ++i) {
        if (deaths->value.array.entries[i].kind != AMQP_FIELD_KIND_TABLE)
            continue;
        const amqp_table_t& death = deaths->value.array.entries[i].value.table;
        const std::span fields(death.entries, static_cast<std::size_t>(death.num_entries));
        if (i == 0) {
            past.origin = QString::fromUtf8(textOfField(find(fields, "queue")));
            past.reason = QString::fromUtf8(textOfField(find(fields, "reason")));
            past.outlived = past.reason == QLatin1String("expired");
        }
        const amqp_field_value_t* time = find(fields, "time");
        if (time && time->kind == AMQP_FIELD_KIND_TIMESTAMP && time->value.u64 < kLatest) {
            const TraceTime at = std::chrono::seconds(static_cast<std::int64_t>(time->value.u64));
            past.died = past.died ? std::min(*past.died, at) : at;
        }
        bool isNumber = false;
        const qint64 validity = textOfField(find(fields, "original-expiration")).toLongLong(&isNumber);
        if (isNumber && validity >= 0 && validity < kLongest)
            past.validity = std::chrono::milliseconds(validity);
    }
    return past;
}

ReturnProperties::ReturnProperties(const amqp_basic_properties_t& letter, int redriven, const QByteArray& run,
                                   std::uint64_t sequence, const QByteArray& user,
                                   const BrokerMessage* edited)
    : m_properties(letter), m_run(run) {
    for (const amqp_table_entry_t& header : headersOf(letter)) {
        const std::string_view key = view(header.key);
        if (!isOurs(key) && !(edited && isEdited(header, *edited)))
            m_headers.push_back(header);
    }
    for (std::size_t i = 0; edited && i < edited->headers.size(); ++i) {
        const BrokerMessage::Header& header = edited->headers[i];
        if (isOurs(header.name) || std::any_of(m_headers.begin(), m_headers.end(), [&](const auto& kept) {
                return view(kept.key) == header.name;
            }))
            continue;
        m_edited.push_back(
            std::make_unique<ArgumentTable>(nlohmann::json{{header.name, nlohmann::json(header.value)}}));
        if (const amqp_table_t table = m_edited.back()->table(); table.num_entries > 0)
            m_headers.push_back(table.entries[0]);
    }
    m_headers.push_back(entry(kTimes, redriven + 1));
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
