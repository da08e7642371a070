// What a broker that stops and comes back has lost.
#include "core/engine/queuebroker/queuebroker.h"

namespace sluice {

void QueueBroker::restart(const std::function<bool(std::uint32_t)>& persists, Duration now) {
    // All connections go at once: nobody gets what another one gives back.
    for (std::uint32_t i = 0; i < m_queues.size(); ++i)
        m_queues[QueueIndex{i}].active = {};
    for (Channel& channel : m_channels) {
        const std::vector<ConsumerIndex> consumers = channel.consumers;
        for (const ConsumerIndex consumer : consumers)
            endConsumer(consumer);
    }
    for (std::uint32_t i = 0; i < m_channels.size(); ++i) {
        if (m_channels[i].open)
            closeChannel(ChannelIndex{i}, now);
    }
    for (std::uint32_t i = 0; i < m_queues.size(); ++i) {
        const QueueIndex index{i};
        const Queue& queue = m_queues[index];
        if (!queue.alive)
            continue;
        if (queue.options.autoDelete && queue.hadConsumers)
            dropQueue(index, QueueEnd::AutoDelete);
        else if (!queue.options.durable)
            dropQueue(index, QueueEnd::BrokerStopped);
        else
            dropTransient(index, persists, now);
    }
    deliverDeadLetters(now);
}

/// A quorum queue keeps whatever it has on disk.
void QueueBroker::dropTransient(QueueIndex index, const std::function<bool(std::uint32_t)>& persists,
                                Duration now) {
    armUnused(index, now);
    if (m_queues[index].quorum)
        return;
    std::vector<MessageIndex> lost;
    forEachReady(index, [&](MessageIndex message) {
        if (!persists(m_messages[message].payload))
            lost.push_back(message);
    });
    for (const MessageIndex message : lost) {
        unlinkReady(m_queues[index], message);
        discard(index, message, DeathReason::BrokerStopped, DiscardReason::BrokerStopped);
    }
    if (m_queues[index].expiring)
        dropExpired(index, now);
}

}  // namespace sluice
