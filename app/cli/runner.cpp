#include "app/cli/runner.h"

#include <fmt/format.h>
#include <unistd.h>

#include <algorithm>
#include <chrono>
#include <cstdio>

namespace sluice::cli {
namespace {

/// How far a run is, on one line that is wiped at the end. Silent when standard error is no terminal, or for
/// runs that are over in a blink.
class ProgressBar {
public:
    explicit ProgressBar(bool wanted) : m_shown(wanted && ::isatty(STDERR_FILENO) == 1) {}
    ProgressBar(const ProgressBar&) = delete;
    ProgressBar& operator=(const ProgressBar&) = delete;
    ~ProgressBar() {
        if (m_drawn)
            fmt::print(stderr, "\r\x1b[K");
    }
    void show(const Progress& progress, TraceTime end) {
        using namespace std::chrono_literals;
        const auto now = std::chrono::steady_clock::now();
        if (!m_shown || now - m_last < 100ms)
            return;
        m_last = now;
        m_drawn = true;
        const double share = end.count() > 0 ? std::min(1.0, seconds(progress.now) / seconds(end)) : 1.0;
        const auto full = static_cast<std::size_t>(share * 30);
        fmt::print(stderr, "\r\x1b[K[{}{}] {:3.0f} %  {}, {} events", std::string(full, '#'),
                   std::string(30 - full, '.'), share * 100, describeDuration(progress.now), progress.events);
        std::fflush(stderr);
    }

private:
    bool m_shown;
    bool m_drawn = false;
    std::chrono::steady_clock::time_point m_last = std::chrono::steady_clock::now();
};

/// Hands on to the collector and keeps how the run ended.
class RunSink : public TraceSink {
public:
    explicit RunSink(std::shared_ptr<const EntityTable> table) : m_collector(std::move(table)) {}
    void accept(std::span<const TraceEvent> events, TraceTime horizon) override {
        m_collector.accept(events, horizon);
    }
    void finish(const Result<void>& outcome) override {
        m_collector.finish(outcome);
        m_ended = outcome;
    }
    [[nodiscard]] const Result<void>& ended() const { return m_ended; }
    [[nodiscard]] Outcome outcome() const { return m_collector.outcome(); }

private:
    OutcomeCollector m_collector;
    Result<void> m_ended;
};

}  // namespace

bool FinishedRun::met() const {
    return std::all_of(judgements.begin(), judgements.end(), [](const Judgement& j) { return j.met; });
}

Result<FinishedRun> play(const Diagram& diagram, const RunOptions& options, bool progress) {
    auto simulation = Simulation::create(diagram, options);
    if (!simulation)
        return simulation.error();
    const TraceTime end = simulation->end();
    const TraceTime step = std::max<TraceTime>(end / 200, std::chrono::milliseconds(1));
    RunSink sink(simulation->table());
    ProgressBar bar(progress);
    Progress now;
    for (TraceTime until = step; !now.finished; until += step) {
        now = simulation->runUntil(until, sink);
        bar.show(now, end);
    }
    if (!sink.ended())
        return sink.ended().error();
    FinishedRun run;
    run.scenario = simulation->scenario();
    run.seed = simulation->seed();
    run.outcome = sink.outcome();
    run.judgements = judge(run.outcome, run.scenario.expectations);
    run.fingerprint = simulation->fingerprint();
    return run;
}

std::string fingerprintText(std::uint64_t fingerprint) {
    return fmt::format("{:016x}", fingerprint);
}

}  // namespace sluice::cli
