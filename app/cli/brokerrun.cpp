#include "app/cli/brokerrun.h"

#include <fmt/format.h>
#include <fmt/ranges.h>

#include <QUuid>
#include <algorithm>

#include "app/brokers/loggedchanges.h"
#include "app/brokers/realrun.h"
#include "app/cli/brokersession.h"
#include "app/cli/command.h"
#include "app/cli/comparereport.h"
#include "app/cli/interrupt.h"
#include "app/cli/plural.h"
#include "app/cli/progressline.h"
#include "app/cli/report.h"
#include "app/cli/runsink.h"
#include "app/cli/texttable.h"
#include "core/record/recorder.h"

namespace sluice::cli {
namespace {

struct Played {
    FinishedRun run;
    std::unique_ptr<TraceStore> store;
};

/// The sink of a run that is also kept for the comparison.
class KeptRun : public TraceSink {
public:
    KeptRun(std::shared_ptr<const EntityTable> table, Recorder* recorder)
        : m_store(std::make_unique<TraceStore>(table)), m_sink(std::move(table), recorder) {}
    void accept(std::span<const TraceEvent> events, TraceTime horizon) override {
        m_store->accept(events, horizon);
        m_sink.accept(events, horizon);
    }
    void finish(const Result<void>& outcome) override {
        m_store->finish(outcome);
        m_sink.finish(outcome);
    }
    [[nodiscard]] const RunSink& sink() const { return m_sink; }
    [[nodiscard]] const TraceStore& store() const { return *m_store; }
    Played played(const Simulation& simulation) {
        return {finishedRun(m_sink, simulation), std::move(m_store)};
    }

private:
    std::unique_ptr<TraceStore> m_store;
    RunSink m_sink;
};

Result<Played> inProgram(const Diagram& drawing, const RunOptions& options) {
    auto simulation = Simulation::create(drawing, options);
    if (!simulation)
        return simulation.error();
    KeptRun kept(simulation->table(), nullptr);
    simulation->runUntil(TraceTime::max(), kept);
    if (!kept.sink().ended())
        return kept.sink().ended().error();
    return kept.played(*simulation);
}

void printPlan(const RealRun& run) {
    TextTable table({{"", false}, {"what", false}});
    for (const BrokerStep& step : run.steps())
        table.add({actOf(step), nameOf(step)});
    fmt::print("{}", table.text());
    for (const std::string& note : run.notes())
        fmt::print("  note  {}\n", note);
    fmt::print(
        "{}. Nothing was done; add --send to make this, play the scenario with it, and take it away again.\n",
        plural(run.steps().size(), "step"));
}

Json planJson(const RealRun& run) {
    Json steps = Json::array();
    for (const BrokerStep& step : run.steps())
        steps.push_back({{"act", actOf(step)}, {"name", nameOf(step)}, {"settings", step.settings.all()}});
    return {{"dryRun", true}, {"steps", steps}, {"notes", run.notes()}};
}

std::string leftText(const RealRun::Held& held) {
    return held.found < 0 ? "unknown" : fmt::format("{}", held.found);
}

void print(const Diagram& drawing, const Played& real, const Comparison& comparison,
           const std::vector<RealRun::Held>& held, const RealRun& run, const Played& program) {
    fmt::print("{}", describe(drawing, real.run));
    fmt::print("\nBeside the same run in the program (left; right: on the broker):\n");
    fmt::print("{}", describe(comparison, program.store->table(), real.store->table()));
    TextTable table(
        {{"held in the end", false}, {"by the trace", true}, {"on the broker", true}, {"", false}});
    for (const RealRun::Held& one : held)
        table.add({one.element, fmt::format("{}", one.told), leftText(one),
                   one.found < 0           ? ""
                   : one.told == one.found ? "the same"
                                           : "DIFFERENT"});
    fmt::print("\n{}", table.text());
    for (const std::string& note : run.notes())
        fmt::print("  note  {}\n", note);
}

Json jsonOf(const Diagram& drawing, const Played& real, const Comparison& comparison,
            const std::vector<RealRun::Held>& held, const RealRun& run, const Played& program) {
    Json json = toJson(drawing, real.run);
    json["besideProgram"] = toJson(comparison, program.store->table(), real.store->table());
    Json ends = Json::array();
    for (const RealRun::Held& one : held)
        ends.push_back({{"element", one.element},
                        {"trace", one.told},
                        {"broker", one.found < 0 ? Json() : Json(one.found)}});
    json["heldInTheEnd"] = ends;
    json["notes"] = run.notes();
    return json;
}

}  // namespace

int runOnBrokers(const Arguments& arguments, const Diagram& diagram, const RunOptions& options) {
    const std::string& file = arguments.files.front();
    const bool sends = arguments.has("--send");
    const Interrupt interrupt;
    BrokerSession session;
    RealRun::Wish wish;
    wish.drawing = std::make_shared<const Diagram>(diagram);
    wish.options = options;
    wish.prefix =
        QStringLiteral("sluice-run-%1.").arg(QUuid::createUuid().toString(QUuid::WithoutBraces).left(4));
    wish.keeps = arguments.has("--keep");
    for (const std::string& address : arguments.values("--on")) {
        auto place = session.place(address, sends);
        if (!place)
            return complain(place.error());
        wish.places.push_back(std::move(*place));
    }
    auto created = RealRun::create(std::move(wish), [&](auto changes, const RealRun::Place& place) {
        return session.logged(std::move(changes), place.name.toStdString());
    });
    if (!created)
        return complain(file, created.error());
    RealRun& run = **created;
    if (!sends) {
        if (arguments.has("--json"))
            fmt::print("{}\n", planJson(run).dump(2, ' ', false, Json::error_handler_t::replace));
        else
            printPlan(run);
        return kWell;
    }
    const auto takeAway = [&] {
        if (const Result<void> gone = run.tearDown(); !gone)
            complain(gone.error());
    };
    if (const Result<void> made = run.setUp(); !made) {
        takeAway();
        return complain(made.error());
    }
    std::unique_ptr<Recorder> recorder;
    if (!arguments.value("--record").empty()) {
        auto opened = Recorder::create(arguments.value("--record"),
                                       RecordingHeader{run.drawing(), run.simulation().scenario(),
                                                       run.simulation().seed(), run.table()});
        if (!opened) {
            takeAway();
            return complain(opened.error());
        }
        recorder = std::move(*opened);
    }
    KeptRun kept(run.table(), recorder.get());
    {
        ProgressLine line;
        const TraceTime end = run.simulation().end();
        run.play(
            kept,
            [&](const Progress& progress) {
                if (line.isDue())
                    line.show(std::min(1.0, seconds(progress.now) / std::max(seconds(end), 1e-9)),
                              fmt::format("{} played, {} messages", describeDuration(progress.now),
                                          kept.sink().messages()));
            },
            interrupt.token());
    }
    if (!kept.sink().ended()) {
        takeAway();
        complain(kept.sink().ended().error());
        return interrupt.happened() ? kInterrupted : kFailed;
    }
    const Played real = kept.played(run.simulation());
    const std::vector<RealRun::Held> held = run.held(*real.store);
    takeAway();
    const auto program = inProgram(run.drawing(), options);
    if (!program)
        return complain(file, program.error());
    const auto compared = compare(*program->store, *real.store, {}, {}, interrupt.token());
    if (!compared)
        return complain(compared.error());
    if (arguments.has("--json"))
        fmt::print("{}\n", jsonOf(diagram, real, *compared, held, run, *program)
                               .dump(2, ' ', false, Json::error_handler_t::replace));
    else
        print(diagram, real, *compared, held, run, *program);
    const bool same = std::all_of(held.begin(), held.end(),
                                  [](const auto& one) { return one.found < 0 || one.told == one.found; });
    return real.run.met() && same ? kWell : kFailed;
}

}  // namespace sluice::cli
