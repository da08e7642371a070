#include "core/sweep/columns.h"

#include <fmt/format.h>

#include <algorithm>
#include <limits>

#include "core/diagram/catalogue.h"
#include "core/metrics/measure.h"

namespace sluice {
namespace {

constexpr double kNothing = std::numeric_limits<double>::quiet_NaN();

/// The system, then every element and link.
template <class Visit>
void forEachSubject(const Outcome& outcome, const Visit& visit) {
    visit(outcome.system);
    for (const ElementOutcome& one : outcome.elements) {
        if (one.kind != kindName(ElementKind::Note))
            visit(one);
    }
}

std::string expectationText(const Outcome& outcome, const Expectation& expectation) {
    const ElementOutcome* of =
        expectation.target.empty() ? &outcome.system : outcome.find(expectation.target);
    const std::string name = !of ? expectation.target : of->name.empty() ? of->id : of->name;
    return fmt::format(
        "{} of {} {} {}", expectation.metric, name, expectation.comparison,
        expectation.value.is_string() ? expectation.value.get<std::string>() : expectation.value.dump());
}

}  // namespace

std::vector<SweepColumn> columnsOf(const Outcome& outcome, const Scenario& scenario) {
    std::vector<SweepColumn> columns;
    forEachSubject(outcome, [&](const ElementOutcome& one) {
        const std::string name = one.name.empty() ? one.id : one.name;
        columns.push_back({one.id, name, one.kind, "rate", "in a second", false});
        for (const MetricInfo& metric : expectationMetrics())
            columns.push_back({one.id, name, one.kind, std::string(metric.key), std::string(metric.label),
                               metric.isDuration});
    });
    for (const Expectation& expectation : scenario.expectations)
        columns.push_back({expectation.target, expectationText(outcome, expectation), "expectation", "met",
                           "met, share of replicas", false});
    if (!scenario.expectations.empty())
        columns.push_back({{}, "all expectations", "expectation", "met", "met, share of replicas", false});
    return columns;
}

std::vector<double> valuesOf(const Outcome& outcome, const Scenario& scenario,
                             const std::vector<Judgement>& judgements) {
    std::vector<double> values;
    const double length = seconds(scenario.until);
    forEachSubject(outcome, [&](const ElementOutcome& one) {
        const std::uint64_t in = one.kind == kindName(ElementKind::Client) ? one.created : one.in;
        values.push_back(length > 0 ? static_cast<double>(in) / length : kNothing);
        for (const MetricInfo& metric : expectationMetrics()) {
            const auto measured = measure(one, metric.key);
            if (!measured || measured->none)
                values.push_back(kNothing);
            else
                values.push_back(measured->duration ? measured->value / 1e9 : measured->value);
        }
    });
    for (const Judgement& judgement : judgements)
        values.push_back(judgement.met ? 1 : 0);
    if (!judgements.empty())
        values.push_back(std::all_of(judgements.begin(), judgements.end(),
                                     [](const Judgement& judgement) { return judgement.met; })
                             ? 1
                             : 0);
    return values;
}

}  // namespace sluice
