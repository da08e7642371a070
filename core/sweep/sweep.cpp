#include "core/sweep/sweep.h"

#include <fmt/format.h>

#include <algorithm>
#include <atomic>
#include <mutex>
#include <thread>

#include "core/engine/simulation.h"
#include "core/sweep/values.h"

namespace sluice {
namespace {

/// "queue.orders.prefetch=5, users.instances=2"
std::string settingText(const SweepPlan& plan, std::size_t setting) {
    std::string text;
    const std::vector<std::size_t> values = plan.valuesIn(setting);
    for (std::size_t i = 0; i < values.size(); ++i)
        text += fmt::format("{}{}={}", i == 0 ? "" : ", ", plan.variations[i].name,
                            valueText(plan.variations[i].values[values[i]]));
    return text;
}

/// What several threads share while they play.
class Study {
public:
    Study(const SweepPlan& plan, std::stop_token stop,
          const std::function<void(const SweepProgress&)>& report)
        : m_plan(plan), m_settings(plan.settings()), m_stop(std::move(stop)), m_report(report) {
        m_replicas.resize(m_settings * plan.seeds.size());
    }

    /// Takes one replica after the other until none is left; of every thread.
    void work() {
        while (!m_stop.stop_requested() && !m_failed) {
            const std::size_t index = m_next++;
            if (index >= m_replicas.size())
                return;
            play(index);
        }
    }

    [[nodiscard]] Result<SweepResult> result();

private:
    void play(std::size_t index);
    void finish(std::size_t index, Replica replica, std::vector<SweepColumn> columns,
                const Scenario& scenario);
    void advance(double share, bool finished);
    void fail(std::size_t setting, const Error& error);

    const SweepPlan& m_plan;
    std::size_t m_settings;
    std::stop_token m_stop;
    const std::function<void(const SweepProgress&)>& m_report;
    std::atomic<std::size_t> m_next = 0;
    std::atomic<bool> m_failed = false;

    std::mutex m_mutex;  ///< guards what follows
    std::vector<std::optional<Replica>> m_replicas;
    std::vector<SweepColumn> m_columns;
    Scenario m_scenario;
    std::optional<Error> m_error;
    std::size_t m_finished = 0;
    double m_share = 0;  ///< in replicas
};

void Study::play(std::size_t index) {
    const std::size_t setting = index % m_settings;
    RunOptions options;
    options.scenario = m_plan.scenario;
    options.until = m_plan.until;
    options.seed = m_plan.seeds[index / m_settings];
    auto simulation = Simulation::create(m_plan.diagramIn(setting), options);
    if (!simulation)
        return fail(setting, simulation.error());
    const TraceTime end = simulation->end();
    const TraceTime step = std::max<TraceTime>(end / 200, std::chrono::milliseconds(1));
    OutcomeCollector collector(simulation->table());
    Progress now;
    double share = 0;
    for (TraceTime until = step; !now.finished; until += step) {
        now = simulation->runUntil(until, collector, m_stop);
        if (m_stop.stop_requested() && !now.finished)
            return;
        const double reached = end > TraceTime::zero() ? std::min(1.0, seconds(now.now) / seconds(end)) : 1.0;
        advance(reached - share, false);
        share = reached;
    }
    const Scenario& scenario = simulation->scenario();
    const Outcome outcome = collector.outcome();
    finish(index,
           Replica{setting, simulation->seed(), outcome.events, simulation->fingerprint(),
                   valuesOf(outcome, scenario, judge(outcome, scenario.expectations))},
           columnsOf(outcome, scenario), scenario);
    advance(1 - share, true);
}

void Study::finish(std::size_t index, Replica replica, std::vector<SweepColumn> columns,
                   const Scenario& scenario) {
    const std::scoped_lock lock(m_mutex);
    m_replicas[index] = std::move(replica);
    if (m_columns.empty()) {
        m_columns = std::move(columns);
        m_scenario = scenario;
    }
}

void Study::advance(double share, bool finished) {
    const std::scoped_lock lock(m_mutex);
    m_share += share;
    m_finished += finished ? 1 : 0;
    if (m_report)
        m_report({m_finished, m_replicas.size(), m_share / static_cast<double>(m_replicas.size())});
}

void Study::fail(std::size_t setting, const Error& error) {
    const std::scoped_lock lock(m_mutex);
    m_failed = true;
    if (!m_error)
        m_error = Error{error.code,
                        m_plan.variations.empty()
                            ? error.sentence
                            : fmt::format("with {}: {}", settingText(m_plan, setting), error.sentence),
                        error.where};
}

Result<SweepResult> Study::result() {
    if (m_error)
        return *m_error;
    SweepResult result;
    result.planned = m_replicas.size();
    result.scenario = std::move(m_scenario);
    result.columns = std::move(m_columns);
    for (std::optional<Replica>& replica : m_replicas) {
        if (replica)
            result.replicas.push_back(*std::move(replica));
    }
    return result;
}

/// Every setting compiles; told before anything is played for minutes.
Result<void> checkSettings(const SweepPlan& plan, const std::stop_token& stop) {
    for (std::size_t setting = 0; setting < plan.settings() && !stop.stop_requested(); ++setting) {
        RunOptions options;
        options.scenario = plan.scenario;
        const auto simulation = Simulation::create(plan.diagramIn(setting), options);
        if (simulation)
            continue;
        const Error& error = simulation.error();
        // What is wrong with the drawing as it stands is no matter of the setting.
        if (plan.variations.empty() || !Simulation::create(plan.diagram, options))
            return error;
        return Error{error.code, fmt::format("with {}: {}", settingText(plan, setting), error.sentence),
                     error.where};
    }
    return {};
}

}  // namespace

std::size_t SweepPlan::settings() const {
    std::size_t count = 1;
    for (const Variation& variation : variations) {
        // Saturates: runSweep refuses what is far less.
        if (count > kMostReplicas)
            return count;
        count *= variation.values.size();
    }
    return count;
}

std::vector<std::size_t> SweepPlan::valuesIn(std::size_t setting) const {
    std::vector<std::size_t> values(variations.size());
    for (std::size_t i = variations.size(); i-- > 0;) {
        values[i] = setting % variations[i].values.size();
        setting /= variations[i].values.size();
    }
    return values;
}

Diagram SweepPlan::diagramIn(std::size_t setting) const {
    Diagram changed = diagram;
    const std::vector<std::size_t> values = valuesIn(setting);
    for (std::size_t i = 0; i < variations.size(); ++i)
        apply(variations[i], values[i], changed);
    return changed;
}

Summary SweepResult::summary(std::size_t setting, std::size_t column) const {
    std::vector<double> values;
    for (const Replica& replica : replicas) {
        if (replica.setting == setting)
            values.push_back(replica.values[column]);
    }
    return summarise(values);
}

Result<SweepResult> runSweep(const SweepPlan& plan, unsigned jobs, const std::stop_token& stop,
                             const std::function<void(const SweepProgress&)>& report) {
    if (plan.settings() > kMostReplicas / std::max<std::size_t>(plan.seeds.size(), 1))
        return Error{ErrorCode::InvalidInput,
                     fmt::format("more than {} replicas: vary less, or use fewer seeds", kMostReplicas),
                     {}};
    if (auto usable = checkSettings(plan, stop); !usable)
        return usable.error();
    Study study(plan, stop, report);
    {
        std::vector<std::jthread> threads;
        for (unsigned i = 1; i < jobs; ++i)
            threads.emplace_back([&study] { study.work(); });
        study.work();
    }
    return study.result();
}

}  // namespace sluice
