#include <benchmark/benchmark.h>
#include <fcntl.h>
#include <fmt/format.h>
#include <sys/resource.h>
#include <unistd.h>

#include <algorithm>
#include <cstdlib>
#include <ctime>
#include <fstream>
#include <queue>

#include "core/base/random.h"
#include "core/diagram/file.h"
#include "core/engine/simulation.h"
#include "core/record/recorder.h"
#include "core/record/recording.h"

// Recordings of the broker scenario, 10 million events or SLUICE_RECORD_EVENTS: what recording adds to
// keeping a trace, and opening and seeking beside reading the file's bytes with nothing done. CPU times;
// compare rows of one run, not of two machines.
namespace sluice::bench {
namespace {

double cpuSeconds() {
    timespec time{};
    clock_gettime(CLOCK_THREAD_CPUTIME_ID, &time);
    return static_cast<double>(time.tv_sec) + static_cast<double>(time.tv_nsec) * 1e-9;
}

double megabytesInMemory() {
    std::ifstream status("/proc/self/statm");
    double total = 0;
    double resident = 0;
    status >> total >> resident;
    return resident * static_cast<double>(::sysconf(_SC_PAGESIZE)) / 1e6;
}

std::uint64_t wantedEvents() {
    const char* const set = std::getenv("SLUICE_RECORD_EVENTS");
    return set ? std::strtoull(set, nullptr, 10) : 10'000'000;
}

/// A file that is gone with the process.
struct Scratch {
    explicit Scratch(const char* name)
        : path(std::string(std::getenv("TMPDIR") ? std::getenv("TMPDIR") : "/tmp") + "/" + name + "-" +
               std::to_string(::getpid()) + ".sluicerec") {}
    ~Scratch() { ::unlink(path.c_str()); }
    Scratch(const Scratch&) = delete;
    Scratch& operator=(const Scratch&) = delete;
    std::string path;
};

/// Forgets everything but how many events there were.
class Counter : public TraceSink {
public:
    explicit Counter(TraceSink& next) : m_next(next) {}
    void accept(std::span<const TraceEvent> events, TraceTime horizon) override {
        count += events.size();
        m_next.accept(events, horizon);
    }
    void finish(const Result<void>& outcome) override { m_next.finish(outcome); }
    std::uint64_t count = 0;

private:
    TraceSink& m_next;
};

struct Made {
    Scratch file{"sluice-bench"};
    std::uint64_t events = 0;
    double bytes = 0;
};

/// The broker scenario, recorded for about that many events.
const Made& made() {
    static const auto one = [] {
        auto result = std::make_unique<Made>();
        const auto loaded = loadDiagram(SLUICE_SOURCE_DIR "/resources/examples/benchmarks/broker.sluice");
        RunOptions options;
        constexpr std::uint64_t kEventsASecond = 1152;
        options.until = std::chrono::seconds(wantedEvents() / kEventsASecond + 1);
        auto simulation = Simulation::create(loaded->diagram, options);
        auto recorder =
            Recorder::create(result->file.path, RecordingHeader{loaded->diagram, simulation->scenario(),
                                                                simulation->seed(), simulation->table()});
        Counter counter(**recorder);
        simulation->runUntil(TraceTime::max(), counter);
        if (!(*recorder)->status())
            std::abort();
        result->events = counter.count;
        result->bytes = static_cast<double>((*recorder)->bytes());
        return result;
    }();
    return *one;
}

double readBytes() {
    static std::vector<char> buffer(std::size_t{1} << 20U);
    const int file = ::open(made().file.path.c_str(), O_RDONLY | O_CLOEXEC);
    const double before = cpuSeconds();
    while (::read(file, buffer.data(), buffer.size()) > 0)
        benchmark::DoNotOptimize(buffer.data());
    const double spent = cpuSeconds() - before;
    ::close(file);
    return spent;
}

void open(benchmark::State& state) {
    double reading = 0;
    double opening = 0;
    for ([[maybe_unused]] auto _ : state) {
        reading += readBytes();
        const double before = cpuSeconds();
        const auto recording = openRecording(made().file.path);
        opening += cpuSeconds() - before;
        if (!recording || !recording->complete)
            return state.SkipWithError("the recording cannot be opened");
    }
    state.counters["Mevents"] = static_cast<double>(made().events) / 1e6;
    state.counters["bytes/event"] = made().bytes / static_cast<double>(made().events);
    state.counters["open_ms"] = opening * 1e3 / static_cast<double>(state.iterations());
    state.counters["open/read"] = opening / reading;
}
BENCHMARK(open)->Unit(benchmark::kMillisecond);

/// Goes to random times of the recording.
void seekIn(benchmark::State& state, const std::string& path, double bytesOfABlock) {
    const double before = megabytesInMemory();
    const auto recording = openRecording(path);
    if (!recording)
        return state.SkipWithError("the recording cannot be opened");
    RandomStream random(1, 1);
    std::vector<double> times;
    const auto horizon = static_cast<double>(recording->store->horizon().count());
    double most = 0;
    for ([[maybe_unused]] auto _ : state) {
        const TraceTime to(static_cast<std::int64_t>(random.uniform() * horizon));
        const double began = cpuSeconds();
        benchmark::DoNotOptimize(recording->store->stateAt(to));
        times.push_back(cpuSeconds() - began);
        most = std::max(most, megabytesInMemory());
    }
    std::sort(times.begin(), times.end());
    const double median = times[times.size() / 2];
    state.counters["p50_ms"] = median * 1e3;
    state.counters["p99_ms"] = times[times.size() * 99 / 100] * 1e3;
    // A seek decodes two and a half blocks on average: what reading as many bytes takes.
    state.counters["p50/read"] = median / (readBytes() * 2.5 * bytesOfABlock / made().bytes);
    state.counters["memory_MB"] = most - before;
}

void seek(benchmark::State& state) {
    seekIn(state, made().file.path,
           made().bytes / static_cast<double>(made().events) * static_cast<double>(kBlockEvents));
}
BENCHMARK(seek)->Iterations(1000)->Unit(benchmark::kMillisecond);

void readEverything(benchmark::State& state) {
    const auto recording = openRecording(made().file.path);
    if (!recording)
        return state.SkipWithError("the recording cannot be opened");
    double reading = 0;
    double visiting = 0;
    for ([[maybe_unused]] auto _ : state) {
        reading += readBytes();
        const double before = cpuSeconds();
        std::int64_t sum = 0;
        recording->store->visit(0, recording->store->size(), [&](Sequence, const TraceEvent& event) {
            sum += event.value;
            return true;
        });
        benchmark::DoNotOptimize(sum);
        visiting += cpuSeconds() - before;
    }
    state.counters["ns/event"] =
        visiting * 1e9 / static_cast<double>(state.iterations()) / static_cast<double>(made().events);
    state.counters["visit/read"] = visiting / reading;
}
BENCHMARK(readEverything)->Unit(benchmark::kMillisecond);

/// Keeping a trace, and keeping and recording it.
template <class Events>
void compareRecording(benchmark::State& state, const std::shared_ptr<const EntityTable>& table,
                      const Events& events) {
    RecordingHeader header;
    header.table = table;
    double keeping = 0;
    double recording = 0;
    double bytes = 0;
    const auto feed = [&](TraceStore& store) {
        const double before = cpuSeconds();
        constexpr std::size_t kBatch = 256;
        const std::span<const TraceEvent> all(events);
        for (std::size_t i = 0; i < all.size(); i += kBatch) {
            const auto batch = all.subspan(i, std::min(kBatch, all.size() - i));
            store.accept(batch, batch.back().at);
        }
        store.finish({});
        return cpuSeconds() - before;
    };
    for ([[maybe_unused]] auto _ : state) {
        {
            TraceStore store(table);
            keeping += feed(store);
        }
        const Scratch file("sluice-bench-again");
        const auto writer = RecordingWriter::create(file.path, header);
        TraceStore store(table);
        store.setJournal(*writer);
        recording += feed(store);
        bytes = static_cast<double>((*writer)->bytes());
    }
    const double each = 1e9 / static_cast<double>(state.iterations()) / static_cast<double>(events.size());
    state.counters["keeping_ns"] = keeping * each;
    state.counters["recording_adds_ns"] = (recording - keeping) * each;
    state.counters["with/without"] = recording / keeping;
    state.counters["bytes/event"] = bytes / static_cast<double>(events.size());
}

void record(benchmark::State& state) {
    const auto opened = openRecording(made().file.path);
    const auto events = opened->store->read(0, 3'000'000);
    compareRecording(state, opened->header.table, events);
}
BENCHMARK(record)->Unit(benchmark::kMillisecond);

/// A system in which a million messages are in flight nearly all the time.
struct Million {
    std::shared_ptr<EntityTable> table = std::make_shared<EntityTable>();
    std::vector<TraceEvent> events;
};

/// They wait in a queue.
const Million& millionWaiting() {
    static const auto one = [] {
        auto result = std::make_unique<Million>();
        result->table->entities.resize(1);
        result->table->entities[0].id = "queue";
        result->table->entities[0].elementKind = ElementKind::Queue;
        RandomStream random(1, 1);
        TraceTime now{};
        std::vector<TraceTime> since{now};
        const auto add = [&](EventKind kind, MessageId message, std::int64_t value) {
            result->events.push_back(TraceEvent{now, value, 0, message, 0, 0, kind, 0});
        };
        constexpr MessageId kWaiting = 1'000'000;
        for (MessageId last = 1; result->events.size() < 4'000'000; ++last) {
            now += TraceTime(static_cast<std::int64_t>(random.exponential() * 1e6));
            since.push_back(now);
            add(EventKind::Enqueued, last, std::min(last, kWaiting + 1));
            if (last > kWaiting)
                add(EventKind::Delivered, last - kWaiting, (now - since[last - kWaiting]).count());
        }
        return result;
    }();
    return *one;
}

void recordWithAMillionWaiting(benchmark::State& state) {
    compareRecording(state, millionWaiting().table, millionWaiting().events);
}
BENCHMARK(recordWithAMillionWaiting)->Unit(benchmark::kMillisecond);

/// They are on their way over links, each for about a second, and done with at once where they arrive: a
/// message is created, moves, is enqueued, delivered and acknowledged.
const Million& millionOnLinks() {
    static const auto one = [] {
        auto result = std::make_unique<Million>();
        constexpr EntityId kLinks = 16;
        result->table->entities.resize(kLinks + 2);
        for (EntityId link = 0; link < kLinks; ++link) {
            result->table->entities[link].id = "link-" + std::to_string(link);
            result->table->entities[link].isLink = true;
        }
        result->table->entities[kLinks].id = "client";
        result->table->entities[kLinks].elementKind = ElementKind::Client;
        result->table->entities[kLinks + 1].id = "queue";
        result->table->entities[kLinks + 1].elementKind = ElementKind::Queue;
        RandomStream random(1, 1);
        TraceTime now{};
        using Arrival = std::pair<TraceTime, MessageId>;
        std::priority_queue<Arrival, std::vector<Arrival>, std::greater<>> arrivals;
        const auto add = [&](EventKind kind, EntityId at, MessageId message, std::int64_t value) {
            result->events.push_back(TraceEvent{now, value, at, message, 0, 0, kind, 0});
        };
        for (MessageId message = 1; message <= 2'500'000; ++message) {
            const TraceTime next = now + TraceTime(static_cast<std::int64_t>(random.exponential() * 1e3));
            for (; !arrivals.empty() && arrivals.top().first <= next; arrivals.pop()) {
                now = arrivals.top().first;
                add(EventKind::Enqueued, kLinks + 1, arrivals.top().second, 1);
                add(EventKind::Delivered, kLinks + 1, arrivals.top().second, 0);
                add(EventKind::Acknowledged, kLinks + 1, arrivals.top().second, 0);
            }
            now = next;
            const auto takes = static_cast<std::int64_t>((0.5 + random.uniform()) * 1e9);
            add(EventKind::MessageCreated, kLinks, message, -1);
            add(EventKind::Moved, message % kLinks, message, takes);
            arrivals.emplace(now + TraceTime(takes), message);
        }
        return result;
    }();
    return *one;
}

/// The same with departures alone: no system is like that, and none can be worse.
const Million& millionDeparting() {
    static const auto one = [] {
        auto result = std::make_unique<Million>();
        result->table = millionOnLinks().table;
        RandomStream random(1, 1);
        TraceTime now{};
        for (MessageId message = 1; message <= 4'000'000; ++message) {
            now += TraceTime(static_cast<std::int64_t>(random.exponential() * 1e3));
            const auto takes = static_cast<std::int64_t>((0.5 + random.uniform()) * 1e9);
            result->events.push_back(
                TraceEvent{now, takes, message % 16, message, 0, 0, EventKind::Moved, 0});
        }
        return result;
    }();
    return *one;
}

void recordWithAMillionOnLinks(benchmark::State& state) {
    compareRecording(state, millionOnLinks().table, millionOnLinks().events);
}
BENCHMARK(recordWithAMillionOnLinks)->Unit(benchmark::kMillisecond);

void recordWithAMillionDeparting(benchmark::State& state) {
    state.SetLabel("above the 25 ns that hold where messages also arrive");
    compareRecording(state, millionDeparting().table, millionDeparting().events);
}
BENCHMARK(recordWithAMillionDeparting)->Unit(benchmark::kMillisecond);

void seekIn(benchmark::State& state, const Million& million) {
    const Scratch file("sluice-bench-million");
    RecordingHeader header;
    header.table = million.table;
    const auto writer = RecordingWriter::create(file.path, header);
    TraceStore store(header.table);
    store.setJournal(*writer);
    store.accept(million.events, million.events.back().at);
    store.finish({});
    const double bytes = static_cast<double>((*writer)->bytes());
    seekIn(state, file.path, bytes / static_cast<double>(store.size()) * static_cast<double>(kBlockEvents));
}

void seekWithAMillionWaiting(benchmark::State& state) {
    seekIn(state, millionWaiting());
}
BENCHMARK(seekWithAMillionWaiting)->Iterations(300)->Unit(benchmark::kMillisecond);

void seekWithAMillionOnLinks(benchmark::State& state) {
    seekIn(state, millionOnLinks());
}
BENCHMARK(seekWithAMillionOnLinks)->Iterations(300)->Unit(benchmark::kMillisecond);

void seekWithAMillionDeparting(benchmark::State& state) {
    seekIn(state, millionDeparting());
}
BENCHMARK(seekWithAMillionDeparting)->Iterations(300)->Unit(benchmark::kMillisecond);

/// Hands on what it is told and takes the time that states take: to be written, and to be kept in memory.
class TimedStates : public TraceJournal {
public:
    explicit TimedStates(std::shared_ptr<RecordingWriter> writer) : m_writer(std::move(writer)) {}
    std::optional<std::int64_t> block(const BlockIndex& index, std::span<const std::uint8_t> bytes) override {
        return m_writer->block(index, bytes);
    }
    [[nodiscard]] std::shared_ptr<const BlockFile> file() const override { return m_writer->file(); }
    void state(const SystemState& state) override {
        const double began = cpuSeconds();
        m_writer->state(state);
        const double written = cpuSeconds();
        // What the store's own snapshots do, at least as often.
        const auto copy = std::make_shared<const SystemState>(state);
        benchmark::DoNotOptimize(copy->bytes());
        kept += cpuSeconds() - written;
        writing += written - began;
        for (const EntityState& entity : state.entities)
            most = std::max<std::uint64_t>(most, entity.ready);
        most = std::max<std::uint64_t>(
            most, static_cast<std::uint64_t>(std::distance(state.transits.begin(), state.transits.end())));
        measuring += cpuSeconds() - written;
    }
    void tail(Sequence first, std::span<const TraceEvent> events, TraceTime horizon) override {
        m_writer->tail(first, events, horizon);
    }
    void finish(const Result<void>& outcome, TraceTime horizon) override {
        m_writer->finish(outcome, horizon);
    }

