#include "core/engine/simulation.h"

#include "core/alerts/alertingsink.h"
#include "core/engine/engine.h"

namespace sluice {

struct Simulation::Private {
    Private(std::shared_ptr<const Topology> t, const std::vector<ActiveAlertRule>& rules,
            std::shared_ptr<OutsideBroker> outside)
        : topology(std::move(t)), engine(topology, std::move(outside)), alerts(topology->table, rules) {}

    std::shared_ptr<const Topology> topology;
    Engine engine;
    AlertEvaluator alerts;
    bool told = false;  ///< the sink was told of the end
};

Simulation::Simulation(std::unique_ptr<Private> p) : d(std::move(p)) {}
Simulation::Simulation(Simulation&&) noexcept = default;
Simulation& Simulation::operator=(Simulation&&) noexcept = default;
Simulation::~Simulation() = default;

Result<Simulation> Simulation::create(const Diagram& diagram, const RunOptions& options,
                                      std::shared_ptr<OutsideBroker> outside) {
    auto topology = Topology::compile(diagram, options);
    if (!topology)
        return topology.error();
    return Simulation(std::make_unique<Private>(std::make_shared<const Topology>(std::move(*topology)),
                                                activeRules(diagram), std::move(outside)));
}

void Simulation::tell(const OutsideNews& news) {
    d->engine.tell(news);
}

std::shared_ptr<const EntityTable> Simulation::table() const {
    return d->topology->table;
}
const Scenario& Simulation::scenario() const {
    return d->topology->scenario;
}
std::uint64_t Simulation::seed() const {
    return d->topology->seed;
}
TraceTime Simulation::end() const {
    return d->topology->end;
}
std::uint64_t Simulation::fingerprint() const {
    return d->engine.fingerprint();
}

Progress Simulation::runUntil(TraceTime time, TraceSink& sink, const std::stop_token& stop) {
    // What is in flight when the workload ends may finish; what would never end (a retry without a limit, a
    // message that nobody takes) is cut off after as long again.
    const auto twice = [](TraceTime of) {
        return of.count() > TraceTime::max().count() / 2 ? TraceTime::max() : of * 2;
    };
    TraceTime last = twice(d->topology->end);
    // What somebody does by hand after the workload's end is played too, and as long again what follows.
    for (const ActionPlan& action : d->topology->actions) {
        if (action.byHand && action.action.at > d->topology->end)
            last = std::max(last, twice(action.action.at));
    }
    AlertingSink alerting(d->alerts, sink);
    TraceSink& first = d->alerts.isIdle() ? sink : static_cast<TraceSink&>(alerting);
    Progress progress = d->engine.runUntil(std::min(time, last), &first, stop);
    progress.finished = progress.finished || progress.now >= last;
    if (stop.stop_requested() && !d->told) {
        d->told = true;
        sink.finish(Error{ErrorCode::Cancelled, "the run was stopped", {}});
    } else if (d->engine.failure() && !d->told) {
        d->told = true;
        sink.finish(*d->engine.failure());
    } else if (progress.finished && !d->told) {
        d->told = true;
        sink.finish({});
    }
    return progress;
}

}  // namespace sluice
