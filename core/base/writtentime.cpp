#include "core/base/writtentime.h"

#include <fmt/format.h>

#include <charconv>

namespace sluice {
namespace {

/// Digits from the front, at most `most`; nothing when there is none, or they are past int64.
std::optional<std::int64_t> digits(std::string_view& text, std::size_t most) {
    std::int64_t number = 0;
    const std::string_view head = text.substr(0, most);
    if (head.empty() || head.front() < '0' || head.front() > '9')
        return std::nullopt;
    const auto [end, error] = std::from_chars(head.data(), head.data() + head.size(), number);
    text.remove_prefix(static_cast<std::size_t>(end - head.data()));
    return error == std::errc() ? std::optional(number) : std::nullopt;
}

bool take(std::string_view& text, std::string_view any) {
    if (text.empty() || any.find(text.front()) == std::string_view::npos)
        return false;
    text.remove_prefix(1);
    return true;
}

/// The fraction of a unit from its digits, in ns.
std::int64_t fraction(std::string_view& text, std::int64_t unit) {
    std::int64_t result = 0;
    while (!text.empty() && text.front() >= '0' && text.front() <= '9') {
        unit /= 10;
        result += unit * (text.front() - '0');
        text.remove_prefix(1);
    }
    return result;
}

}  // namespace

std::optional<TraceTime> decimalTime(std::string_view text, Duration unit) {
    const bool negative = take(text, "-");
    const auto whole = digits(text, 19);
    if (!whole)
        return std::nullopt;
    std::int64_t ns = 0;
    if (__builtin_mul_overflow(*whole, unit.count(), &ns))
        return std::nullopt;
    if (take(text, ".") && __builtin_add_overflow(ns, fraction(text, unit.count()), &ns))
        return std::nullopt;
    if (!text.empty() || ns > kImportedTimeLimit.count())
        return std::nullopt;
    return TraceTime(negative ? -ns : ns);
}

std::optional<TraceTime> calendarTime(std::string_view text) {
    using namespace std::chrono;
    const auto y = digits(text, 4);
    if (!y || !take(text, "-/"))
        return std::nullopt;
    const auto m = digits(text, 2);
    if (!m || !take(text, "-/"))
        return std::nullopt;
    const auto d = digits(text, 2);
    if (!d || !take(text, "Tt "))
        return std::nullopt;
    const auto hour = digits(text, 2);
    if (!hour || !take(text, ":"))
        return std::nullopt;
    const auto minute = digits(text, 2);
    if (!minute || !take(text, ":"))
        return std::nullopt;
    const auto second = digits(text, 2);
    const year_month_day date{year{static_cast<int>(*y)} / month{static_cast<unsigned>(*m)} /
                              day{static_cast<unsigned>(*d)}};
    // Between these years lies kImportedTimeLimit.
    if (!second || !date.ok() || *y < 1830 || *y > 2110 || *hour > 23 || *minute > 59 || *second > 60)
        return std::nullopt;
    std::int64_t ns = 0;
    if (take(text, ".,:"))
        ns = fraction(text, 1'000'000'000);
    minutes offset{0};
    if (!text.empty() && (text.front() == '+' || text.front() == '-')) {
        const bool west = text.front() == '-';
        text.remove_prefix(1);
        const auto hours = digits(text, 2);
        take(text, ":");
        const auto rest = digits(text, 2);
        if (!hours)
            return std::nullopt;
        offset = minutes(*hours * 60 + rest.value_or(0)) * (west ? -1 : 1);
    } else {
        take(text, "Zz");
    }
    if (!text.empty())
        return std::nullopt;
    return sys_days(date).time_since_epoch() + hours(*hour) + minutes(*minute) +
           std::chrono::seconds(*second) - offset + nanoseconds(ns);
}

std::string calendarText(TraceTime sinceEpoch) {
    using namespace std::chrono;
    const auto ms = floor<milliseconds>(sinceEpoch);
    const auto day = floor<days>(ms);
    const year_month_day date{sys_days(day)};
    const hh_mm_ss time(ms - day);
    return fmt::format("{:04}-{:02}-{:02}T{:02}:{:02}:{:02}.{:03}Z", static_cast<int>(date.year()),
                       static_cast<unsigned>(date.month()), static_cast<unsigned>(date.day()),
                       time.hours().count(), time.minutes().count(), time.seconds().count(),
                       time.subseconds().count());
}

}  // namespace sluice
