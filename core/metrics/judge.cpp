#include <fmt/format.h>

#include <algorithm>
#include <cmath>
#include <optional>

#include "core/metrics/measure.h"

namespace sluice {
namespace {

std::optional<bool> compare(double left, std::string_view comparison, double right) {
    if (comparison == "==")
        return left == right;
    if (comparison == "!=")
        return left != right;
    if (comparison == "<")
        return left < right;
    if (comparison == "<=")
        return left <= right;
    if (comparison == ">")
        return left > right;
    if (comparison == ">=")
        return left >= right;
    return std::nullopt;
}

/// The expected value in the metric's own unit; nothing when it is of another type.
std::optional<double> expectedValue(const Json& value, bool duration) {
    if (value.is_number())
        return value.get<double>() * (duration ? 1e6 : 1.0);
    if (!duration || !value.is_string())
        return std::nullopt;
    const Result<Duration> parsed = parseDuration(value.get<std::string>());
    if (!parsed.ok())
        return std::nullopt;
    return static_cast<double>(parsed->count());
}

std::string written(double value, bool duration) {
    if (duration)
        return describeDuration(Duration(std::llround(value)));
    return std::floor(value) == value && std::abs(value) < 1e15 ? fmt::format("{:.0f}", value)
                                                                : fmt::format("{:.3g}", value);
}

Judgement judgeOne(const Outcome& outcome, const Expectation& expectation) {
    Judgement judgement;
    judgement.expectation = expectation;
    const ElementOutcome* of =
        expectation.target.empty() ? &outcome.system : outcome.find(expectation.target);
    if (!of) {
        judgement.sentence = fmt::format("there is no element or link \"{}\" to expect {} of",
                                         expectation.target, expectation.metric);
        return judgement;
    }
    const std::optional<Measured> measured = measure(*of, expectation.metric);
    if (!measured) {
        judgement.sentence = fmt::format(
            "\"{}\" is no metric that can be expected; among those that are: "
            "deadLetters, lost, lateArrivals, timeouts, roundTrip.p99",
            expectation.metric);
        return judgement;
    }
    const std::optional<double> expected = expectedValue(expectation.value, measured->duration);
    if (!expected) {
        judgement.sentence = fmt::format("{} is compared with {}, not with {}", expectation.metric,
                                         measured->duration ? "a duration such as \"2s\"" : "a number",
                                         expectation.value.dump());
        return judgement;
    }
    const std::string& name = of->name.empty() ? of->id : of->name;
    if (measured->none) {
        judgement.sentence = fmt::format("{} of {}: nothing was measured, expected {} {}", measured->words,
                                         name, expectation.comparison, written(*expected, true));
        return judgement;
    }
    const std::optional<bool> met = compare(measured->value, expectation.comparison, *expected);
    if (!met) {
        judgement.sentence = fmt::format("\"{}\" is no comparison; it must be one of ==, !=, <, <=, >, >=",
                                         expectation.comparison);
        return judgement;
    }
    judgement.met = *met;
    judgement.sentence = fmt::format("{} of {}: {}, expected {} {}", measured->words, name,
                                     written(measured->value, measured->duration), expectation.comparison,
                                     written(*expected, measured->duration));
    return judgement;
}

}  // namespace

std::vector<Judgement> judge(const Outcome& outcome, const std::vector<Expectation>& expectations) {
    std::vector<Judgement> judgements;
    judgements.reserve(expectations.size());
    for (const Expectation& expectation : expectations)
        judgements.push_back(judgeOne(outcome, expectation));
    return judgements;
}

}  // namespace sluice
