// The queue and log brokers beside hand-written loops of the same work: what a publish, a delivery and an
// acknowledgement cost. Each figure is a ratio in one run; the broker's part of an event should stay near 30
// ns.
#include <benchmark/benchmark.h>

#include <deque>
#include <vector>

#include "core/engine/logbroker/logbroker.h"
#include "core/engine/logbroker/partitioner.h"
#include "core/engine/queuebroker/queuebroker.h"

namespace {

using namespace sluice;

constexpr std::uint32_t kQueues = 20;
constexpr std::uint32_t kConsumers = 4;

/// What somebody writes who needs nothing of a broker: a deque of messages and idle consumers a queue.
struct PlainQueue {
    struct Message {
        std::uint32_t payload;
        std::uint32_t attempts;
        std::int64_t enqueuedAt;
    };
    std::deque<Message> ready;
    std::vector<std::uint32_t> idle;
};

/// Backlog 0: every message finds an idle consumer. Else that many wait in each queue, and each
/// acknowledgement brings the next delivery.
void plainLoop(benchmark::State& state) {
    std::vector<PlainQueue> queues(kQueues);
    std::vector<PlainQueue::Message> held(kQueues * kConsumers);
    const auto deliver = [&](PlainQueue& queue) {
        while (!queue.ready.empty() && !queue.idle.empty()) {
            held[queue.idle.back()] = queue.ready.front();
            queue.ready.pop_front();
            queue.idle.pop_back();
        }
    };
    std::uint32_t payload = 0;
    for (std::uint32_t i = 0; i < kQueues; ++i) {
        for (std::uint32_t c = 0; c < kConsumers; ++c)
            queues[i].idle.push_back(i * kConsumers + c);
        for (std::int64_t n = 0; n < state.range(0); ++n) {
            queues[i].ready.push_back({payload++, 0, 0});
            deliver(queues[i]);
        }
    }
    std::uint32_t turn = 0;
    for (auto _ : state) {
        PlainQueue& queue = queues[turn];
        queue.ready.push_back({payload++, 0, 0});
        deliver(queue);
        const std::uint32_t consumer = turn * kConsumers + payload % kConsumers;
        const bool busy = queue.idle.size() < kConsumers;
        if (busy) {
            benchmark::DoNotOptimize(held[consumer]);
            queue.idle.push_back(consumer);
            deliver(queue);
        }
        turn = turn + 1 == kQueues ? 0 : turn + 1;
    }
    state.SetItemsProcessed(state.iterations() * 3);
}

void queueBroker(benchmark::State& state, const QueueOptions& options, bool throughExchange) {
    QueueBroker broker;
    struct Held {
        MessageIndex message;
        std::uint32_t tag;
    };
    const ExchangeIndex exchange = *broker.declareExchange("orders", ExchangeType::Topic);
    std::vector<QueueIndex> queues;
    std::vector<RoutingKeyIndex> keys;
    std::vector<std::deque<Held>> held(kQueues);
    std::vector<std::uint32_t> queueOf;
    Duration now{};
    for (std::uint32_t i = 0; i < kQueues; ++i) {
        const std::string name = "q" + std::to_string(i);
        queues.push_back(*broker.declareQueue(name, options, now));
        broker.bindQueue(exchange, queues.back(), "order." + name + ".#");
        keys.push_back(broker.internKey("order." + name + ".created"));
        for (std::uint32_t c = 0; c < kConsumers; ++c) {
            const ChannelIndex channel = broker.openChannel();
            (void)*broker.consume(channel, queues.back(), Consume{1}, now);
        }
    }
    const auto work = [&] {
        for (const QueueEffect& effect : broker.effects()) {
            if (effect.kind == QueueEffectKind::Delivered)
                held[effect.queue.value].push_back({effect.message, effect.tag});
        }
        broker.clearEffects();
    };
    Publish message;
    message.size = 100;
    const auto publish = [&](std::uint32_t queue) {
        ++message.payload;
        if (throughExchange)
            broker.publish(exchange, keys[queue], message, now);
        else
            broker.publishToQueue(queues[queue], message, now);
        work();
    };
    for (std::uint32_t i = 0; i < kQueues; ++i) {
        for (std::int64_t n = 0; n < state.range(0); ++n)
            publish(i);
    }
    std::uint32_t turn = 0;
    for (auto _ : state) {
        now += std::chrono::microseconds(1);
        while (broker.nextTimer() <= now) {
            broker.advance(now);
            work();
        }
        publish(turn);
        if (!held[turn].empty()) {
            const Held done = held[turn].front();
            held[turn].pop_front();
            broker.ack(done.message, done.tag, now);
            work();
        }
        turn = turn + 1 == kQueues ? 0 : turn + 1;
    }
    state.SetItemsProcessed(state.iterations() * 3);
}

void queueBrokerPlain(benchmark::State& state) {
    queueBroker(state, {}, false);
}
void queueBrokerTopic(benchmark::State& state) {
    queueBroker(state, {}, true);
}
void queueBrokerTtl(benchmark::State& state) {
    QueueOptions options;
    options.messageTtl = std::chrono::hours(1);
    queueBroker(state, options, false);
}
void queueBrokerPriority(benchmark::State& state) {
    QueueOptions options;
    options.maxPriority = 10;
    queueBroker(state, options, false);
}

/// Publish, get, reject, three queues deep: work -> retry -> dead, with an x-death chain of three.
void queueBrokerDeadLetters(benchmark::State& state) {
    QueueBroker broker;
    Duration now{};
    const auto declare = [&](const char* name, const char* next) {
        QueueOptions options;
        if (next != nullptr) {
            options.deadLetterExchange = "";
            options.deadLetterRoutingKey = next;
        }
        return *broker.declareQueue(name, options, now);
    };
    const QueueIndex chain[] = {declare("a", "b"), declare("b", "c"), declare("c", "d"),
                                declare("d", nullptr)};
    const ChannelIndex channel = broker.openChannel();
    Publish message;
    for (auto _ : state) {
        now += std::chrono::microseconds(1);
        ++message.payload;
        broker.publishToQueue(chain[0], message, now);
        for (int hop = 0; hop < 3; ++hop) {
            const auto got = broker.get(channel, chain[hop], false, now);
            broker.nack(got->message, got->tag, false, now);
        }
        benchmark::DoNotOptimize(broker.get(channel, chain[3], true, now));
        broker.clearEffects();
    }
    state.SetItemsProcessed(state.iterations() * 8);
}

/// Append to one of 64 partitions, read by four groups of eight, committed one by one.
void plainLog(benchmark::State& state) {
    struct Record {
        std::int64_t at;
        std::uint32_t payload;
    };
    std::vector<std::deque<Record>> partitions(64);
    std::vector<std::uint64_t> base(64);
    std::vector<std::uint64_t> position(64 * 4);
    std::uint32_t payload = 0;
    for (auto _ : state) {
        const std::uint32_t partition = (payload * 2654435761U) >> 26U;
        partitions[partition].push_back({payload, payload});
        ++payload;
        for (std::uint32_t group = 0; group < 4; ++group) {
            std::uint64_t& next = position[partition * 4 + group];
            benchmark::DoNotOptimize(partitions[partition][next - base[partition]].payload);
            ++next;
        }
        if (partitions[partition].size() > 1000) {
            partitions[partition].pop_front();
            ++base[partition];
        }
    }
    state.SetItemsProcessed(state.iterations() * 5);
}

void logBroker(benchmark::State& state) {
    LogBroker broker;
    LogOptions options;
    options.retentionBytes = 100'000;
    options.segmentBytes = 20'000;
    const TopicIndex topic = *broker.createTopic("events", 64, options);
    GroupOptions eager;
    eager.initialRebalanceDelay = Duration::zero();
    eager.autoCommit = false;
    std::vector<GroupIndex> groups;
    for (int g = 0; g < 4; ++g) {
        groups.push_back(broker.createGroup("g" + std::to_string(g), eager));
        for (int m = 0; m < 8; ++m)
            broker.join(groups.back(), "m" + std::to_string(m), {topic}, Duration::zero());
    }
    Duration now{};
    LogRecord record;
    record.size = 100;
    for (auto _ : state) {
        now += std::chrono::microseconds(1);
        const TopicPartition to{topic, (record.payload * 2654435761U) >> 26U};
        ++record.payload;
        record.timestamp = now;
        broker.append(to, record);
        for (const GroupIndex group : groups) {
            const MemberIndex member = broker.ownerOf(group, to);
            const auto fetched = broker.fetch(member, now);
            benchmark::DoNotOptimize(fetched->record->payload);
            broker.commit(member, fetched->from, fetched->offset + 1);
        }
        broker.clearEffects();
        if (record.payload % 65536 == 0)
            broker.maintain(topic, now);
    }
    state.SetItemsProcessed(state.iterations() * 5);
}

BENCHMARK(plainLoop)->Arg(0)->Arg(1000);
BENCHMARK(queueBrokerPlain)->Arg(0)->Arg(1000);
BENCHMARK(queueBrokerTopic)->Arg(0)->Arg(1000);
BENCHMARK(queueBrokerTtl)->Arg(0)->Arg(1000);
BENCHMARK(queueBrokerPriority)->Arg(1000);
BENCHMARK(queueBrokerDeadLetters);
BENCHMARK(plainLog);
BENCHMARK(logBroker);

}  // namespace

BENCHMARK_MAIN();
