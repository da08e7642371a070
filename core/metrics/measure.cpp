#include "core/metrics/measure.h"

#include <fmt/format.h>

#include <algorithm>
#include <iterator>

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

}  // namespace

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

}  // namespace sluice
