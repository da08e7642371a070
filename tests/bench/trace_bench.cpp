#include <benchmark/benchmark.h>

#include "core/metrics/outcome.h"
#include "core/trace/blockcodec.h"
#include "core/trace/tracestore.h"
#include "tests/trace/sampletrace.h"

// What keeping a trace costs, beside writing the same events as 32-byte records into a vector. Every figure
// is per event; compare rows of one run, not of two machines.
namespace {

using namespace sluice;

const std::vector<TraceEvent>& events() {
    static const std::vector<TraceEvent> made = sample::trace(1'000'000, 1);
    return made;
}

void perEvent(benchmark::State& state) {
    state.SetItemsProcessed(state.iterations() * static_cast<std::int64_t>(events().size()));
    state.counters["ns/event"] = benchmark::Counter(
        static_cast<double>(state.iterations()) * static_cast<double>(events().size()) * 1e-9,
        benchmark::Counter::kIsRate | benchmark::Counter::kInvert);
}

template <class Take>
void inBatches(const Take& take) {
    constexpr std::size_t kBatch = 1024;
    const std::span<const TraceEvent> all(events());
    for (std::size_t i = 0; i < all.size(); i += kBatch)
        take(all.subspan(i, std::min(kBatch, all.size() - i)));
}

void recordsIntoAVector(benchmark::State& state) {
    for (auto _ : state) {
        std::vector<TraceEvent> vector;
        inBatches([&](std::span<const TraceEvent> batch) {
            vector.insert(vector.end(), batch.begin(), batch.end());
        });
        benchmark::DoNotOptimize(vector.data());
    }
    perEvent(state);
    state.counters["bytes/event"] = sizeof(TraceEvent);
}
BENCHMARK(recordsIntoAVector)->Unit(benchmark::kMillisecond);

void blocks(benchmark::State& state) {
    BlockEncoder encoder;
    std::size_t bytes = 0;
    for (auto _ : state) {
        bytes = 0;
        const std::span<const TraceEvent> all(events());
        for (std::size_t i = 0; i < all.size(); i += kBlockEvents)
            bytes += encoder.encode(all.subspan(i, std::min(kBlockEvents, all.size() - i))).size();
    }
    perEvent(state);
    state.counters["bytes/event"] = static_cast<double>(bytes) / static_cast<double>(events().size());
}
BENCHMARK(blocks)->Unit(benchmark::kMillisecond);

void foldState(benchmark::State& state) {
    const auto table = sample::table();
    for (auto _ : state) {
        SystemState folded = SystemState::initial(*table);
        for (const TraceEvent& event : events()) {
            folded.apply(event, *table);
            if (folded.next % 4096 == 0)
                folded.advanceTo(folded.at);
        }
        benchmark::DoNotOptimize(folded);
    }
    perEvent(state);
}
BENCHMARK(foldState)->Unit(benchmark::kMillisecond);

void appendToStore(benchmark::State& state) {
    double bytes = 0;
    for (auto _ : state) {
        TraceStore store(sample::table());
        inBatches([&](std::span<const TraceEvent> batch) { store.accept(batch, batch.back().at); });
        bytes = store.bytesPerEvent();
    }
    perEvent(state);
    state.counters["bytes/event"] = bytes;
}
BENCHMARK(appendToStore)->Unit(benchmark::kMillisecond);

void collectOutcome(benchmark::State& state) {
    for (auto _ : state) {
        OutcomeCollector collector(sample::table());
        inBatches([&](std::span<const TraceEvent> batch) { collector.accept(batch, batch.back().at); });
        benchmark::DoNotOptimize(collector.outcome().events);
    }
    perEvent(state);
}
BENCHMARK(collectOutcome)->Unit(benchmark::kMillisecond);

const TraceStore& filled() {
    static const auto store = [] {
        auto made = std::make_unique<TraceStore>(sample::table());
        inBatches([&](std::span<const TraceEvent> batch) { made->accept(batch, batch.back().at); });
        return made;
    }();
    return *store;
}

void readEverything(benchmark::State& state) {
    for (auto _ : state) {
        std::int64_t sum = 0;
        filled().visit(0, filled().size(), [&](Sequence, const TraceEvent& event) {
            sum += event.value;
            return true;
        });
        benchmark::DoNotOptimize(sum);
    }
    perEvent(state);
}
BENCHMARK(readEverything)->Unit(benchmark::kMillisecond);

void seekAnywhere(benchmark::State& state) {
    RandomStream random(1, 1);
    const TraceTime end = filled().horizon();
    for (auto _ : state) {
        const auto to =
            TraceTime(static_cast<std::int64_t>(random.uniform() * static_cast<double>(end.count())));
        benchmark::DoNotOptimize(filled().stateAt(to));
    }
}
BENCHMARK(seekAnywhere)->Unit(benchmark::kMicrosecond);

void playOneFrame(benchmark::State& state) {
    // 60 frames a second at ten times real time.
    SystemState now = filled().stateAt(TraceTime::zero());
    for (auto _ : state) {
        const TraceTime next = now.at + TraceTime(160'000'000);
        filled().advance(now, next < filled().horizon() ? next : TraceTime::zero());
    }
}
BENCHMARK(playOneFrame)->Unit(benchmark::kMicrosecond);

void wholeJourneyOfAMessage(benchmark::State& state) {
    RandomStream random(2, 2);
    for (auto _ : state) {
        const auto id = static_cast<MessageId>(1 + random.below(100'000));
        benchmark::DoNotOptimize(filled().message(id));
        benchmark::DoNotOptimize(filled().eventsOf(id));
        benchmark::DoNotOptimize(filled().consequencesOf(id));
    }
}
BENCHMARK(wholeJourneyOfAMessage)->Unit(benchmark::kMicrosecond);

}  // namespace

BENCHMARK_MAIN();
