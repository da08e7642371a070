#pragma once

#include "core/diagram/catalogue.h"

/// Spellings of PropertyInfo for the catalogue's tables: one function a type, the arguments in the order in
/// which a reader asks: which key, what it is called, what it does, its default, its range.
namespace sluice::entry {

/// Heading in the inspector, unit, and the broker's own name.
struct More {
    std::string_view section;
    std::string_view argument{};
    std::string_view unit{};
};

struct Range {
    double minimum = 0;
    double maximum = 1e18;
};

constexpr PropertyInfo make(PropertyType type, std::string_view key, std::string_view label,
                            std::string_view help, std::string_view value, Range range, More more) {
    PropertyInfo info;
    info.key = key;
    info.label = label;
    info.help = help;
    info.type = type;
    info.defaultValue = value;
    info.minimum = range.minimum;
    info.maximum = range.maximum;
    info.unit = more.unit;
    info.section = more.section;
    info.argument = more.argument;
    return info;
}

constexpr PropertyInfo boolean(std::string_view key, std::string_view label, std::string_view help,
                               bool value, More more) {
    return make(PropertyType::Boolean, key, label, help, value ? "true" : "false", {}, more);
}
constexpr PropertyInfo integer(std::string_view key, std::string_view label, std::string_view help,
                               std::string_view value, Range range, More more) {
    return make(PropertyType::Integer, key, label, help, value, range, more);
}
constexpr PropertyInfo number(std::string_view key, std::string_view label, std::string_view help,
                              std::string_view value, Range range, More more) {
    return make(PropertyType::Number, key, label, help, value, range, more);
}
constexpr PropertyInfo fraction(std::string_view key, std::string_view label, std::string_view help,
                                std::string_view value, More more) {
    return make(PropertyType::Fraction, key, label, help, value, {0, 1}, more);
}
constexpr PropertyInfo rate(std::string_view key, std::string_view label, std::string_view help,
                            std::string_view value, More more) {
    more.unit = "/s";
    return make(PropertyType::Rate, key, label, help, value, {0, 1e6}, more);
}
constexpr PropertyInfo bytes(std::string_view key, std::string_view label, std::string_view help,
                             std::string_view value, Range range, More more) {
    more.unit = "bytes";
    return make(PropertyType::Bytes, key, label, help, value, range, more);
}
/// `value` with its quotes: "\"30s\"", or null. The range is in seconds.
constexpr PropertyInfo duration(std::string_view key, std::string_view label, std::string_view help,
                                std::string_view value, More more, Range range = {0, 3e9}) {
    return make(PropertyType::Duration, key, label, help, value, range, more);
}
constexpr PropertyInfo distribution(std::string_view key, std::string_view label, std::string_view help,
                                    std::string_view value, More more) {
    return make(PropertyType::Distribution, key, label, help, value, {}, more);
}
constexpr PropertyInfo choice(std::string_view key, std::string_view label, std::string_view help,
                              std::string_view value, std::span<const std::string_view> choices, More more) {
    PropertyInfo info = make(PropertyType::Choice, key, label, help, value, {}, more);
    info.choices = choices;
    return info;
}
constexpr PropertyInfo text(std::string_view key, std::string_view label, std::string_view help,
                            std::string_view value, More more) {
    return make(PropertyType::Text, key, label, help, value, {}, more);
}
constexpr PropertyInfo message(std::string_view key, std::string_view label, std::string_view help,
                               More more) {
    return make(PropertyType::Message, key, label, help, "null", {}, more);
}
constexpr PropertyInfo reference(std::string_view key, std::string_view label, std::string_view help,
                                 More more) {
    return make(PropertyType::Reference, key, label, help, "null", {}, more);
}
constexpr PropertyInfo textList(std::string_view key, std::string_view label, std::string_view help,
                                More more) {
    return make(PropertyType::TextList, key, label, help, "[]", {}, more);
}
constexpr PropertyInfo object(std::string_view key, std::string_view label, std::string_view help,
                              std::string_view value, More more) {
    return make(PropertyType::Object, key, label, help, value, {}, more);
}

}  // namespace sluice::entry
