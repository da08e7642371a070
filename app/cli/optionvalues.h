#pragma once

#include <fmt/format.h>

#include <array>
#include <charconv>
#include <optional>
#include <type_traits>
#include <unordered_set>
#include <utility>

#include "app/cli/arguments.h"
#include "core/base/duration.h"
#include "core/trace/event.h"

/// The values of options, read. Nothing when the option was not given; the place of an error is the option.
namespace sluice::cli {

/// Such as "90s", "2min" or "1h30m".
Result<std::optional<Duration>> durationOf(const Arguments& arguments, std::string_view option);

/// Errors: no number, or one outside [least, most].
template <class Number>
Result<std::optional<Number>> numberOf(const Arguments& arguments, std::string_view option, Number least,
                                       Number most) {
    if (!arguments.has(option))
        return std::optional<Number>();
    const std::string text = arguments.value(option);
    const char* const end = text.data() + text.size();
    Number number{};
    const auto parsed = std::from_chars(text.data(), end, number);
    // Written so that a number that is none is outside too.
    if (parsed.ec == std::errc() && parsed.ptr == end && number >= least && number <= most)
        return std::optional(number);
    return Error{ErrorCode::InvalidInput,
                 fmt::format("must be a {}number from {} to {}, is '{}'",
                             std::is_integral_v<Number> ? "whole " : "", least, most, text),
                 std::string(option)};
}

/// One of some words. Errors: any other, with the list of them.
template <class T, std::size_t N>
Result<T> chosen(const Arguments& arguments, std::string_view option, T otherwise,
                 const std::array<std::pair<std::string_view, T>, N>& choices) {
    if (!arguments.has(option))
        return otherwise;
    const std::string value = arguments.value(option);
    std::string names;
    for (const auto& [name, choice] : choices) {
        if (name == value)
            return choice;
        names += (names.empty() ? "" : ", ") + std::string(name);
    }
    return Error{ErrorCode::InvalidInput, fmt::format("must be one of {}, is '{}'", names, value),
                 std::string(option)};
}

/// "m-17" or "17". Errors: anything else; `option` is their place.
Result<MessageId> messageNamed(std::string_view text, std::string_view option);

/// "a,b" as two ids.
std::unordered_set<std::string> idsIn(const std::string& list);

}  // namespace sluice::cli
