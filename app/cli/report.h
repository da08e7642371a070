#pragma once

#include <string>

#include "app/cli/runner.h"
#include "core/review/finding.h"

namespace sluice::cli {

/// Tables of a run for people: elements, flows, users, dead letters with their causes, expectations,
/// fingerprint.
std::string describe(const Diagram& diagram, const FinishedRun& run);

/// The same for programs. Durations are in seconds.
Json toJson(const Diagram& diagram, const FinishedRun& run);

/// "error    nodes[3]  'Orders': ...", one line each and the mend below.
std::string describe(const std::vector<Finding>& findings);
Json toJson(const std::vector<Finding>& findings);

/// "2 errors, 1 warning, 3 hints"; "no findings".
std::string summary(const std::vector<Finding>& findings);

}  // namespace sluice::cli
