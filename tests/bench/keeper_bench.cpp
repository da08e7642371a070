// The incident recorder where 10,000 queues are reported on every second, each time with other depths: what
// the trace takes of memory as it grows, and what keeping its last ten minutes takes on top, however long it
// is. "grown_MB" is by how much the program has grown, "peak_MB" by how much at most while it wrote.
#include <benchmark/benchmark.h>
#include <fmt/format.h>
#include <unistd.h>

#include <atomic>
#include <chrono>
#include <filesystem>
#include <fstream>
#include <thread>

#include "core/live/founddrawing.h"
#include "core/live/watchtable.h"
#include "core/record/lastminutes.h"
#include "core/record/recordingwriter.h"

namespace sluice::bench {
namespace {

constexpr int kQueues = 10'000;
constexpr std::size_t kInMemory = std::size_t{48} << 20U;  // as LiveSource has it

double megabytes() {
    std::ifstream status("/proc/self/statm");
    double total = 0;
    double resident = 0;
    status >> total >> resident;
    return resident * static_cast<double>(::sysconf(_SC_PAGESIZE)) / 1e6;
}

/// How large the program is at most meanwhile.
class Peak {
public:
    Peak()
        : m_thread([this](const std::stop_token& stop) {
              while (!stop.stop_requested()) {
                  m_most = std::max(m_most.load(), megabytes());
                  std::this_thread::sleep_for(std::chrono::milliseconds(2));
              }
          }) {}
    double end() {
        m_thread.request_stop();
        m_thread.join();
        return m_most;
    }

private:
    std::atomic<double> m_most = 0;
    std::jthread m_thread;
};

void keepTenMinutes(benchmark::State& state) {
    FoundDrawing drawing("Many");
    for (int i = 0; i < kQueues; ++i)
        drawing.element(ElementKind::Queue, fmt::format("team{}.queue-{}", i % 20, i));
    const Diagram diagram = drawing.take();
    const auto table = watchTable(diagram);
    const double before = megabytes();
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
    const double grown = megabytes() - before;
    const std::string path =
        (std::filesystem::temp_directory_path() / fmt::format("sluice-kept-{}.sluicerec", ::getpid()))
            .string();
    double peak = 0;
    for ([[maybe_unused]] auto _ : state) {
        Peak watched;
        const TraceTime to = store.horizon();
        const TraceTime from = beginningWithin(
            store, std::max(TraceTime::zero(), TraceTime(to - std::chrono::minutes(10))), to, 256U << 20U);
        const auto part = lastMinutes(store, from, to, {});
        const RecordingHeader header{diagram, {}, 0, table};
        if (const auto saved = saveRecording(path, header, *part, {}); !saved)
            state.SkipWithError(saved.error().text().c_str());
        peak = watched.end() - before - grown;
    }
    state.counters["grown_MB"] = grown;
    state.counters["peak_MB"] = peak;
    state.counters["file_MB"] = static_cast<double>(std::filesystem::file_size(path)) / 1e6;
    state.counters["events"] = static_cast<double>(store.size());
    std::filesystem::remove(path);
}

BENCHMARK(keepTenMinutes)->Arg(5)->Arg(20)->Arg(60)->Unit(benchmark::kMillisecond)->Iterations(1);

}  // namespace
}  // namespace sluice::bench

BENCHMARK_MAIN();
