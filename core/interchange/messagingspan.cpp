#include "core/interchange/messagingspan.h"

#include <fmt/format.h>

#include <algorithm>
#include <charconv>
#include <optional>

#include "core/base/writtentime.h"
#include "core/diagram/properties.h"
#include "core/interchange/spankind.h"

namespace sluice {
namespace {

std::string textOf(const Json& value) {
    if (!value.is_object())
        return {};
    if (const auto it = value.find("stringValue"); it != value.end() && it->is_string())
        return it->get<std::string>();
    for (const char* kind : {"intValue", "doubleValue", "boolValue"}) {
        if (const auto it = value.find(kind); it != value.end())
            return it->is_string() ? it->get<std::string>() : it->dump();
    }
    return {};
}

std::map<std::string, std::string> attributesOf(const Json& holder) {
    std::map<std::string, std::string> result;
    const auto list = holder.find("attributes");
    if (list == holder.end() || !list->is_array())
        return result;
    for (const Json& one : *list) {
        if (one.is_object() && one.contains("key") && one["key"].is_string() && one.contains("value"))
            result[one["key"].get<std::string>()] = textOf(one["value"]);
    }
    return result;
}

std::string stringIn(const Json& object, const char* key) {
    const auto it = object.find(key);
    return it != object.end() && it->is_string() ? it->get<std::string>() : std::string();
}

/// 64 bits are strings in JSON; some write them as numbers.
std::optional<std::int64_t> timeIn(const Json& object, const char* key) {
    const auto it = object.find(key);
    if (it == object.end())
        return std::nullopt;
    if (it->is_number_integer())
        return it->get<std::int64_t>();
    if (!it->is_string())
        return std::nullopt;
    const std::string text = it->get<std::string>();
    std::int64_t number = 0;
    const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), number);
    return error == std::errc() && end == text.data() + text.size() ? std::optional(number) : std::nullopt;
}

int kindOf(const Json& span) {
    const auto it = span.find("kind");
    if (it == span.end())
        return 0;
    if (it->is_number_integer())
        return it->get<int>();
    const std::string name = it->is_string() ? it->get<std::string>() : std::string();
    return name == "SPAN_KIND_PRODUCER" ? kProducerSpan : name == "SPAN_KIND_CONSUMER" ? kConsumerSpan : 0;
}

class SpanReader {
public:
    explicit SpanReader(const SpanWarning& warn) : m_warn(warn) {}

    std::vector<MessagingSpan> read(std::string_view text) {
        const Json whole = Json::parse(text, nullptr, false);
        if (!whole.is_discarded()) {
            readObject(whole, 0);
        } else {
            std::size_t line = 0;
            for (std::size_t begin = 0; begin < text.size();) {
                const std::size_t end = std::min(text.find('\n', begin), text.size());
                const std::string_view one = text.substr(begin, end - begin);
                begin = end + 1;
                ++line;
                if (one.find_first_not_of(" \t\r") == std::string_view::npos)
                    continue;
                const Json object = Json::parse(one, nullptr, false);
                if (object.is_discarded())
                    m_warn(line, "this is no JSON; the line is passed over");
                else
                    readObject(object, line);
            }
        }
        std::stable_sort(m_spans.begin(), m_spans.end(),
                         [](const MessagingSpan& a, const MessagingSpan& b) { return a.from < b.from; });
        return std::move(m_spans);
    }

private:
    void readObject(const Json& object, std::size_t line) {
        if (!object.is_object())
            return;
        // One resource by itself, as some tools write it.
        if (object.contains("scopeSpans") || object.contains("instrumentationLibrarySpans"))
            return readResource(object, line);
        const auto resources = object.find("resourceSpans");
        if (resources == object.end() || !resources->is_array())
            return;
        for (const Json& resource : *resources)
            readResource(resource, line);
    }