    double writing = 0;      ///< s
    double kept = 0;         ///< s
    double measuring = 0;    ///< s that are not part of the run: the store makes its own copies
    std::uint64_t most = 0;  ///< in one queue, or on their way, when a state was written

private:
    std::shared_ptr<RecordingWriter> m_writer;
};

/// The share of a run, engine included, that its snapshots take.
void runRecorded(benchmark::State& state, const char* drawing) {
    const auto loaded = parseDiagram(drawing);
    double run = 0;
    double writing = 0;
    double kept = 0;
    double events = 0;
    double most = 0;
    for ([[maybe_unused]] auto _ : state) {
        auto simulation = Simulation::create(loaded->diagram, {});
        const Scratch file("sluice-bench-run");
        const auto writer =
            RecordingWriter::create(file.path, RecordingHeader{loaded->diagram, simulation->scenario(),
                                                               simulation->seed(), simulation->table()});
        const auto timed = std::make_shared<TimedStates>(*writer);
        TraceStore store(simulation->table());
        store.setJournal(timed);
        const double before = cpuSeconds();
        simulation->runUntil(TraceTime::max(), store);
        run += cpuSeconds() - before - timed->measuring;
        writing += timed->writing;
        kept += timed->kept;
        events += static_cast<double>(store.size());
        most = std::max(most, static_cast<double>(timed->most));
    }
    state.counters["Mevents"] = events / static_cast<double>(state.iterations()) / 1e6;
    state.counters["most_in_flight"] = most;
    state.counters["run_ns/event"] = run * 1e9 / events;
    state.counters["snapshots/run"] = (writing + kept) / run;
    state.counters["written/run"] = writing / run;
}

void runWithAMillionWaiting(benchmark::State& state) {
    runRecorded(state, R"({"sluice":1,"nodes":[
        {"id":"c","kind":"client","workload":"constant","rate":100000,"message":"Order"},
        {"id":"q","kind":"queue"},
        {"id":"s","kind":"service","concurrency":1000,"serviceTime":"10ms"}],"links":[
        {"id":"p","kind":"publish","from":"c","to":"q","latency":"0s"},
        {"id":"t","kind":"consume","from":"q","to":"s","latency":"0s","prefetch":1000}],
        "messages":[{"id":"Order","kind":"command"}],
        "scenarios":[{"id":"s","until":"10s","actions":[
        {"at":"0s","do":"burst","target":"c","count":1000000}]}]})");
}
BENCHMARK(runWithAMillionWaiting)->Unit(benchmark::kMillisecond);

