#include "core/browse/messagefield.h"

#include <fmt/format.h>

#include <charconv>

#include "core/base/lettercase.h"
#include "core/base/writtentime.h"
#include "core/query/termfit.h"

namespace sluice {
namespace {

using Json = nlohmann::ordered_json;

std::string_view trimmed(std::string_view text) {
    const std::size_t begin = text.find_first_not_of(" \t");
    return begin == std::string_view::npos ? std::string_view()
                                           : text.substr(begin, text.find_last_not_of(" \t") - begin + 1);
}

std::optional<std::string> ifAny(std::string text) {
    return text.empty() ? std::nullopt : std::optional(std::move(text));
}

std::optional<std::string> textOfJson(const Json& value) {
    if (value.is_null())
        return std::nullopt;
    return ifAny(value.is_string() ? value.get<std::string>()
                                   : value.dump(-1, ' ', false, Json::error_handler_t::replace));
}

}  // namespace

Result<MessageField> MessageField::parse(std::string_view names) {
    static constexpr std::string_view kHeader = "header.";
    static constexpr std::string_view kField = "field.";
    static constexpr std::pair<std::string_view, Part> kParts[]{{"type", Part::Type},
                                                                {"key", Part::Key},
                                                                {"id", Part::Id},
                                                                {"correlation", Part::Correlation},
                                                                {"time", Part::Time}};
    MessageField field;
    while (!names.empty()) {
        const std::size_t comma = names.find(',');
        const std::string_view name = trimmed(names.substr(0, comma));
        names.remove_prefix(comma == std::string_view::npos ? names.size() : comma + 1);
        if (name.empty())
            continue;
        if (name.starts_with(kHeader) && name.size() > kHeader.size()) {
            field.m_names.push_back({Part::Header, lowered(name.substr(kHeader.size()))});
            continue;
        }
        if (name.starts_with(kField) && name.size() > kField.size()) {
            field.m_names.push_back({Part::BodyField, std::string(name.substr(kField.size()))});
            continue;
        }
        const auto* part = std::ranges::find(kParts, name, [](const auto& one) { return one.first; });
        if (part == std::end(kParts))
            return Error{
                ErrorCode::InvalidInput,
                fmt::format("must be type, key, id, correlation, time, header.NAME or field.NAME, or "
                            "several with commas between them, is '{}'",
                            name),
                {}};
        field.m_names.push_back({part->second, {}});
    }
    return field;
}

std::optional<std::string> MessageField::textOf(const Name& name, const BrokerMessage& message,
                                                std::optional<MessageBody>& body) {
    switch (name.part) {
        case Part::Type:
            return ifAny(message.type);
        case Part::Key:
            return ifAny(message.key.value_or(std::string()));
        case Part::Id:
            return ifAny(message.id);
        case Part::Correlation:
            return ifAny(message.correlation);
        case Part::Time:
            return message.time ? std::optional(calendarText(*message.time)) : std::nullopt;
        case Part::Header:
            for (const BrokerMessage::Header& header : message.headers) {
                if (lowered(header.name) == name.name)
                    return textOfJson(header.value);
            }
            return std::nullopt;
        case Part::BodyField:
            break;
    }
    if (!body)
        body = readBody(message.body);
    const Json* value = body->form == MessageBody::Form::Json ? memberNamed(body->json, name.name) : nullptr;
    return value ? textOfJson(*value) : std::nullopt;
}

std::optional<std::string> MessageField::textIn(const BrokerMessage& message,
                                                std::optional<MessageBody>& body) const {
    for (const Name& name : m_names) {
        if (auto text = textOf(name, message, body))
            return text;
    }
    return std::nullopt;
}

std::optional<TraceTime> MessageField::timeIn(const BrokerMessage& message,
                                              std::optional<MessageBody>& body) const {
    constexpr double kMostSeconds = 95'617'584'000;  // the year 5000
    for (const Name& name : m_names) {
        // To the nanosecond, where a text would round it.
        if (name.part == Part::Time && message.time)
            return message.time;
        const auto text = textOf(name, message, body);
        if (!text)
            continue;
        double number = 0;
        const auto [end, failure] = std::from_chars(text->data(), text->data() + text->size(), number);
        if (failure == std::errc() && end == text->data() + text->size() && number >= 0)
            return fromSeconds(number > kMostSeconds ? number / 1000 : number);
        if (const auto at = calendarTime(*text))
            return at;
    }
    return std::nullopt;
}

}  // namespace sluice
