#include "core/diagram/catalogue.h"

#include <fmt/format.h>

#include <charconv>
#include <cmath>

namespace sluice {
namespace {

constexpr double kExactIntegers = 9007199254740992.0;  // 2^53

Error wrong(std::string sentence) {
    return {ErrorCode::InvalidInput, std::move(sentence), {}};
}

std::string_view typeName(const Json& value) {
    switch (value.type()) {
        case Json::value_t::null:
            return "null";
        case Json::value_t::object:
            return "an object";
        case Json::value_t::array:
            return "a list";
        case Json::value_t::string:
            return "a text";
        case Json::value_t::boolean:
            return value.get<bool>() ? "true" : "false";
        default:
            return "a number";
    }
}

Error wrongType(std::string_view wanted, const Json& value) {
    return wrong(fmt::format("must be {}, is {}", wanted, typeName(value)));
}

/// A number in the fewest digits, without exponents where they are not needed.
std::string plain(double value) {
    return value == std::floor(value) && std::abs(value) < 1e15 ? fmt::format("{:.0f}", value)
                                                                : fmt::format("{:g}", value);
}

Result<void> checkRange(double value, const PropertyInfo& property, const std::string& shown) {
    if (!std::isfinite(value))
        return wrong("must be a finite number");
    if (value < property.minimum) {
        if (property.minimum == 0)
            return wrong(fmt::format("must not be negative, is {}", shown));
        return wrong(fmt::format("must be at least {}, is {}", plain(property.minimum), shown));
    }
    if (value > property.maximum)
        return wrong(fmt::format("must be at most {}, is {}", plain(property.maximum), shown));
    return {};
}

Result<void> checkInteger(const PropertyInfo& property, const Json& value) {
    if (!value.is_number())
        return wrongType("a whole number", value);
    const auto number = value.get<double>();
    if (!(number == std::floor(number)))
        return wrong(fmt::format("must be a whole number, is {}", plain(number)));
    if (value.is_number_float() && std::abs(number) > kExactIntegers)
        return wrong(fmt::format("must be a whole number, {:g} is past those a file can hold", number));
    return checkRange(number, property, plain(number));
}

Result<Duration> readDuration(const Json& value) {
    if (value.is_string())
        return parseDuration(value.get_ref<const std::string&>());
    if (!value.is_number())
        return wrongType("a duration such as \"250ms\"", value);
    const auto milliseconds = value.get<double>();
    if (milliseconds < 0)
        return wrong(fmt::format("must not be negative, is {}", plain(milliseconds)));
    if (!(milliseconds < 9.2e12))
        return wrong("is longer than 292 years");
    return fromSeconds(milliseconds / 1e3);
}

Result<void> checkDuration(const PropertyInfo& property, const Json& value) {
    const auto duration = readDuration(value);
    if (!duration)
        return duration.error();
    const double length = seconds(*duration);
    if (length < property.minimum)
        return wrong(fmt::format("must be at least {}, is {}", formatDuration(fromSeconds(property.minimum)),
                                 formatDuration(*duration)));
    if (length > property.maximum)
        return wrong(fmt::format("must be at most {}, is {}", formatDuration(fromSeconds(property.maximum)),
                                 formatDuration(*duration)));
    return {};
}

std::string listed(std::span<const std::string_view> choices) {
    std::string text;
    for (std::size_t i = 0; i < choices.size(); ++i) {
        if (i > 0)
            text += i + 1 == choices.size() ? " or " : ", ";
        text += choices[i];
    }
    return text;
}

Result<void> checkChoice(const PropertyInfo& property, const Json& value) {
    if (!value.is_string())
        return wrongType("one of " + listed(property.choices), value);
    const auto& text = value.get_ref<const std::string&>();
    if (std::find(property.choices.begin(), property.choices.end(), text) != property.choices.end())
        return {};
    return wrong(fmt::format("must be one of {}, is '{}'", listed(property.choices), text));
}

Result<void> checkObject(const PropertyInfo& property, const Json& value) {
    if (property.defaultValue == "[]")
        return value.is_array() ? Result<void>() : wrongType("a list", value);
    if (!property.argument.empty())
        return value.is_object() ? Result<void>() : wrongType("an object", value);
    return {};
}

/// The set value where it is one of the property's type, else null.
const Json* usable(const PropertyInfo& property, const Properties& properties) {
    const Json* value = properties.find(property.key);
    return value && checkValue(property, *value) ? value : nullptr;
}

const PropertyInfo& at(std::span<const PropertyInfo> catalogue, std::string_view key) {
    const PropertyInfo* property = findProperty(catalogue, key);
    assert(property);
    return *property;
}

/// A text of the catalogue without its quotes; empty for null.
std::string_view unquoted(std::string_view json) {
    if (json.size() < 2 || json.front() != '"')
        return {};
    return json.substr(1, json.size() - 2);
}

double parsed(std::string_view json) {
    double value = 0;
    std::from_chars(json.data(), json.data() + json.size(), value);
    return value;
}

}  // namespace

const PropertyInfo* findProperty(std::span<const PropertyInfo> catalogue, std::string_view key) {
    for (const PropertyInfo& property : catalogue) {
        if (property.key == key)
            return &property;
    }
    return nullptr;
}

Result<void> checkValue(const PropertyInfo& property, const Json& value) {
    if (value.is_null())
        return {};
    switch (property.type) {
        case PropertyType::Boolean:
            return value.is_boolean() ? Result<void>() : wrongType("true or false", value);
        case PropertyType::Integer:
        case PropertyType::Bytes:
            return checkInteger(property, value);
        case PropertyType::Number:
        case PropertyType::Rate:
        case PropertyType::Fraction:
            if (!value.is_number())
                return wrongType("a number", value);
            return checkRange(value.get<double>(), property, fmt::format("{:g}", value.get<double>()));
        case PropertyType::Duration:
            return checkDuration(property, value);
        case PropertyType::Distribution: {
            if (!value.is_string())
                return wrongType("a duration or distribution such as \"exp(20ms)\"", value);
            const auto distribution = Distribution::parse(value.get_ref<const std::string&>());
            return distribution ? Result<void>() : distribution.error();
        }
        case PropertyType::Choice:
            return checkChoice(property, value);
        case PropertyType::Text:
            return value.is_string() ? Result<void>() : wrongType("a text", value);
        case PropertyType::Message:
            return value.is_string() ? Result<void>() : wrongType("the id of a message type", value);
        case PropertyType::Reference:
            return value.is_string() ? Result<void>() : wrongType("the id of an element or link", value);
        case PropertyType::TextList:
            if (!value.is_array())
                return wrongType("a list of texts", value);
            for (const Json& item : value) {
                if (!item.is_string())
                    return wrong(fmt::format("must be a list of texts, holds {}", typeName(item)));
            }
            return {};
        case PropertyType::Object:
            return checkObject(property, value);
    }
    return {};
}

bool booleanOf(std::span<const PropertyInfo> catalogue, const Properties& properties, std::string_view key) {
    const PropertyInfo& property = at(catalogue, key);
    const Json* value = usable(property, properties);
    return value ? value->get<bool>() : property.defaultValue == "true";
}

std::int64_t integerOf(std::span<const PropertyInfo> catalogue, const Properties& properties,
                       std::string_view key) {
    const PropertyInfo& property = at(catalogue, key);
    if (const Json* value = usable(property, properties))
        return value->is_number_float() ? static_cast<std::int64_t>(value->get<double>())
                                        : value->get<std::int64_t>();
    return static_cast<std::int64_t>(parsed(property.defaultValue));
}

double numberOf(std::span<const PropertyInfo> catalogue, const Properties& properties, std::string_view key) {
    const PropertyInfo& property = at(catalogue, key);
    const Json* value = usable(property, properties);
    return value ? value->get<double>() : parsed(property.defaultValue);
}

Duration durationOf(std::span<const PropertyInfo> catalogue, const Properties& properties,
                    std::string_view key) {
    const PropertyInfo& property = at(catalogue, key);
    if (const Json* value = usable(property, properties))
        return readDuration(*value).value();
    const auto length = parseDuration(unquoted(property.defaultValue));
    return length ? *length : Duration::zero();
}

Distribution distributionOf(std::span<const PropertyInfo> catalogue, const Properties& properties,
                            std::string_view key) {
    const PropertyInfo& property = at(catalogue, key);
    if (const Json* value = usable(property, properties))
        return Distribution::parse(value->get_ref<const std::string&>()).value();
    const auto distribution = Distribution::parse(unquoted(property.defaultValue));
    return distribution ? *distribution : Distribution();
}

std::string textOf(std::span<const PropertyInfo> catalogue, const Properties& properties,
                   std::string_view key) {
    const PropertyInfo& property = at(catalogue, key);
    const Json* value = usable(property, properties);
    return value && value->is_string() ? value->get<std::string>()
                                       : std::string(unquoted(property.defaultValue));
}

}  // namespace sluice
