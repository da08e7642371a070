#pragma once

#include <set>
#include <string>
#include <vector>

#include "core/review/finding.h"

namespace sluice {

/// A line of the list: a finding, or how many more of its rule are folded away behind it.
struct FindingLine {
    Finding finding;
    int folded = 0;  ///< 0: the finding itself
};

/// What of the findings is listed.
struct FindingChoice {
    std::vector<Id> subjects{};        ///< only those that speak of one of these; empty: all
    std::set<Severity> hidden{};       ///< not those
    std::set<std::string> unfolded{};  ///< rules of which all are listed
};

/// Of a rule with more findings than two over this, this many are listed.
constexpr int kFindingsOfARule = 3;

/// Findings of one rule stand together, the gravest rules first, else in the order in which they came; of
/// many of one rule only the first are listed, so that the many do not hide the one.
std::vector<FindingLine> findingLines(const std::vector<Finding>& findings, const FindingChoice& choice);

}  // namespace sluice
