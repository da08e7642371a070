#include "plugins/kafka/letterpast.h"

#include <algorithm>
#include <array>
#include <charconv>

#include "core/browse/messageexport.h"

namespace sluice::kafka {
namespace {

using Header = BrokerMessage::Header;
constexpr std::string_view kTimes = "x-sluice-redriven";
constexpr std::string_view kRun = "x-sluice-redrive-run";

struct Convention {
    std::string_view topic, partition, timestamp, cause, exception;
    std::string_view all;  ///< how the names of all of its headers begin
};
constexpr std::array kConventions{
    Convention{"kafka_dlt-original-topic", "kafka_dlt-original-partition", "kafka_dlt-original-timestamp",
               "kafka_dlt-exception-cause-fqcn", "kafka_dlt-exception-fqcn", "kafka_dlt-"},
    Convention{"x-original-topic", "x-original-partition", "x-original-timestamp", "", "x-exception-fqcn",
               "x-original-"},
    Convention{"__connect.errors.topic", "__connect.errors.partition", "", "",
               "__connect.errors.exception.class.name", "__connect.errors."},
    Convention{"dead-letter-topic", "dead-letter-partition", "", "dead-letter-cause-class-name",
               "dead-letter-exception-class-name", "dead-letter-"},
};

/// The bytes that a header's value shows.
std::string bytesOf(const nlohmann::ordered_json& value) {
    constexpr std::string_view kBase = "base64:";
    if (!value.is_string())
        return value.is_null() ? std::string() : value.dump();
    const auto& text = value.get_ref<const std::string&>();
    if (!text.starts_with(kBase))
        return text;
    return fromBase64(std::string_view(text).substr(kBase.size())).value_or(text);
}

std::optional<std::string> lastOf(const BrokerMessage& record, std::string_view name) {
    for (auto header = record.headers.rbegin(); !name.empty() && header != record.headers.rend(); ++header) {
        if (header->name == name && !header->value.is_null())
            return bytesOf(header->value);
    }
    return std::nullopt;
}

/// As text, or as bytes with the most significant first.
std::optional<std::int64_t> numberOf(const std::optional<std::string>& bytes) {
    if (!bytes || bytes->empty())
        return std::nullopt;
    std::int64_t number = 0;
    const auto [end, failure] = std::from_chars(bytes->data(), bytes->data() + bytes->size(), number);
    if (failure == std::errc() && end == bytes->data() + bytes->size())
        return number;
    if (bytes->size() != sizeof(std::int32_t) && bytes->size() != sizeof(std::int64_t))
        return std::nullopt;
    std::uint64_t bits = 0;
    for (const char c : *bytes)
        bits = bits << 8U | static_cast<unsigned char>(c);
    return static_cast<std::int64_t>(bits);
}

/// "org.acme.BadOrder" is "BadOrder" to a person.
QString shortName(const std::string& exception) {
    return QString::fromStdString(exception.substr(exception.find_last_of(".$") + 1));
}

}  // namespace

RecordPast pastOf(const BrokerMessage& record, const std::string& run) {
    RecordPast found;
    found.past.redriven = static_cast<int>(numberOf(lastOf(record, kTimes)).value_or(0));
    found.past.ofThisRun = lastOf(record, kRun) == run;
    for (const Convention& one : kConventions) {
        const auto topic = lastOf(record, one.topic);
        if (!topic || topic->empty())
            continue;
        found.past.origin = QString::fromStdString(*topic);
        found.partition = static_cast<int>(numberOf(lastOf(record, one.partition)).value_or(-1));
        constexpr std::int64_t kLatest = 9'000'000'000'000;  // ms since 1970
        const auto time = numberOf(lastOf(record, one.timestamp));
        if (time && *time >= 0 && *time < kLatest)
            found.time = std::chrono::milliseconds(*time);
        const auto cause = lastOf(record, one.cause);
        const auto exception = cause && !cause->empty() ? cause : lastOf(record, one.exception);
        found.past.reason = shortName(exception.value_or(""));
        return found;
    }
    return found;
}

void makeReturn(BrokerMessage& record, int redriven, const std::string& run) {
    std::erase_if(record.headers, [](const Header& header) {
        return header.name == kTimes || header.name == kRun ||
               std::any_of(kConventions.begin(), kConventions.end(), [&](const Convention& one) {
                   return header.name.starts_with(one.all) || header.name == one.exception;
               });
    });
    for (Header& header : record.headers) {
        if (!header.value.is_null())
            header.value = bytesOf(header.value);
    }
    record.headers.push_back({std::string(kTimes), std::to_string(redriven + 1)});
    record.headers.push_back({std::string(kRun), run});
}

}  // namespace sluice::kafka
