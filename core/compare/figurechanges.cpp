#include "core/compare/comparison.h"
#include "core/diagram/catalogue.h"
#include "core/metrics/measure.h"

namespace sluice {
namespace {

std::optional<double> figureOf(const ElementOutcome& outcome, std::string_view metric) {
    const auto measured = measure(outcome, metric);
    return measured && !measured->none ? std::optional(measured->value) : std::nullopt;
}

void addChanges(const ElementOutcome& left, const ElementOutcome& right, std::vector<FigureChange>& changes) {
    for (const MetricInfo& metric : expectationMetrics()) {
        if (metric.isDuration && !metric.key.ends_with(".p95"))
            continue;
        const auto was = figureOf(left, metric.key);
        const auto is = figureOf(right, metric.key);
        if (was != is)
            changes.push_back({left.id, left.name.empty() ? left.id : left.name, std::string(metric.key),
                               std::string(metric.label), metric.isDuration, was, is});
    }
}

}  // namespace

std::vector<FigureChange> changesOf(const Outcome& left, const Outcome& right) {
    std::vector<FigureChange> changes;
    addChanges(left.system, right.system, changes);
    for (const ElementOutcome& one : left.elements) {
        if (const ElementOutcome* other = right.find(one.id))
            addChanges(one, *other, changes);
    }
    return changes;
}

}  // namespace sluice
