#include "core/live/messagemarks.h"

#include <array>
#include <cmath>
#include <span>

#include "core/base/lettercase.h"
#include "core/base/writtentime.h"

namespace sluice {
namespace {

using OrderedJson = nlohmann::ordered_json;
using MarkNames = std::span<const std::string_view>;

// Lower case, without what parts words.
constexpr std::array<std::string_view, 3> kCorrelation{"correlationid", "xcorrelationid",
                                                       "kafkacorrelationid"};
constexpr std::array<std::string_view, 3> kIdentity{"messageid", "ceid", "eventid"};
constexpr std::array<std::string_view, 2> kCause{"causationid", "xcausationid"};
constexpr std::array<std::string_view, 5> kType{"type", "cetype", "eventtype", "messagetype", "typeid"};
constexpr std::array<std::string_view, 4> kTime{"eventtime", "cetime", "occurredat", "occurredon"};

/// "Correlation-Id", "correlation_id" and "ce_id" alike.
std::string plain(std::string_view name) {
    std::string text;
    for (const char c : lowered(name)) {
        if (c != '-' && c != '_' && c != '.')
            text += c;
    }
    return text;
}

bool isMasked(std::string_view text) {
    return text == "***";
}

std::string textOf(const OrderedJson& value) {
    if (value.is_string())
        return isMasked(value.get_ref<const std::string&>()) ? std::string() : value.get<std::string>();
    return value.is_number_integer() ? value.dump() : std::string();
}

const OrderedJson* headerIn(const BrokerMessage& message, MarkNames names) {
    for (const std::string_view name : names) {
        for (const BrokerMessage::Header& header : message.headers) {
            if (plain(header.name) == name)
                return &header.value;
        }
    }
    return nullptr;
}

std::string headerText(const BrokerMessage& message, MarkNames names) {
    const OrderedJson* const value = headerIn(message, names);
    return value ? textOf(*value) : std::string();
}

/// version "-" trace id (32 hex digits) "-" parent id "-" flags (W3C Trace Context, 3.2.2).
std::string traceIdIn(std::string_view parent) {
    if (parent.size() < 55 || parent[2] != '-' || parent[35] != '-')
        return {};
    return std::string(parent.substr(3, 32));
}

/// Seconds, or finer units where the number is too great for those.
std::optional<TraceTime> timeIn(const OrderedJson& value) {
    if (value.is_string()) {
        if (const auto written = calendarTime(value.get_ref<const std::string&>()))
            return written;
        return std::nullopt;
    }
    if (!value.is_number())
        return std::nullopt;
    const auto number = value.get<double>();
    if (!(number > 0))
        return std::nullopt;
    constexpr double kMostSeconds = 1e11;  // the year 5138
    double unit = 1e9;
    while (unit > 1 && number * unit > kMostSeconds * 1e9)
        unit /= 1000;
    // Whole numbers exactly: a double has no nanoseconds of today.
    if (value.is_number_integer() && number * unit < 9e18)
        return TraceTime(value.get<std::int64_t>() * static_cast<std::int64_t>(unit));
    return number * unit < 9e18 ? std::optional(TraceTime(std::llround(number * unit))) : std::nullopt;
}

}  // namespace

std::string correlationOf(const BrokerMessage& message) {
    if (!message.correlation.empty() && !isMasked(message.correlation))
        return message.correlation;
    if (std::string own = headerText(message, kCorrelation); !own.empty())
        return own;
    constexpr std::array<std::string_view, 1> kParent{"traceparent"};
    if (std::string trace = traceIdIn(headerText(message, kParent)); !trace.empty())
        return trace;
    constexpr std::array<std::string_view, 1> kB3{"xb3traceid"};
    return headerText(message, kB3);
}

std::string identityOf(const BrokerMessage& message) {
    return message.id.empty() || isMasked(message.id) ? headerText(message, kIdentity) : message.id;
}

std::string causeOf(const BrokerMessage& message) {
    return headerText(message, kCause);
}

std::string typeNameOf(const BrokerMessage& message) {
    std::string name =
        message.type.empty() || isMasked(message.type) ? headerText(message, kType) : message.type;
    const std::size_t dot = name.find_last_of(".$");
    return dot == std::string::npos || dot + 1 == name.size() ? name : name.substr(dot + 1);
}

std::optional<TraceTime> eventTimeOf(const BrokerMessage& message, const OrderedJson& body,
                                     const TracedType* type) {
    if (const OrderedJson* const header = headerIn(message, kTime)) {
        if (const auto time = timeIn(*header))
            return time;
    }
    if (!type || !body.is_object())
        return std::nullopt;
    for (const TracedField& field : type->fields) {
        if (field.type != "time")
            continue;
        if (const auto it = body.find(field.name); it != body.end()) {
            if (const auto time = timeIn(*it))
                return time;
        }
    }
    return std::nullopt;
}

}  // namespace sluice
