#include "core/alerts/alerttokens.h"

#include <fmt/format.h>

#include <array>
#include <charconv>
#include <cmath>
#include <span>

#include "core/base/lettercase.h"

namespace sluice {
namespace {

/// A number with one of the suffixes, the longest that fits.
std::optional<double> scaled(std::string_view text,
                             std::span<const std::pair<std::string_view, double>> suffixes) {
    for (const auto& [suffix, factor] : suffixes) {
        if (text.size() <= suffix.size() || !text.ends_with(suffix))
            continue;
        if (const auto number = numberIn(text.substr(0, text.size() - suffix.size())))
            return *number * factor;
    }
    return numberIn(text);
}

}  // namespace

Result<std::vector<AlertToken>> alertTokensOf(std::string_view text) {
    std::vector<AlertToken> tokens;
    std::size_t i = 0;
    while (i < text.size()) {
        const char c = text[i];
        if (c == ' ' || c == '\t') {
            ++i;
            continue;
        }
        if (c == ',' || c == '<' || c == '>') {
            const bool orEqual = c != ',' && i + 1 < text.size() && text[i + 1] == '=';
            tokens.push_back({std::string(text.substr(i, orEqual ? 2 : 1)), i});
            i += orEqual ? 2 : 1;
            continue;
        }
        AlertToken token{{}, i};
        while (i < text.size() && std::string_view(" \t,<>").find(text[i]) == std::string_view::npos) {
            if (text[i] != '"') {
                token.text += text[i++];
                continue;
            }
            const std::size_t end = text.find('"', i + 1);
            if (end == std::string_view::npos)
                return Error{ErrorCode::InvalidInput, "the quote is not closed",
                             fmt::format("column {}", i + 1)};
            token.quoted = true;
            token.text += text.substr(i + 1, end - i - 1);
            i = end + 1;
        }
        tokens.push_back(std::move(token));
    }
    return tokens;
}

std::optional<double> numberIn(std::string_view text) {
    double number = 0;
    const auto [end, failure] = std::from_chars(text.data(), text.data() + text.size(), number);
    const bool whole = failure == std::errc() && end == text.data() + text.size();
    return whole && std::isfinite(number) && std::abs(number) <= 1e15 ? std::optional(number) : std::nullopt;
}

std::optional<double> countIn(std::string_view text) {
    static constexpr std::array<std::pair<std::string_view, double>, 3> suffixes{
        {{"k", 1e3}, {"M", 1e6}, {"G", 1e9}}};
    return scaled(text, suffixes);
}

std::optional<double> bytesIn(std::string_view text) {
    static constexpr std::array<std::pair<std::string_view, double>, 10> suffixes{{{"KiB", 1024.0},
                                                                                   {"MiB", 1048576.0},
                                                                                   {"GiB", 1073741824.0},
                                                                                   {"kB", 1e3},
                                                                                   {"KB", 1e3},
                                                                                   {"MB", 1e6},
                                                                                   {"GB", 1e9},
                                                                                   {"k", 1e3},
                                                                                   {"M", 1e6},
                                                                                   {"B", 1}}};
    return scaled(text, suffixes);
}

std::optional<AlertMetric> alertMetricNamed(std::string_view name) {
    static constexpr std::array<std::pair<std::string_view, AlertMetric>, 12> others{{
        {"rate-in", AlertMetric::InRate},
        {"rate-out", AlertMetric::OutRate},
        {"lag-time", AlertMetric::TimeLag},
        {"age", AlertMetric::TimeLag},
        {"ready", AlertMetric::Depth},
        {"consumer", AlertMetric::Consumers},
        {"dead-letter", AlertMetric::DeadLetters},
        {"late-arrival", AlertMetric::LateArrivals},
        {"failure", AlertMetric::Failures},
        {"timeout", AlertMetric::Timeouts},
        {"unacked", AlertMetric::Unacknowledged},
        {"late", AlertMetric::LateArrivals},
    }};
    const std::string wanted = lowered(name);
    for (int i = 0; i < kAlertMetricCount; ++i) {
        if (infoOf(static_cast<AlertMetric>(i)).name == wanted)
            return static_cast<AlertMetric>(i);
    }
    for (const auto& [other, metric] : others) {
        if (other == wanted)
            return metric;
    }
    return std::nullopt;
}

}  // namespace sluice
