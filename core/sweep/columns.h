#pragma once

#include <string>
#include <vector>

#include "core/diagram/diagram.h"
#include "core/metrics/outcome.h"

namespace sluice {

/// One figure that every replica of a sweep yields.
struct SweepColumn {
    std::string subject;    ///< id of an element or link; empty: the whole system, or an expectation
    std::string name;       ///< for people
    std::string kind;       ///< kindName of the element or link; "system", "expectation"
    std::string metric;     ///< of expectationMetrics(); "rate", messages in a second; "met", 1 or 0
    std::string label;      ///< for people: "wait, 99th percentile"
    bool duration = false;  ///< its values are seconds
};

/// What a scenario yields: for the whole system, then for each element and link what can be expected of it,
/// then whether each expectation was met, and all of them. `outcome` is one of its runs.
std::vector<SweepColumn> columnsOf(const Outcome& outcome, const Scenario& scenario);

/// The figures of one run, a column each; a NaN where nothing was measured.
std::vector<double> valuesOf(const Outcome& outcome, const Scenario& scenario,
                             const std::vector<Judgement>& judgements);

}  // namespace sluice
