#include <benchmark/benchmark.h>
#include <fmt/format.h>

#include <algorithm>
#include <ctime>
#include <limits>

#include "core/alerts/alertevaluator.h"
#include "core/alerts/alertingsink.h"
#include "core/alerts/alertrules.h"
#include "core/diagram/file.h"
#include "core/engine/simulation.h"
#include "core/live/founddrawing.h"
#include "core/live/watchtable.h"

// What alert rules cost: a run with them beside the same run without, in turn, nothing kept of either. What
// is printed is by how many percent the run's CPU time grows. And what they cost where 10,000 queues of a
// live broker are reported on: a round of gauges of all of them, by how many rules there are and how many
// queues each is about; "begin_ms" is until the rules can be asked, "change_ms" until another one is.
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

constexpr int kQueues = 10'000;
constexpr int kRounds = 20;

Diagram manyQueues(int count) {
    FoundDrawing drawing("Many");
    for (int i = 0; i < count; ++i) {
        const std::string team = fmt::format("team{}", i % 20);
        drawing.link(LinkKind::Bind, drawing.element(ElementKind::Exchange, team),
                     drawing.element(ElementKind::Queue, fmt::format("{}.queue-{}", team, i)));
    }
    return drawing.take();
}

/// Ready, unacknowledged and consumers of each queue, a little different every round.
std::vector<TraceEvent> roundOf(const EntityTable& table, int round) {
    std::vector<TraceEvent> events;
    const TraceTime at = std::chrono::seconds(round);
    if (round == 0)
        events.push_back({.at = at, .kind = EventKind::ConnectionMade});
    for (EntityId id = 0; id < table.entities.size(); ++id) {
        if (table.entities[id].isLink || table.entities[id].elementKind != ElementKind::Queue)
            continue;
        for (const Gauge gauge : {Gauge::Ready, Gauge::Unacknowledged, Gauge::Consumers})
            events.push_back({.at = at,
                              .value = (static_cast<std::int64_t>(id) * 7 + round) % 100,
                              .subject = id,
                              .detail = static_cast<std::uint16_t>(gauge),
                              .kind = EventKind::Observed});
    }
    return events;
}

/// `state.range(0)` rules of kRounds rounds; each about one queue, or all of them about all.
void live(benchmark::State& state, bool aboutAll) {
    Diagram diagram = manyQueues(kQueues);
    std::vector<AlertRule> made;
    for (int i = 0; i < state.range(0); ++i) {
        const auto rule = parseAlertRule(
            aboutAll ? fmt::format("queue:* depth > {} for 30s", 100 + i)
                     : fmt::format("queue:team{}.queue-{} depth > 1000 for 30s, clear < 500", i % 20, i));
        if (!rule)
            return state.SkipWithError(rule.error().text().c_str());
        made.push_back(*rule);
    }
    addAlertRules(diagram, made);
    const std::shared_ptr<const EntityTable> table = watchTable(diagram);
    std::vector<std::vector<TraceEvent>> rounds;
    for (int round = 0; round < kRounds; ++round)
        rounds.push_back(roundOf(*table, round));
    double begin = std::numeric_limits<double>::max();
    double change = begin;
    double each = begin;
    for ([[maybe_unused]] auto _ : state) {
        const double start = cpuSeconds();
        AlertEvaluator evaluator(table, activeRules(diagram), true);
        begin = std::min(begin, cpuSeconds() - start);
        Nowhere sink;
        AlertingSink alerting(evaluator, sink);
        for (const auto& round : rounds) {
            const double before = cpuSeconds();
            alerting.accept(round, round.back().at);
            each = std::min(each, cpuSeconds() - before);
        }
        std::vector<TraceEvent> said;
        std::vector<ActiveAlertRule> others = activeRules(diagram);
        if (!others.empty())
            others.pop_back();
        const double before = cpuSeconds();
        evaluator.setRules(others, said);
        change = std::min(change, cpuSeconds() - before);
    }
    state.counters["begin_ms"] = begin * 1e3;
    state.counters["round_ms"] = each * 1e3;
    state.counters["ns/event"] = each * 1e9 / static_cast<double>(rounds.back().size());
    state.counters["change_ms"] = change * 1e3;
}

BENCHMARK_CAPTURE(live, about_one_queue_each, false)
    ->Arg(0)
    ->Arg(1)
    ->Arg(10)
    ->Arg(100)
    ->Unit(benchmark::kMillisecond)
    ->Iterations(5);
BENCHMARK_CAPTURE(live, about_all_queues, true)
    ->Arg(1)
    ->Arg(10)
    ->Arg(100)
    ->Unit(benchmark::kMillisecond)
    ->Iterations(3);
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
