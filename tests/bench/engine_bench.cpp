#include <benchmark/benchmark.h>
#include <fmt/format.h>

#include <ctime>
#include <deque>
#include <functional>
#include <queue>

#include "core/base/random.h"
#include "core/diagram/file.h"
#include "core/engine/simulation.h"
#include "core/trace/tracestore.h"

// The engine beside hand-written loops of the same scenarios: plain structs, no brokers, no trace, nothing
// but the model's own events in a binary heap. What is printed is the ratio of their CPU times in this run.
namespace sluice::bench {
namespace {

struct Pending {
    double at;
    std::uint32_t kind;
    std::uint32_t who;
    std::uint32_t message;
    bool operator>(const Pending& other) const { return at > other.at; }
};
using Heap = std::priority_queue<Pending, std::vector<Pending>, std::greater<>>;

/// Poisson source, two M/M/1 stages. Returns the number of model events.
std::uint64_t referenceTandem(std::uint64_t messages) {
    RandomStream random(1, 1);
    Heap heap;
    std::deque<std::uint32_t> queues[2];
    bool busy[2] = {false, false};
    std::uint64_t created = 0;
    std::uint64_t events = 0;
    heap.push({random.exponential() / 0.9, 0, 0, 0});
    const auto arrive = [&](std::uint32_t stage, std::uint32_t message, double now) {
        if (busy[stage]) {
            queues[stage].push_back(message);
        } else {
            busy[stage] = true;
            heap.push({now + random.exponential(), 1, stage, message});
        }
    };
    while (!heap.empty()) {
        const Pending next = heap.top();
        heap.pop();
        ++events;
        if (next.kind == 0) {
            arrive(0, static_cast<std::uint32_t>(created), next.at);
            if (++created < messages)
                heap.push({next.at + random.exponential() / 0.9, 0, 0, 0});
            continue;
        }
        if (next.who == 0)
            arrive(1, next.message, next.at);
        if (queues[next.who].empty()) {
            busy[next.who] = false;
        } else {
            heap.push({next.at + random.exponential(), 1, next.who, queues[next.who].front()});
            queues[next.who].pop_front();
        }
    }
    return events;
}

/// Fifty producers, twenty queues, one topic with four groups. Returns the number of model events.
std::uint64_t referenceBroker(std::uint64_t messages) {
    struct Message {
        std::uint32_t key;
        std::uint32_t attempts;
    };
    struct Queue {
        std::deque<std::uint32_t> ready;
        int idle = 4;
    };
    struct Partition {
        std::vector<std::uint32_t> log;
        std::size_t position[4] = {};
    };
    struct Member {
        bool busy = false;
        std::deque<std::uint32_t> partitions;
        bool queued[64] = {};
    };
    RandomStream random(1, 1);
    Heap heap;
    std::vector<Message> pool;
    std::vector<std::uint32_t> freed;
    std::vector<Queue> queues(20);
    std::vector<Partition> partitions(64);
    std::vector<Member> members(32);
    std::uint64_t created = 0;
    std::uint64_t events = 0;
    for (std::uint32_t i = 0; i < 50; ++i)
        heap.push({random.exponential(), 0, i, 0});
    const auto enqueue = [&](std::uint32_t queue, std::uint32_t message, double now) {
        if (queues[queue].idle > 0) {
            --queues[queue].idle;
            heap.push({now + 1.25 * random.exponential(), 1, queue, message});
        } else {
            queues[queue].ready.push_back(message);
        }
    };
    const auto read = [&](std::uint32_t index, double now) {
        Member& member = members[index];
        if (member.busy || member.partitions.empty())
            return;
        const std::uint32_t p = member.partitions.front();
        member.partitions.pop_front();
        Partition& partition = partitions[p];
        const std::uint32_t group = index / 8;
        const std::uint32_t message = partition.log[partition.position[group]++];
        member.queued[p] = partition.position[group] < partition.log.size();
        if (member.queued[p])
            member.partitions.push_back(p);
        member.busy = true;
        heap.push({now + 0.128 * random.exponential(), 2, index, message});
    };
    while (!heap.empty()) {
        const Pending next = heap.top();
        heap.pop();
        ++events;
        if (next.kind == 0) {
            std::uint32_t slot = static_cast<std::uint32_t>(pool.size());
            if (freed.empty()) {
                pool.push_back({});
            } else {
                slot = freed.back();
                freed.pop_back();
            }
            pool[slot] = {static_cast<std::uint32_t>(random.below(1'000'000)), 0};
            enqueue(next.who % 20, slot, next.at);
            if (++created < messages)
                heap.push({next.at + random.exponential(), 0, next.who, 0});
        } else if (next.kind == 1) {
            Message& message = pool[next.message];
            if (random.uniform() < 0.02) {
                if (message.attempts++ < 3)
                    heap.push({next.at + 1, 3, next.who, next.message});
                else
                    freed.push_back(next.message);
            } else {
                const std::uint32_t p = message.key % 64;
                partitions[p].log.push_back(message.key);
                freed.push_back(next.message);
                for (std::uint32_t group = 0; group < 4; ++group) {
                    const std::uint32_t member = group * 8 + p / 8;
                    if (!members[member].queued[p]) {
                        members[member].queued[p] = true;
                        members[member].partitions.push_back(p);
                    }
                    read(member, next.at);
                }
            }
            Queue& queue = queues[next.who];
            if (queue.ready.empty()) {
                ++queue.idle;
            } else {
                const std::uint32_t waiting = queue.ready.front();
                queue.ready.pop_front();
                heap.push({next.at + 1.25 * random.exponential(), 1, next.who, waiting});
            }
        } else if (next.kind == 2) {
            members[next.who].busy = false;
            read(next.who, next.at);
        } else {
            enqueue(next.who, next.message, next.at);
        }
    }
    return events;
}

double cpuSeconds() {
    timespec time{};
    clock_gettime(CLOCK_PROCESS_CPUTIME_ID, &time);
    return static_cast<double>(time.tv_sec) + static_cast<double>(time.tv_nsec) * 1e-9;
}

class Nowhere : public TraceSink {
public:
    void accept(std::span<const TraceEvent>, TraceTime) override {}
    void finish(const Result<void>&) override {}
};

struct Case {
    const char* example;
    std::uint64_t (*reference)(std::uint64_t);
    Duration until;
    double rate;  ///< messages a second
    bool stored;  ///< with the trace store behind it
};

void compare(benchmark::State& state, const Case& c) {
    const auto loaded =
        loadDiagram(fmt::format("{}/resources/examples/benchmarks/{}.sluice", SLUICE_SOURCE_DIR, c.example));
    if (!loaded)
        return state.SkipWithError(loaded.error().text().c_str());
    const auto messages = static_cast<std::uint64_t>(seconds(c.until) * c.rate);
    double engine = 0;
    double loop = 0;
    Progress progress;
    std::uint64_t modelEvents = 0;
    std::uint64_t fingerprint = 0;
    for ([[maybe_unused]] auto _ : state) {
        RunOptions options;
        options.until = c.until;
        double before = cpuSeconds();
        auto simulation = Simulation::create(loaded->diagram, options);
        if (c.stored) {
            TraceStore store(simulation->table());
            progress = simulation->runUntil(TraceTime::max(), store);
        } else {
            Nowhere sink;
            progress = simulation->runUntil(TraceTime::max(), sink);
        }
        engine += cpuSeconds() - before;
        fingerprint = simulation->fingerprint();
        before = cpuSeconds();
        modelEvents = c.reference(messages);
        loop += cpuSeconds() - before;
    }
    const auto runs = static_cast<double>(state.iterations());
    state.counters["ratio"] = engine / loop;
    state.counters["reference_Mev_s"] = static_cast<double>(modelEvents) * runs / loop / 1e6;
    state.counters["engine_ns_msg"] = engine / static_cast<double>(messages) / runs * 1e9;
    state.counters["trace_ev_msg"] = static_cast<double>(progress.events) / static_cast<double>(messages);
    state.SetLabel(fmt::format("fingerprint {:016x}", fingerprint));
}

const Case kTandem{"tandem", referenceTandem, std::chrono::seconds(1'111'111), 0.9, false};
const Case kTandemStored{"tandem", referenceTandem, std::chrono::seconds(1'111'111), 0.9, true};
const Case kBroker{"broker", referenceBroker, std::chrono::seconds(10'000), 50, false};
const Case kBrokerStored{"broker", referenceBroker, std::chrono::seconds(10'000), 50, true};

BENCHMARK_CAPTURE(compare, tandem, kTandem)->Unit(benchmark::kMillisecond);
BENCHMARK_CAPTURE(compare, tandem_stored, kTandemStored)->Unit(benchmark::kMillisecond);
BENCHMARK_CAPTURE(compare, broker, kBroker)->Unit(benchmark::kMillisecond);
BENCHMARK_CAPTURE(compare, broker_stored, kBrokerStored)->Unit(benchmark::kMillisecond);

}  // namespace
}  // namespace sluice::bench

BENCHMARK_MAIN();
