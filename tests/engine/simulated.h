#pragma once

#include <QtTest>

#include "core/diagram/file.h"
#include "core/engine/simulation.h"
#include "core/incident/incident.h"
#include "core/metrics/outcome.h"

namespace sluice::test {

/// Keeps what a run tells.
class Keeper : public TraceSink {
public:
    void accept(std::span<const TraceEvent> batch, TraceTime until) override {
        events.insert(events.end(), batch.begin(), batch.end());
        horizon = until;
    }
    void finish(const Result<void>& result) override {
        finished = true;
        ok = result.ok();
        if (!ok)
            error = result.error().text();
    }
    [[nodiscard]] std::size_t count(EventKind kind) const {
        return static_cast<std::size_t>(std::count_if(
            events.begin(), events.end(), [kind](const TraceEvent& e) { return e.kind == kind; }));
    }
    std::vector<TraceEvent> events;
    TraceTime horizon{};
    bool finished = false;
    bool ok = false;
    std::string error;
};

/// One whole run of a drawing in the text of a .sluice file.
struct Run {
    Keeper trace;
    Outcome outcome;
    std::uint64_t fingerprint = 0;
    std::shared_ptr<const EntityTable> table;

    [[nodiscard]] const ElementOutcome& of(const char* id) const {
        const ElementOutcome* found = outcome.find(id);
        if (!found)
            qFatal("the outcome has no '%s'", id);
        return *found;
    }
};

inline Run run(const Diagram& diagram, const RunOptions& options = {}) {
    auto simulation = Simulation::create(diagram, options);
    if (!simulation)
        qFatal("%s", simulation.error().text().c_str());
    Run result;
    simulation->runUntil(TraceTime::max(), result.trace);
    result.table = simulation->table();
    OutcomeCollector collector(result.table);
    collector.accept(result.trace.events, result.trace.horizon);
    collector.finish({});
    result.outcome = collector.outcome();
    result.fingerprint = simulation->fingerprint();
    return result;
}

inline Diagram parsed(const std::string& text) {
    auto loaded = parseDiagram(text);
    if (!loaded)
        qFatal("%s", loaded.error().text().c_str());
    return std::move(loaded).value().diagram;
}

inline Run run(const std::string& text, const RunOptions& options = {}) {
    return run(parsed(text), options);
}

}  // namespace sluice::test
