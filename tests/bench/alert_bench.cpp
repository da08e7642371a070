#include <benchmark/benchmark.h>
#include <fmt/format.h>

#include <algorithm>
#include <ctime>
#include <limits>

#include "core/alerts/alertrules.h"
#include "core/diagram/file.h"
#include "core/engine/simulation.h"

// What alert rules cost: a run with them beside the same run without, in turn, nothing kept of either. What
// is printed is by how many percent the run's CPU time grows.
namespace sluice::bench {
namespace {

double cpuSeconds() {
    timespec time{};
    clock_gettime(CLOCK_PROCESS_CPUTIME_ID, &time);
    return static_cast<double>(time.tv_sec) + static_cast<double>(time.tv_nsec) * 1e-9;
}

class Nowhere : public TraceSink {
public:
    void accept(std::span<const TraceEvent> events, TraceTime) override {
        for (const TraceEvent& event : events)
            alerts += isAlert(event.kind) ? 1 : 0;
    }
    void finish(const Result<void>&) override {}
    std::uint64_t alerts = 0;
};

struct Played {
    double seconds = 0;
    std::uint64_t events = 0;
    std::uint64_t alerts = 0;
    std::uint64_t fingerprint = 0;
};

Result<Played> played(const Diagram& diagram) {
    RunOptions options;
    options.until = std::chrono::seconds(10'000);
    auto simulation = Simulation::create(diagram, options);
    if (!simulation)
        return simulation.error();
    Nowhere sink;
    const double before = cpuSeconds();
    const Progress progress = simulation->runUntil(TraceTime::max(), sink);
    return Played{cpuSeconds() - before, progress.events, sink.alerts, simulation->fingerprint()};
}

void rules(benchmark::State& state, const std::vector<const char*>& texts) {
    auto loaded =
        loadDiagram(fmt::format("{}/resources/examples/benchmarks/broker.sluice", SLUICE_SOURCE_DIR));
    if (!loaded)
        return state.SkipWithError(loaded.error().text().c_str());
    std::vector<AlertRule> made;
    for (const char* const text : texts) {
        auto rule = parseAlertRule(text);
        if (!rule)
            return state.SkipWithError(rule.error().text().c_str());
        if (const auto fits = checkAlertRule(*rule, loaded->diagram); !fits)
            return state.SkipWithError(fits.error().text().c_str());
        made.push_back(std::move(*rule));
    }
    const Diagram without = loaded->diagram;
    addAlertRules(loaded->diagram, made);
    double bare = std::numeric_limits<double>::max();
    double asked = bare;
    Played last;
    for ([[maybe_unused]] auto _ : state) {
        const auto plain = played(without);
        const auto withRules = played(loaded->diagram);
        if (!plain || !withRules)
            return state.SkipWithError("the run did not begin");
        if (plain->fingerprint != withRules->fingerprint)
            return state.SkipWithError("rules changed the run");
        bare = std::min(bare, plain->seconds);
        asked = std::min(asked, withRules->seconds);
        last = *withRules;
    }
    state.counters["percent"] = (asked / bare - 1) * 100;
    state.counters["ns/event"] = (asked - bare) * 1e9 / static_cast<double>(last.events);
    state.counters["alerts"] = static_cast<double>(last.alerts);
}

BENCHMARK_CAPTURE(rules, two_about_one_queue,
                  {"queue:queue-1 depth > 100 for 30s, clear < 50", "queue:queue-1 no consumer for 10s"})
    ->Unit(benchmark::kMillisecond)
    ->Iterations(5);
BENCHMARK_CAPTURE(rules, two_about_all_queues,
                  {"queue:* depth > 100 for 30s, clear < 50", "queue:* dead-letters > 0 in 10min"})
    ->Unit(benchmark::kMillisecond)
    ->Iterations(5);
BENCHMARK_CAPTURE(rules, two_about_everything,
                  {"* in-rate > 100 for 1min", "queue:* depth rises by 500 in 5min"})
    ->Unit(benchmark::kMillisecond)
    ->Iterations(5);
BENCHMARK_CAPTURE(rules, two_about_lag, {"service:* lag > 10000 for 30s", "topic:orders lag > 30s for 1min"})
    ->Unit(benchmark::kMillisecond)
    ->Iterations(5);

}  // namespace
}  // namespace sluice::bench

BENCHMARK_MAIN();
