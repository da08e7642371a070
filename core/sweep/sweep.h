#pragma once

#include <cstdint>
#include <functional>
#include <optional>
#include <stop_token>
#include <string>
#include <vector>

#include "core/sweep/columns.h"
#include "core/sweep/statistics.h"
#include "core/sweep/variation.h"

namespace sluice {

/// A parameter study: every combination of the variations' values, each played with every seed.
struct SweepPlan {
    Diagram diagram;
    std::vector<Variation> variations;  ///< none: one setting, the diagram as it is
    std::vector<std::uint64_t> seeds;
    std::string scenario;           ///< id or name; empty: the first
    std::optional<Duration> until;  ///< instead of the scenario's

    /// How many combinations there are.
    [[nodiscard]] std::size_t settings() const;
    /// Which value each variation has in a setting; the last variation changes fastest.
    [[nodiscard]] std::vector<std::size_t> valuesIn(std::size_t setting) const;
    [[nodiscard]] Diagram diagramIn(std::size_t setting) const;
};

/// One run of one setting.
struct Replica {
    std::size_t setting = 0;
    std::uint64_t seed = 0;
    std::uint64_t events = 0;
    std::uint64_t fingerprint = 0;
    std::vector<double> values;  ///< by column
    bool operator==(const Replica&) const = default;
};

struct SweepProgress {
    std::size_t finished = 0;  ///< replicas
    std::size_t replicas = 0;
    double share = 0;  ///< of all the work, 0 to 1, with what the unfinished replicas have behind them
};

struct SweepResult {
    Scenario scenario;  ///< as it was played
    std::vector<SweepColumn> columns;
    std::vector<Replica> replicas;  ///< that finished; by seed in the plan's order, then by setting
    std::size_t planned = 0;

    /// The figures of a column over the replicas of a setting.
    [[nodiscard]] Summary summary(std::size_t setting, std::size_t column) const;
};

/// Plays all replicas on `jobs` threads (at least one), a simulation each; the replicas are the same however
/// many threads there are. Goes through all settings with the first seed, then with the next, so that a study
/// that is stopped has something of every setting: what finished until then is the result. `report` is called
/// from these threads, one at a time, after every two hundredth of a replica. Errors: no such scenario, more
/// than kMostReplicas, and the first setting that cannot run.
Result<SweepResult> runSweep(const SweepPlan& plan, unsigned jobs, const std::stop_token& stop,
                             const std::function<void(const SweepProgress&)>& report);

}  // namespace sluice
