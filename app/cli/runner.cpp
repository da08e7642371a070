#include "app/cli/runner.h"

#include <fmt/format.h>

#include <algorithm>

#include "app/cli/progressline.h"
#include "app/cli/runsink.h"
#include "core/record/recorder.h"

namespace sluice::cli {
namespace {

double shareOf(const Progress& progress, TraceTime end) {
    return end.count() > 0 ? std::min(1.0, seconds(progress.now) / seconds(end)) : 1.0;
}

std::string progressText(const Progress& progress, std::uint64_t messages, double elapsed) {
    return fmt::format("{} simulated, {} events/s, {} messages", describeDuration(progress.now),
                       shortCount(static_cast<double>(progress.events) / elapsed),
                       shortCount(static_cast<double>(messages)));
}

}  // namespace

bool FinishedRun::met() const {
    return std::all_of(judgements.begin(), judgements.end(), [](const Judgement& j) { return j.met; });
}

FinishedRun finishedRun(const RunSink& sink, const Simulation& simulation) {
    FinishedRun run;
    run.scenario = simulation.scenario();
    run.seed = simulation.seed();
    run.outcome = sink.outcome();
    run.judgements = judge(run.outcome, run.scenario.expectations);
    run.fingerprint = simulation.fingerprint();
    run.alerts = sink.alerts();
    run.table = simulation.table();
    return run;
}

Result<FinishedRun> play(const Diagram& diagram, const RunOptions& options, const std::string& record) {
    auto simulation = Simulation::create(diagram, options);
    if (!simulation)
        return simulation.error();
    const TraceTime end = simulation->end();
    const TraceTime step = std::max<TraceTime>(end / 200, std::chrono::milliseconds(1));
    std::unique_ptr<Recorder> recorder;
    if (!record.empty()) {
        auto made = Recorder::create(record, RecordingHeader{diagram, simulation->scenario(),
                                                             simulation->seed(), simulation->table()});
        if (!made)
            return made.error();
        recorder = std::move(*made);
    }
    RunSink sink(simulation->table(), recorder.get());
    ProgressLine line;
    Progress now;
    for (TraceTime until = step; !now.finished; until += step) {
        now = simulation->runUntil(until, sink);
        if (recorder && !recorder->status())
            return recorder->status().error();
        if (line.isDue())
            line.show(shareOf(now, end), progressText(now, sink.messages(), line.secondsSoFar()));
    }
    if (!sink.ended())
        return sink.ended().error();
    return finishedRun(sink, *simulation);
}

std::string fingerprintText(std::uint64_t fingerprint) {
    return fmt::format("{:016x}", fingerprint);
}

}  // namespace sluice::cli
