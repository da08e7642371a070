#pragma once

#include <string>

#include "core/sweep/sweep.h"

namespace sluice::cli {

/// For people: a table for each element, link and expectation with the settings beneath each other. What is
/// zero in every replica is left out.
std::string describe(const SweepPlan& plan, const SweepResult& result);

/// A row for each setting and outcome that was measured. RFC 4180, with a heading; durations are in seconds.
std::string toCsv(const SweepPlan& plan, const SweepResult& result);

/// The same, and every replica with its fingerprint. Durations are in seconds.
Json toJson(const SweepPlan& plan, const SweepResult& result);

}  // namespace sluice::cli
