// The incident recorder where 10,000 queues are reported on every second, each time with other depths: what
// the trace takes of memory as it grows, and what keeping its last ten minutes takes on top, however long it
// is. "grown_MB" is by how much the program has grown, "peak_MB" by how much at most while it wrote.
#include <benchmark/benchmark.h>
#include <fmt/format.h>
#include <unistd.h>

#include <chrono>
#include <filesystem>

#include "core/live/founddrawing.h"
#include "core/live/watchtable.h"
#include "core/record/lastminutes.h"
#include "core/record/recordingwriter.h"
#include "tests/plugins/peakmemory.h"

namespace sluice::bench {
namespace {

constexpr int kQueues = 10'000;
constexpr std::size_t kInMemory = std::size_t{48} << 20U;  // as LiveSource has it

double megabytes(std::size_t bytes) {
    return static_cast<double>(bytes) / 1e6;
}

void keepTenMinutes(benchmark::State& state) {
    FoundDrawing drawing("Many");
    for (int i = 0; i < kQueues; ++i)
        drawing.element(ElementKind::Queue, fmt::format("team{}.queue-{}", i % 20, i));
    const Diagram diagram = drawing.take();
    const auto table = watchTable(diagram);
    const std::size_t before = startOfPeak();
    TraceStore store(table, kInMemory);
    const auto minutes = static_cast<int>(state.range(0));
    std::vector<TraceEvent> round;
    for (int second = 0; second < minutes * 60; ++second) {
        round.clear();
        const TraceTime at = std::chrono::seconds(second);
        if (second == 0)
            round.push_back({.at = at, .kind = EventKind::ConnectionMade});
        for (EntityId queue = 0; queue < kQueues; ++queue)
            round.push_back({.at = at,
                             .value = (static_cast<std::int64_t>(queue) * 7919 + second * 31) % 5000,
                             .subject = queue,
                             .detail = static_cast<std::uint16_t>(Gauge::Ready),
                             .kind = EventKind::Observed});
        store.accept(round, at);
    }
    const std::size_t grown = startOfPeak() - before;
    const std::string path =
        (std::filesystem::temp_directory_path() / fmt::format("sluice-kept-{}.sluicerec", ::getpid()))
            .string();
    for ([[maybe_unused]] auto _ : state) {
        const TraceTime to = store.horizon();
        const TraceTime from = beginningWithin(
            store, std::max(TraceTime::zero(), TraceTime(to - std::chrono::minutes(10))), to, 256U << 20U);
        const auto part = lastMinutes(store, from, to, {});
        const RecordingHeader header{diagram, {}, 0, table};
        if (const auto saved = saveRecording(path, header, *part, {}); !saved)
            state.SkipWithError(saved.error().text().c_str());
    }
    state.counters["grown_MB"] = megabytes(grown);
    state.counters["peak_MB"] = megabytes(peak() - before - grown);
    state.counters["file_MB"] = static_cast<double>(std::filesystem::file_size(path)) / 1e6;
    state.counters["events"] = static_cast<double>(store.size());
    std::filesystem::remove(path);
}

BENCHMARK(keepTenMinutes)->Arg(5)->Arg(20)->Arg(60)->Unit(benchmark::kMillisecond)->Iterations(1);

}  // namespace
}  // namespace sluice::bench

BENCHMARK_MAIN();
