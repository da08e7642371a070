#include "core/sweep/values.h"

#include <fmt/format.h>

#include <algorithm>
#include <charconv>
#include <cmath>
#include <optional>
#include <set>

#include "core/base/trimmed.h"
#include "core/diagram/spelling.h"

namespace sluice {
namespace {

/// At commas outside of brackets and quotes.
std::vector<std::string_view> items(std::string_view text) {
    std::vector<std::string_view> found;
    int depth = 0;
    bool quoted = false;
    std::size_t begin = 0;
    for (std::size_t i = 0; i < text.size(); ++i) {
        const char c = text[i];
        if (c == '"' && (i == 0 || text[i - 1] != '\\'))
            quoted = !quoted;
        if (quoted)
            continue;
        if (c == '(' || c == '[' || c == '{')
            ++depth;
        else if (c == ')' || c == ']' || c == '}')
            --depth;
        else if (c == ',' && depth <= 0) {
            found.push_back(trimmed(text.substr(begin, i - begin)));
            begin = i + 1;
        }
    }
    found.push_back(trimmed(text.substr(begin)));
    return found;
}

/// "FIRST..LAST" or "FIRST..LAST/STEP".
struct Range {
    std::string_view first;
    std::string_view last;
    std::string_view step;  ///< empty: not given
};

std::optional<Range> rangeIn(std::string_view item) {
    const std::size_t dots = item.find("..");
    if (dots == std::string_view::npos)
        return std::nullopt;
    const std::string_view rest = item.substr(dots + 2);
    const std::size_t slash = rest.find('/');
    return Range{trimmed(item.substr(0, dots)), trimmed(rest.substr(0, slash)),
                 slash == std::string_view::npos ? std::string_view() : trimmed(rest.substr(slash + 1))};
}

template <class T>
std::optional<T> numberIn(std::string_view text) {
    T value{};
    const auto parsed = std::from_chars(text.data(), text.data() + text.size(), value);
    if (text.empty() || parsed.ec != std::errc() || parsed.ptr != text.data() + text.size())
        return std::nullopt;
    return value;
}

/// How many values a range has; 0 when that is none or past kMostValues. The last may fall short of the end.
template <class T>
std::size_t countIn(T first, T last, T step) {
    if (!(first <= last) || !(step > T{}))
        return 0;
    // A hair more, so that 0.1..0.5/0.1 ends with 0.5 although 0.1 has no exact double.
    const double count = std::floor((static_cast<double>(last) - static_cast<double>(first)) /
                                        static_cast<double>(step) * (1 + 1e-12) +
                                    1e-9) +
                         1;
    return count <= static_cast<double>(kMostValues) ? static_cast<std::size_t>(count) : 0;
}

Error badRange(std::string_view item, bool backwards) {
    return cannotVary(backwards
                          ? fmt::format("the range {} must not end before it begins, nor its step be 0", item)
                          : fmt::format("the range {} has more than {} values", item, kMostValues));
}

Result<std::vector<Json>> wholeRange(std::string_view item, const Range& range) {
    const auto first = numberIn<std::int64_t>(range.first);
    const auto last = numberIn<std::int64_t>(range.last);
    const auto step =
        range.step.empty() ? std::optional<std::int64_t>(1) : numberIn<std::int64_t>(range.step);
    if (!first || !last || !step)
        return cannotVary(
            fmt::format("the range {} must be of whole numbers, such as 1..10 or 1..10/2", item));
    const std::size_t count = countIn(*first, *last, *step);
    if (count == 0)
        return badRange(item, *last < *first || *step <= 0);
    std::vector<Json> values;
    for (std::size_t i = 0; i < count; ++i)
        values.emplace_back(*first + static_cast<std::int64_t>(i) * *step);
    return values;
}

Result<std::vector<Json>> numberRange(std::string_view item, const Range& range) {
    const auto first = numberIn<double>(range.first);
    const auto last = numberIn<double>(range.last);
    const auto step = range.step.empty() ? std::optional<double>(1) : numberIn<double>(range.step);
    if (!first || !last || !step || !std::isfinite(*first) || !std::isfinite(*last) || !std::isfinite(*step))
        return cannotVary(
            fmt::format("the range {} must be of numbers, such as 1..10 or 0.1..0.5/0.1", item));
    const std::size_t count = countIn(*first, *last, *step);
    if (count == 0)
        return badRange(item, *last < *first || *step <= 0);
    std::vector<Json> values;
    for (std::size_t i = 0; i < count; ++i) {
        // 0.3 and not 0.30000000000000004.
        const std::string exact = fmt::format("{:.12g}", *first + static_cast<double>(i) * *step);
        values.emplace_back(numberIn<double>(exact).value_or(*first));
    }
    return values;
}

Result<std::vector<Json>> durationRange(std::string_view item, const Range& range) {
    const auto first = parseDuration(range.first);
    const auto last = parseDuration(range.last);
    if (!first || !last || range.step.empty())
        return cannotVary(fmt::format(
            "the range {} must be of durations and name its step, such as 100ms..1s/100ms", item));
    const auto step = parseDuration(range.step);
    if (!step)
        return step.error();
    const std::size_t count = countIn(first->count(), last->count(), step->count());
    if (count == 0)
        return badRange(item, *last < *first || *step <= Duration::zero());
    std::vector<Json> values;
    for (std::size_t i = 0; i < count; ++i)
        values.emplace_back(formatDuration(*first + *step * static_cast<std::int64_t>(i)));
    return values;
}

Result<Json> single(const PropertyInfo& property, std::string_view item) {
    if (item == "null")
        return Json();
    switch (property.type) {
        case PropertyType::Boolean:
            if (item == "true" || item == "false")
                return Json(item == "true");
            return cannotVary(fmt::format("must be true or false, is '{}'", item));
        case PropertyType::Integer:
        case PropertyType::Bytes:
            if (const auto value = numberIn<std::int64_t>(item))
                return Json(*value);
            return cannotVary(fmt::format("must be a whole number, is '{}'", item));
        case PropertyType::Number:
        case PropertyType::Rate:
        case PropertyType::Fraction:
            if (const auto value = numberIn<double>(item))
                return Json(*value);
            return cannotVary(fmt::format("must be a number, is '{}'", item));
        case PropertyType::TextList:
        case PropertyType::Object: {
            Json value = Json::parse(item, nullptr, false);
            if (value.is_discarded())
                return cannotVary(fmt::format("must be JSON, is '{}'", item));
            return value;
        }
        default:
            return Json(std::string(item));
    }
}

bool isNumber(PropertyType type) {
    return type == PropertyType::Number || type == PropertyType::Rate || type == PropertyType::Fraction;
}

Result<std::vector<Json>> valuesOf(const PropertyInfo& property, std::string_view item) {
    if (const auto range = rangeIn(item)) {
        if (property.type == PropertyType::Integer || property.type == PropertyType::Bytes)
            return wholeRange(item, *range);
        if (isNumber(property.type))
            return numberRange(item, *range);
        if (property.type == PropertyType::Duration || property.type == PropertyType::Distribution)
            return durationRange(item, *range);
    }
    auto value = single(property, item);
    if (!value)
        return value.error();
    return std::vector<Json>{*std::move(value)};
}

}  // namespace

Result<std::vector<Json>> parseValues(const PropertyInfo& property, std::string_view text) {
    std::vector<Json> values;
    std::set<std::string> seen;
    for (const std::string_view item : items(text)) {
        if (item.empty())
            return cannotVary("a value is missing: list them as in 1,5,20 or 1..10/2");
        const auto more = valuesOf(property, item);
        if (!more)
            return more.error();
        for (const Json& value : *more) {
            if (const auto fits = checkValue(property, value); !fits)
                return cannotVary(fits.error().sentence + suggestion(valueText(value), property.choices));
            if (!seen.insert(value.dump()).second)
                return cannotVary(fmt::format("lists {} twice", valueText(value)));
            values.push_back(value);
        }
        if (values.size() > kMostValues)
            return cannotVary(fmt::format("lists more than {} values", kMostValues));
    }
    return values;
}

Result<std::vector<std::uint64_t>> parseSeeds(std::string_view text) {
    std::vector<std::uint64_t> seeds;
    std::set<std::uint64_t> seen;
    for (const std::string_view item : items(text)) {
        const Range range = rangeIn(item).value_or(Range{item, item, {}});
        const auto first = numberIn<std::uint64_t>(range.first);
        const auto last = numberIn<std::uint64_t>(range.last);
        const auto step =
            range.step.empty() ? std::optional<std::uint64_t>(1) : numberIn<std::uint64_t>(range.step);
        if (!first || !last || !step)
            return cannotVary(fmt::format("must be whole numbers as in 1..20 or 1,5,9, is '{}'", item));
        if (*last < *first || *step == 0)
            return badRange(item, true);
        if ((*last - *first) / *step >= kMostReplicas)
            return cannotVary(fmt::format("more than {} seeds", kMostReplicas));
        for (std::uint64_t i = 0; i <= (*last - *first) / *step; ++i) {
            const std::uint64_t seed = *first + i * *step;
            if (!seen.insert(seed).second)
                return cannotVary(fmt::format("lists {} twice, which would count one replica as two", seed));
            seeds.push_back(seed);
        }
        if (seeds.size() > kMostReplicas)
            return cannotVary(fmt::format("more than {} seeds", kMostReplicas));
    }
    return seeds;
}

std::string valueText(const Json& value) {
    return value.is_string() ? value.get<std::string>()
                             : value.dump(-1, ' ', false, Json::error_handler_t::replace);
}

}  // namespace sluice
