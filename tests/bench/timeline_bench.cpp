// The timeline over a recording of the broker scenario, 10 million events or SLUICE_RECORD_EVENTS, 1,200
// pixels wide: what a frame costs at every zoom, beside a frame of a recording of a hundred times fewer
// events. A frame's cost is to follow its pixels: the ratios are to stay near 1. CPU time of the window's
// thread. Without a display it runs with QT_QPA_PLATFORM=offscreen.
#include <benchmark/benchmark.h>
#include <time.h>
#include <unistd.h>

#include <QApplication>
#include <QElapsedTimer>
#include <algorithm>
#include <cstdlib>
#include <random>

#include "core/diagram/file.h"
#include "core/engine/simulation.h"
#include "core/record/recorder.h"
#include "core/record/recording.h"
#include "widgets/theme/theme.h"
#include "widgets/timeline/timeline.h"

using namespace sluice;

namespace {

constexpr QSize kSize{1200, 170};

double cpuSeconds(clockid_t clock = CLOCK_THREAD_CPUTIME_ID) {
    timespec time{};
    clock_gettime(clock, &time);
    return static_cast<double>(time.tv_sec) + static_cast<double>(time.tv_nsec) * 1e-9;
}

std::uint64_t wantedEvents() {
    const char* const set = std::getenv("SLUICE_RECORD_EVENTS");
    return set ? std::strtoull(set, nullptr, 10) : 10'000'000;
}

/// A timeline of a run of about that many events, which a file holds that goes with the process.
struct Shown {
    explicit Shown(std::uint64_t events)
        : path("/tmp/sluice-bench-timeline-" + std::to_string(::getpid()) + "-" + std::to_string(events) +
               ".sluicerec") {
        const auto loaded = loadDiagram(SLUICE_SOURCE_DIR "/resources/examples/benchmarks/broker.sluice");
        RunOptions options;
        constexpr std::uint64_t kEventsASecond = 1152;
        options.until = std::chrono::seconds(events / kEventsASecond + 1);
        auto simulation = Simulation::create(loaded->diagram, options);
        {
            auto recorder = Recorder::create(path, RecordingHeader{loaded->diagram, simulation->scenario(),
                                                                   simulation->seed(), simulation->table()});
            simulation->runUntil(TraceTime::max(), **recorder);
        }
        store = openRecording(path)->store;
        timeline.resize(kSize);
        timeline.setStore(store);
        index = std::make_shared<TimelineIndex>(store);
        timeline.setIndex(index);
        timeline.setEnd(store->horizon());
        timeline.show();
        const double before = cpuSeconds(CLOCK_PROCESS_CPUTIME_ID);
        index->follow();
        while (!index->isComplete())
            QCoreApplication::processEvents(QEventLoop::WaitForMoreEvents, 10);
        indexing = cpuSeconds(CLOCK_PROCESS_CPUTIME_ID) - before;
    }
    ~Shown() { ::unlink(path.c_str()); }

    std::string path;
    std::shared_ptr<TraceStore> store;
    std::shared_ptr<TimelineIndex> index;
    Timeline timeline{theme(ThemeName::Dark)};
    double indexing = 0;
};

Shown& large() {
    static Shown one(wantedEvents());
    return one;
}
Shown& small() {
    static Shown one(wantedEvents() / 100);
    return one;
}

/// Seconds that each of some frames takes, each of another part of that share of the run.
std::vector<double> frames(Shown& shown, double share, int count) {
    std::mt19937_64 random(7);
    QPixmap into(kSize);
    std::vector<double> spent;
    const auto all = static_cast<double>(shown.store->horizon().count());
    for (int i = 0; i < count; ++i) {
        const double width = all * share;
        const double from = (all - width) * std::uniform_real_distribution<>(0, 1)(random);
        const double before = cpuSeconds();
        shown.timeline.showRange(TraceTime(static_cast<std::int64_t>(from)),
                                 TraceTime(static_cast<std::int64_t>(from + width)));
        shown.timeline.render(&into);
        spent.push_back(cpuSeconds() - before);
    }
    std::sort(spent.begin(), spent.end());
    return spent;
}

/// The argument: which part of the run is in sight, 10^-n of it.
void pan(benchmark::State& state) {
    const double share = std::pow(10.0, -static_cast<double>(state.range(0)));
    double median = 0;
    double worst = 0;
    double ratio = 0;
    for ([[maybe_unused]] auto _ : state) {
        const auto many = frames(large(), share, 200);
        const auto few = frames(small(), share, 200);
        median = many[many.size() / 2];
        worst = many[many.size() * 99 / 100];
        ratio = median / few[few.size() / 2];
    }
    state.counters["Mevents"] = static_cast<double>(large().store->size()) / 1e6;
    state.counters["frame_ms"] = median * 1e3;
    state.counters["p99_ms"] = worst * 1e3;
    state.counters["to_100th"] = ratio;
}
BENCHMARK(pan)->DenseRange(0, 8)->Iterations(1)->Unit(benchmark::kMillisecond);

/// The playhead moves and nothing else: every frame of playing.
void playhead(benchmark::State& state) {
    Shown& shown = large();
    shown.timeline.showAll();
    QPixmap into(kSize);
    shown.timeline.render(&into);
    const double before = cpuSeconds();
    std::int64_t at = 0;
    for ([[maybe_unused]] auto _ : state) {
        shown.timeline.setPlayhead(TraceTime(at += shown.store->horizon().count() / 100'000));
        shown.timeline.render(&into);
    }
    state.counters["frame_ms"] = (cpuSeconds() - before) * 1e3 / static_cast<double>(state.iterations());
}
BENCHMARK(playhead)->Iterations(500)->Unit(benchmark::kMillisecond);

/// What it takes to know the whole run: beside reading its events with nothing done.
void index(benchmark::State& state) {
    Shown& shown = large();
    double reading = 0;
    for ([[maybe_unused]] auto _ : state) {
        const double before = cpuSeconds();
        shown.store->visit(0, shown.store->size(), [](Sequence, const TraceEvent& event) {
            benchmark::DoNotOptimize(event.at);
            return true;
        });
        reading = cpuSeconds() - before;
    }
    const auto events = static_cast<double>(shown.store->size());
    state.counters["index_ns/event"] = shown.indexing * 1e9 / events;
    state.counters["read_ns/event"] = reading * 1e9 / events;
    state.counters["index/read"] = shown.indexing / reading;
}
BENCHMARK(index)->Iterations(1)->Unit(benchmark::kMillisecond);

}  // namespace

int main(int argc, char** argv) {
    if (qEnvironmentVariableIsEmpty("DISPLAY") && qEnvironmentVariableIsEmpty("QT_QPA_PLATFORM"))
        qputenv("QT_QPA_PLATFORM", "offscreen");
    QApplication app(argc, argv);
    benchmark::Initialize(&argc, argv);
    benchmark::RunSpecifiedBenchmarks();
    return 0;
}
