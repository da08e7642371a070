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

// The engine beside hand-written loops of the same scenarios: plain structs, no brokers, nothing but the
// model's own events in a binary heap. What is printed is the ratio of their CPU times in this run. Where the
// engine's trace is kept, the loop keeps one of the same events in the same store.
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

/// Tells nothing: without a trace.
struct Silent {
    void operator()(double, EventKind, EntityId, std::uint32_t, std::int64_t = 0, std::uint32_t = 0) {}
};

/// Tells a store, in batches as the engine does.
struct Telling {
    explicit Telling(TraceSink& s) : sink(s) {}
    ~Telling() { flush(); }
    Telling(const Telling&) = delete;
    Telling& operator=(const Telling&) = delete;

    void operator()(double at, EventKind kind, EntityId subject, std::uint32_t message,
                    std::int64_t value = 0, std::uint32_t peer = 0) {
        TraceEvent& event = batch[used++];
        event.at = TraceTime(static_cast<std::int64_t>(at * 1e9));
        event.value = value;
        event.subject = subject;
        event.message = message;
        event.peer = peer;
        event.detail = 0;
        event.kind = kind;
        event.marks = 0;
        if (used == batch.size())
            flush();
    }
    void flush() {
        if (used > 0)
            sink.accept(std::span(batch).first(used), batch[used - 1].at);
        used = 0;
    }
    TraceSink& sink;
    std::vector<TraceEvent> batch = std::vector<TraceEvent>(256);
    std::size_t used = 0;
};

std::int64_t nanoseconds(double time) {
    return static_cast<std::int64_t>(time * 1e9);
}

/// Poisson source, two M/M/1 stages. Returns the number of model events.
template <class Tell>
std::uint64_t referenceTandem(std::uint64_t messages, Tell&& tell) {
    constexpr EntityId source = 0;
    constexpr EntityId queueOf[] = {1, 3};
    constexpr EntityId serverOf[] = {2, 4};
    struct Waiting {
        std::uint32_t message;
        double since;
    };
    RandomStream random(1, 1);
    Heap heap;
    std::deque<Waiting> queues[2];
    double started[2] = {0, 0};
    bool busy[2] = {false, false};
    std::uint64_t created = 0;
    std::uint64_t events = 0;
    heap.push({random.exponential() / 0.9, 0, 0, 0});
    const auto begin = [&](std::uint32_t stage, std::uint32_t message, double since, double now) {
        tell(now, EventKind::Delivered, queueOf[stage], message, nanoseconds(now - since));
        tell(now, EventKind::WorkStarted, serverOf[stage], message);
        started[stage] = now;
        heap.push({now + random.exponential(), 1, stage, message});
    };
    const auto arrive = [&](std::uint32_t stage, std::uint32_t message, double now) {
        tell(now, EventKind::Enqueued, queueOf[stage], message,
             static_cast<std::int64_t>(queues[stage].size()) + 1);
        if (busy[stage]) {
            queues[stage].push_back({message, now});
        } else {
            busy[stage] = true;
            begin(stage, message, now, now);
        }
    };
    while (!heap.empty()) {
        const Pending next = heap.top();
        heap.pop();
        ++events;
        if (next.kind == 0) {
            const auto message = static_cast<std::uint32_t>(created + 1);
            tell(next.at, EventKind::MessageCreated, source, message);
            arrive(0, message, next.at);
            if (++created < messages)
                heap.push({next.at + random.exponential() / 0.9, 0, 0, 0});
            continue;
        }
        tell(next.at, EventKind::WorkFinished, serverOf[next.who], next.message,
             nanoseconds(next.at - started[next.who]));
        tell(next.at, EventKind::Acknowledged, queueOf[next.who], next.message);
        if (next.who == 0)
            arrive(1, next.message, next.at);
        if (queues[next.who].empty()) {
            busy[next.who] = false;
        } else {
            const Waiting waiting = queues[next.who].front();
            queues[next.who].pop_front();
            begin(next.who, waiting.message, waiting.since, next.at);
        }
    }
    return events;
}

/// What the broker scenario's variants differ in.
struct BrokerRules {
    double failing = 0.02;
    int retries = 3;
    bool timers = false;   ///< a time to live in the queue, a timeout for the acknowledgement
    bool letters = false;  ///< rejected -> delay, expired -> again, rejected -> dead
};