    void readResource(const Json& resource, std::size_t line) {
        if (!resource.is_object())
            return;
        std::string service = "unknown service";
        if (const auto it = resource.find("resource"); it != resource.end() && it->is_object()) {
            const auto attributes = attributesOf(*it);
            if (const auto name = attributes.find("service.name");
                name != attributes.end() && !name->second.empty())
                service = name->second;
        }
        for (const char* scopes : {"scopeSpans", "instrumentationLibrarySpans"}) {
            const auto list = resource.find(scopes);
            if (list == resource.end() || !list->is_array())
                continue;
            for (const Json& scope : *list) {
                if (!scope.is_object() || !scope.contains("spans") || !scope["spans"].is_array())
                    continue;
                for (const Json& span : scope["spans"])
                    readSpan(span, service, line);
            }
        }
    }

    void readSpan(const Json& json, const std::string& service, std::size_t line) {
        if (!json.is_object())
            return;
        MessagingSpan span;
        span.attributes = attributesOf(json);
        span.kind = kindOf(json);
        if (span.destination().empty() || span.operation().empty())
            return;
        span.id = stringIn(json, "spanId");
        span.parent = stringIn(json, "parentSpanId");
        span.service = service;
        span.line = line;
        const auto from = timeIn(json, "startTimeUnixNano");
        const auto to = timeIn(json, "endTimeUnixNano");
        const auto isTime = [](const std::optional<std::int64_t>& time) {
            return time && *time >= 0 && *time <= kImportedTimeLimit.count();
        };
        if (!isTime(from) || !isTime(to)) {
            m_warn(line, fmt::format("the span '{}' has no times that can be; it is passed over",
                                     stringIn(json, "name")));
            return;
        }
        if (*to < *from)
            m_warn(line, fmt::format("the span '{}' ends {} before it begins; it is taken as an instant",
                                     stringIn(json, "name"), describeDuration(Duration(*from - *to))));
        span.from = TraceTime(*from);
        span.to = TraceTime(std::max(*from, *to));
        if (const auto status = json.find("status"); status != json.end() && status->is_object()) {
            const auto code = status->find("code");
            span.failed = code != status->end() && (*code == 2 || *code == "STATUS_CODE_ERROR");
        }
        if (const auto links = json.find("links"); links != json.end() && links->is_array()) {
            for (const Json& one : *links) {
                if (one.is_object())
                    span.links.push_back(stringIn(one, "spanId"));
            }
        }
        m_spans.push_back(std::move(span));
    }

    const SpanWarning& m_warn;
    std::vector<MessagingSpan> m_spans;
};

}  // namespace

std::string MessagingSpan::first(std::initializer_list<const char*> names) const {
    for (const char* name : names) {
        const auto it = attributes.find(name);
        if (it != attributes.end() && !it->second.empty())
            return it->second;
    }
    return {};
}

std::string MessagingSpan::destination() const {
    return first({"messaging.destination.name", "messaging.destination", "messaging.source.name"});
}

std::string MessagingSpan::operation() const {
    const std::string told =
        first({"messaging.operation.type", "messaging.operation", "messaging.operation.name"});
    return !told.empty()           ? told
           : kind == kProducerSpan ? "send"
           : kind == kConsumerSpan ? "process"
                                   : std::string();
}

bool MessagingSpan::sends() const {
    const std::string what = operation();
    return what == "send" || what == "publish" || what == "create";
}

bool MessagingSpan::isTopic() const {
    const std::string system = first({"messaging.system"});
    return system == "kafka" || system == "pulsar" || system == "kinesis" ||
           !first({"messaging.kafka.offset", "messaging.kafka.message.offset", "messaging.kafka.partition",
                   "messaging.kafka.destination.partition"})
                .empty();
}

std::string MessagingSpan::messageId() const {
    return first({"messaging.message.id", "messaging.message_id"});
}

std::vector<MessagingSpan> readMessagingSpans(std::string_view text, const SpanWarning& warn) {
    return SpanReader(warn).read(text);
}

}  // namespace sluice