/// `latency` as the drawing has it.
void runOnLinks(benchmark::State& state, const char* workload, const char* latency) {
    const std::string drawing = fmt::format(R"({{"sluice":1,"nodes":[
        {{"id":"c","kind":"client",{},"rate":100000,"message":"Order"}},
        {{"id":"q","kind":"queue"}},
        {{"id":"s","kind":"service","concurrency":1000,"serviceTime":"1ms"}}],"links":[
        {{"id":"p","kind":"publish","from":"c","to":"q","latency":"{}"}},
        {{"id":"t","kind":"consume","from":"q","to":"s","latency":"0s","prefetch":1000}}],
        "messages":[{{"id":"Order","kind":"command"}}],
        "scenarios":[{{"id":"s","until":"30s"}}]}})",
                                            workload, latency);
    runRecorded(state, drawing.c_str());
}

void runWithAMillionOnLinks(benchmark::State& state) {
    runOnLinks(state, R"("workload":"constant")", "10s");
}
BENCHMARK(runWithAMillionOnLinks)->Unit(benchmark::kMillisecond);

/// Nothing is even: neither when they depart nor how long they take. Most take nearly ten seconds, as none
/// overtakes another on a link.
void runWithAMillionOnLinksByChance(benchmark::State& state) {
    runOnLinks(state, R"("workload":"poisson")", "uniform(3s, 10s)");
}
BENCHMARK(runWithAMillionOnLinksByChance)->Unit(benchmark::kMillisecond);

}  // namespace
}  // namespace sluice::bench

BENCHMARK_MAIN();