/// Fifty producers, twenty queues, one topic with four groups. Returns the number of model events.
template <class Tell>
std::uint64_t referenceBroker(std::uint64_t messages, const BrokerRules& rules, Tell&& tell) {
    constexpr double kTtl = 60;
    constexpr double kAckTimeout = 1800;
    constexpr EntityId firstQueue = 50;
    constexpr EntityId topic = 90;
    constexpr EntityId firstGroup = 91;
    constexpr EntityId dead = 95;
    constexpr std::uint32_t again = 20;  // the queue of what failed once
    struct Death {
        std::uint32_t queue;
        std::uint32_t reason;
        std::uint32_t count;
    };
    struct Message {
        std::uint32_t id = 0;
        std::uint32_t key = 0;
        int attempts = 0;
        std::uint32_t generation = 0;
        double since = 0;
        double started = 0;
        std::uint32_t deathCount = 0;
        Death deaths[3] = {};
    };
    struct Queue {
        std::deque<std::uint32_t> ready;
        int idle = 4;
        bool armed = false;
    };
    struct Partition {
        std::vector<std::uint32_t> log;
        std::size_t position[4] = {};
    };
    struct Member {
        bool busy = false;
        double started = 0;
        std::deque<std::uint32_t> partitions;
        bool queued[64] = {};
    };
    struct Held {
        double until;
        std::uint32_t message;
        std::uint32_t generation;
    };
    RandomStream random(1, 1);
    Heap heap;
    std::vector<Message> pool;
    std::vector<std::uint32_t> freed;
    std::vector<Queue> queues(21);
    queues[again].idle = 40;
    std::vector<Partition> partitions(64);
    std::vector<Member> members(32);
    std::deque<Held> held;
    std::uint32_t ids = 0;
    std::uint64_t created = 0;
    std::uint64_t events = 0;
    for (std::uint32_t i = 0; i < 50; ++i)
        heap.push({random.exponential(), 0, i, 0});
    const auto begin = [&](std::uint32_t queue, std::uint32_t slot, double now) {
        Message& message = pool[slot];
        tell(now, EventKind::Delivered, firstQueue + 2 * queue, message.id, nanoseconds(now - message.since));
        tell(now, EventKind::WorkStarted, firstQueue + 2 * queue + 1, message.id);
        message.started = now;
        if (rules.timers)
            held.push_back({now + kAckTimeout, slot, ++message.generation});
        heap.push({now + 1.25 * random.exponential(), 1, queue, slot});
    };
    const auto enqueue = [&](std::uint32_t queue, std::uint32_t slot, double now) {
        Queue& q = queues[queue];
        pool[slot].since = now;
        tell(now, EventKind::Enqueued, firstQueue + 2 * queue, pool[slot].id,
             static_cast<std::int64_t>(q.ready.size()) + 1);
        if (q.idle > 0) {
            --q.idle;
            begin(queue, slot, now);
            return;
        }
        q.ready.push_back(slot);
        if (rules.timers && !q.armed) {
            q.armed = true;
            heap.push({now + kTtl, 4, queue, 0});
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
        member.started = now;
        tell(now, EventKind::Fetched, firstGroup + group, message,
             static_cast<std::int64_t>(partition.position[group]) - 1, p);
        tell(now, EventKind::WorkStarted, firstGroup + group, message);
        heap.push({now + 0.128 * random.exponential(), 2, index, message});
    };
    while (!heap.empty()) {
        const Pending next = heap.top();
        heap.pop();
        while (!held.empty() && (held.front().generation != pool[held.front().message].generation ||
                                 held.front().until <= next.at))
            held.pop_front();
        if (next.kind == 4) {
            Queue& queue = queues[next.who];
            while (!queue.ready.empty() && pool[queue.ready.front()].since + kTtl <= next.at) {
                freed.push_back(queue.ready.front());
                queue.ready.pop_front();
            }
            queue.armed = !queue.ready.empty();
            if (queue.armed)
                heap.push({pool[queue.ready.front()].since + kTtl, 4, next.who, 0});
            continue;
        }
        ++events;
        if (next.kind == 0) {
            std::uint32_t slot = static_cast<std::uint32_t>(pool.size());
            if (freed.empty()) {
                pool.emplace_back();
            } else {
                slot = freed.back();
                freed.pop_back();
            }
            Message& message = pool[slot];
            message.id = ++ids;
            message.key = static_cast<std::uint32_t>(random.below(10'000));
            message.attempts = 0;
            message.deathCount = 0;
            tell(next.at, EventKind::MessageCreated, next.who, message.id, message.key);
            enqueue(next.who % 20, slot, next.at);
            if (++created < messages)
                heap.push({next.at + random.exponential(), 0, next.who, 0});
        } else if (next.kind == 1) {
            Message& message = pool[next.message];
            ++message.generation;
            tell(next.at, EventKind::WorkFinished, firstQueue + 2 * next.who + 1, message.id,
                 nanoseconds(next.at - message.started));
            tell(next.at, EventKind::Acknowledged, firstQueue + 2 * next.who, message.id);
            if (next.who == again || random.uniform() < rules.failing) {
                if (rules.letters) {
                    message.deaths[message.deathCount++] = {next.who, 0, 1};
                    tell(next.at, EventKind::DeadLettered, firstQueue + 2 * next.who, message.id, 1);
                    if (next.who == again) {
                        tell(next.at, EventKind::Enqueued, dead, message.id);
                        freed.push_back(next.message);
                    } else {
                        tell(next.at, EventKind::Enqueued, dead, message.id);
                        heap.push({next.at + 1, 3, again, next.message});
                    }
                } else if (message.attempts++ < rules.retries) {
                    heap.push({next.at + 1, 3, next.who, next.message});
                } else {
                    freed.push_back(next.message);
                }
            } else {
                const std::uint32_t p = message.key % 64;
                const std::uint32_t record = ++ids;
                tell(next.at, EventKind::MessageCreated, firstQueue + 2 * next.who + 1, record, message.key,
                     message.id);
                tell(next.at, EventKind::Appended, topic, record,
                     static_cast<std::int64_t>(partitions[p].log.size()), p);
                partitions[p].log.push_back(record);
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
                begin(next.who, waiting, next.at);
            }
        } else if (next.kind == 2) {
            Member& member = members[next.who];
            tell(next.at, EventKind::WorkFinished, firstGroup + next.who / 8, next.message,
                 nanoseconds(next.at - member.started));
            tell(next.at, EventKind::Committed, firstGroup + next.who / 8, 0);
            member.busy = false;
            read(next.who, next.at);
        } else {
            Message& message = pool[next.message];
            if (rules.letters)
                message.deaths[message.deathCount++] = {again + 1, 1, 1};
            tell(next.at, rules.letters ? EventKind::DeadLettered : EventKind::RetryScheduled, dead,
                 message.id, 1);
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

using Reference = std::uint64_t (*)(std::uint64_t messages, TraceSink* sink);

template <class Play>
std::uint64_t played(TraceSink* sink, const Play& play) {
    if (sink == nullptr)
        return play(Silent{});
    return play(Telling(*sink));
}
std::uint64_t tandem(std::uint64_t messages, TraceSink* sink) {
    return played(sink, [&](auto&& tell) { return referenceTandem(messages, tell); });
}
template <bool Timers, bool Letters>
std::uint64_t broker(std::uint64_t messages, TraceSink* sink) {
    const BrokerRules rules{Letters ? 0.5 : 0.02, 3, Timers, Letters};
    return played(sink, [&](auto&& tell) { return referenceBroker(messages, rules, tell); });
}

struct Case {
    const char* example;
    Reference reference;
    Duration until;
    double rate;  ///< messages a second
    bool stored;  ///< with the trace store behind both
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
    std::uint64_t loopEvents = 0;
    for ([[maybe_unused]] auto _ : state) {
        RunOptions options;
        options.until = c.until;
        double before = cpuSeconds();
        auto simulation = Simulation::create(loaded->diagram, options);
        if (!simulation)
            return state.SkipWithError(simulation.error().text().c_str());
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
        if (c.stored) {
            TraceStore store(simulation->table());
            modelEvents = c.reference(messages, &store);
            loopEvents = store.size();
        } else {
            modelEvents = c.reference(messages, nullptr);
        }
        loop += cpuSeconds() - before;
    }
    const auto runs = static_cast<double>(state.iterations());
    const auto perMessage = [&](double figure) { return figure / static_cast<double>(messages); };
    state.counters["ratio"] = engine / loop;
    state.counters["reference_Mev_s"] = static_cast<double>(modelEvents) * runs / loop / 1e6;
    state.counters["engine_ns_msg"] = perMessage(engine / runs * 1e9);
    state.counters["trace_ev_msg"] = perMessage(static_cast<double>(progress.events));
    if (c.stored)
        state.counters["reference_trace_ev_msg"] = perMessage(static_cast<double>(loopEvents));
    state.SetLabel(fmt::format("fingerprint {:016x}", fingerprint));
}

constexpr auto kBrokerTime = std::chrono::seconds(10'000);
const Case kTandem{"tandem", tandem, std::chrono::seconds(1'111'111), 0.9, false};
const Case kTandemStored{"tandem", tandem, std::chrono::seconds(1'111'111), 0.9, true};
const Case kBroker{"broker", broker<false, false>, kBrokerTime, 50, false};
const Case kBrokerStored{"broker", broker<false, false>, kBrokerTime, 50, true};
const Case kTimers{"timers", broker<true, false>, kBrokerTime, 50, false};
const Case kTimersStored{"timers", broker<true, false>, kBrokerTime, 50, true};
const Case kFailures{"failures", broker<false, true>, kBrokerTime, 50, false};

BENCHMARK_CAPTURE(compare, tandem, kTandem)->Unit(benchmark::kMillisecond);
BENCHMARK_CAPTURE(compare, tandem_stored, kTandemStored)->Unit(benchmark::kMillisecond);
BENCHMARK_CAPTURE(compare, broker, kBroker)->Unit(benchmark::kMillisecond);
BENCHMARK_CAPTURE(compare, broker_stored, kBrokerStored)->Unit(benchmark::kMillisecond);
BENCHMARK_CAPTURE(compare, timers, kTimers)->Unit(benchmark::kMillisecond);
BENCHMARK_CAPTURE(compare, timers_stored, kTimersStored)->Unit(benchmark::kMillisecond);
BENCHMARK_CAPTURE(compare, failures, kFailures)->Unit(benchmark::kMillisecond);

}  // namespace
}  // namespace sluice::bench

BENCHMARK_MAIN();
