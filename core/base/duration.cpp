#include "core/base/duration.h"

#include <fmt/format.h>

#include <array>
#include <charconv>
#include <cmath>
#include <limits>

#include "core/base/trimmed.h"

namespace sluice {
namespace {

struct Unit {
    std::string_view name;
    std::int64_t nanoseconds;
};

// Longer names before their prefixes, so that "ms" is not read as minutes.
constexpr std::array kUnits{
    Unit{"ns", 1},
    Unit{"us", 1'000},
    Unit{"µs", 1'000},
    Unit{"ms", 1'000'000},
    Unit{"min", 60'000'000'000},
    Unit{"s", 1'000'000'000},
    Unit{"m", 60'000'000'000},
    Unit{"h", 3'600'000'000'000},
    Unit{"d", 86'400'000'000'000},
};

constexpr std::int64_t kMax = std::numeric_limits<std::int64_t>::max();

bool isDigit(char c) {
    return c >= '0' && c <= '9';
}

Error notADuration(std::string_view text) {
    return {ErrorCode::InvalidInput,
            fmt::format("'{}' is not a duration; write a number and a unit such as 250ms, 1.5s or 2m", text),
            {}};
}

/// Adds number x unit exactly: the whole and the decimal part are multiplied apart, in integers.
bool addQuantity(std::string_view digits, std::int64_t unit, std::int64_t& total) {
    const auto dot = digits.find('.');
    const std::string_view whole = digits.substr(0, dot);
    const std::string_view part = dot == std::string_view::npos ? std::string_view() : digits.substr(dot + 1);
    std::int64_t value = 0;
    if (!whole.empty()) {
        const auto parsed = std::from_chars(whole.data(), whole.data() + whole.size(), value);
        if (parsed.ec != std::errc())
            return false;
    }
    if (value > kMax / unit)
        return false;
    value *= unit;
    std::int64_t scale = unit;
    for (const char c : part) {
        scale /= 10;
        const std::int64_t more = (c - '0') * scale;
        if (value > kMax - more)
            return false;
        value += more;
    }
    if (total > kMax - value)
        return false;
    total += value;
    return true;
}

}  // namespace

Result<Duration> parseDuration(std::string_view text) {
    std::string_view rest = trimmed(text);
    if (rest.empty())
        return notADuration(text);
    if (rest.front() == '-')
        return Error{ErrorCode::InvalidInput, fmt::format("must not be negative, is {}", rest), {}};
    std::int64_t total = 0;
    bool first = true;
    while (!rest.empty()) {
        std::size_t length = 0;
        int dots = 0;
        int digits = 0;
        while (length < rest.size() && (isDigit(rest[length]) || rest[length] == '.')) {
            dots += rest[length] == '.';
            digits += isDigit(rest[length]);
            ++length;
        }
        if (digits == 0 || dots > 1)
            return notADuration(text);
        const std::string_view number = rest.substr(0, length);
        rest = trimmed(rest.substr(length));
        std::int64_t unit = 0;
        if (rest.empty() && first) {
            unit = 1'000'000;
        } else {
            for (const Unit& candidate : kUnits) {
                if (rest.substr(0, candidate.name.size()) == candidate.name) {
                    unit = candidate.nanoseconds;
                    rest = trimmed(rest.substr(candidate.name.size()));
                    break;
                }
            }
        }
        if (unit == 0)
            return notADuration(text);
        if (!addQuantity(number, unit, total))
            return Error{ErrorCode::InvalidInput, fmt::format("'{}' is longer than 292 years", text), {}};
        first = false;
    }
    return Duration(total);
}

std::string formatDuration(Duration duration) {
    std::int64_t rest = duration.count();
    if (rest == 0)
        return "0s";
    std::string text;
    if (rest < 0) {
        // Negative lengths occur only in differences; they are printed, never read.
        return "-" +
               formatDuration(Duration(rest == std::numeric_limits<std::int64_t>::min() ? kMax : -rest));
    }
    for (const auto& [name, size] :
         {Unit{"d", 86'400'000'000'000}, Unit{"h", 3'600'000'000'000}, Unit{"m", 60'000'000'000}}) {
        if (rest >= size) {
            text += fmt::format("{}{}", rest / size, name);
            rest %= size;
        }
    }
    if (rest == 0)
        return text;
    for (const auto& [name, size] :
         {Unit{"s", 1'000'000'000}, Unit{"ms", 1'000'000}, Unit{"us", 1'000}, Unit{"ns", 1}}) {
        if (rest < size)
            continue;
        std::string fraction = fmt::format("{}", rest % size + size).substr(1);
        while (!fraction.empty() && fraction.back() == '0')
            fraction.pop_back();
        text += fmt::format("{}", rest / size);
        if (!fraction.empty())
            text += "." + fraction;
        text += name;
        break;
    }
    return text;
}

std::string describeDuration(Duration duration) {
    const bool negative = duration.count() < 0;
    const double value = std::abs(static_cast<double>(duration.count()));
    std::string text;
    const auto figures = [](double number) {
        return number < 9.995   ? fmt::format("{:.2f}", number)
               : number < 99.95 ? fmt::format("{:.1f}", number)
                                : fmt::format("{:.0f}", number);
    };
    if (value == 0)
        text = "0 s";
    else if (value < 999.5)
        text = fmt::format("{:.0f} ns", value);
    else if (value < 999.5e3)
        text = figures(value / 1e3) + " µs";
    else if (value < 999.5e6)
        text = figures(value / 1e6) + " ms";
    else if (value < 59.95e9)
        text = figures(value / 1e9) + " s";
    else {
        const auto whole = static_cast<std::int64_t>(std::llround(value / 1e9));
        if (whole < 3600)
            text = whole % 60 ? fmt::format("{} min {} s", whole / 60, whole % 60)
                              : fmt::format("{} min", whole / 60);
        else if (whole < 86400)
            text = whole % 3600 / 60 ? fmt::format("{} h {} min", whole / 3600, whole % 3600 / 60)
                                     : fmt::format("{} h", whole / 3600);
        else
            text = whole % 86400 / 3600 ? fmt::format("{} d {} h", whole / 86400, whole % 86400 / 3600)
                                        : fmt::format("{} d", whole / 86400);
    }
    return negative ? "-" + text : text;
}

Duration fromSeconds(double value) {
    const double nanoseconds = value * 1e9;
    if (std::isnan(nanoseconds))
        return Duration::zero();
    if (nanoseconds >= 9.2233720368547748e18)
        return Duration::max();
    if (nanoseconds <= -9.2233720368547748e18)
        return Duration::min();
    // std::llround's rounding, without its call: this runs for every message of a workload.
    const auto whole = static_cast<std::int64_t>(nanoseconds);
    const double rest = nanoseconds - static_cast<double>(whole);
    return Duration(whole + (rest >= 0.5) - (rest <= -0.5));
}

}  // namespace sluice
