#include <fmt/format.h>

#include <algorithm>
#include <cmath>
#include <optional>

#include "core/metrics/outcome.h"

namespace sluice {
namespace {

struct Count {
    std::string_view metric;
    std::string_view words;
    std::uint64_t ElementOutcome::*field;
};

constexpr Count kCounts[] = {
    {"created", "messages created", &ElementOutcome::created},
    {"in", "messages taken in", &ElementOutcome::in},
    {"out", "messages put out", &ElementOutcome::out},
    {"failed", "failures", &ElementOutcome::failed},
    {"retried", "retries", &ElementOutcome::retried},
    {"redelivered", "redeliveries", &ElementOutcome::redelivered},
    {"discarded", "messages discarded", &ElementOutcome::discarded},
    {"lost", "messages lost", &ElementOutcome::lost},
    {"lateArrivals", "late arrivals", &ElementOutcome::lateArrivals},
    {"timeouts", "timeouts", &ElementOutcome::timeouts},
    {"lateAnswers", "late answers", &ElementOutcome::lateAnswers},
    {"redriven", "messages redriven", &ElementOutcome::redriven},
    {"refused", "users refused", &ElementOutcome::refused},
    {"deferred", "users told that it will be handled later", &ElementOutcome::deferred},
    {"done", "users told that it is done", &ElementOutcome::done},
    {"depth", "depth", &ElementOutcome::depth},
    {"maxDepth", "greatest depth", &ElementOutcome::maxDepth},
    {"openIncidents", "open incidents", &ElementOutcome::openIncidents},
};

struct Times {
    std::string_view metric;
    std::string_view words;
    Histogram ElementOutcome::*field;
};

constexpr Times kTimes[] = {
    {"wait", "wait", &ElementOutcome::wait},
    {"service", "service time", &ElementOutcome::service},
    {"roundTrip", "round trip", &ElementOutcome::roundTrip},
    {"freshness", "freshness", &ElementOutcome::freshness},
};

constexpr std::string_view kStatistics[] = {"mean", "p50", "p95", "p99", "max"};

Duration statisticOf(const Histogram& histogram, std::string_view statistic) {
    if (statistic == "mean")
        return histogram.mean();
    if (statistic == "max")
        return histogram.maximum();
    const double fraction = statistic == "p50" ? 0.5 : statistic == "p95" ? 0.95 : 0.99;
    return histogram.percentile(fraction);
}

/// What a metric was: a plain number, or nanoseconds.
struct Measured {
    double value = 0;
    std::string words;
    bool duration = false;
    bool none = false;  ///< a duration of which nothing was measured
};

std::optional<Measured> measure(const ElementOutcome& of, std::string_view metric) {
    for (const Count& count : kCounts) {
        if (count.metric == metric)
            return Measured{static_cast<double>(of.*count.field), std::string(count.words)};
    }
    if (metric == "deadLetters")
        return Measured{static_cast<double>(of.deadLettersTotal()), "dead letters"};
    if (metric == "busy")
        return Measured{of.busy, "messages in work on average"};
    const std::size_t dot = metric.find('.');
    if (dot == std::string_view::npos)
        return std::nullopt;
    const std::string_view statistic = metric.substr(dot + 1);
    if (std::find(std::begin(kStatistics), std::end(kStatistics), statistic) == std::end(kStatistics))
        return std::nullopt;
    for (const Times& times : kTimes) {
        if (times.metric != metric.substr(0, dot))
            continue;
        const Histogram& histogram = of.*times.field;
        const auto value = static_cast<double>(statisticOf(histogram, statistic).count());
        return Measured{value, fmt::format("{} {}", statistic, times.words), true, histogram.count() == 0};
    }
    return std::nullopt;
}

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
