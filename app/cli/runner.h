#pragma once

#include <memory>
#include <string>
#include <vector>

#include "core/diagram/diagram.h"
#include "core/engine/simulation.h"
#include "core/metrics/outcome.h"
#include "core/trace/alertlist.h"

namespace sluice::cli {

/// A run that came to its end.
struct FinishedRun {
    Scenario scenario;
    std::uint64_t seed = 0;
    Outcome outcome;
    std::vector<Judgement> judgements;
    std::uint64_t fingerprint = 0;
    std::vector<Alert> alerts;
    std::shared_ptr<const EntityTable> table;
    [[nodiscard]] bool met() const;
};

/// Plays a scenario to its end, with a progress line (see ProgressLine). `record`: a file to record it in;
/// empty for none. Errors: those of the simulation and, before or while it runs, of the recording.
Result<FinishedRun> play(const Diagram& diagram, const RunOptions& options, const std::string& record = {});

/// 16 hexadecimal digits.
std::string fingerprintText(std::uint64_t fingerprint);

}  // namespace sluice::cli
