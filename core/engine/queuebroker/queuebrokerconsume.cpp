// Channels and consumers that come and go, basic.get, and queues that are emptied or deleted.
#include <fmt/format.h>
#include <algorithm>

#include "core/engine/queuebroker/queuebroker.h"

namespace sluice {

namespace {

/// What a quorum queue takes "unlimited" to be (RabbitMQ 3.10, quorum queues, consumer prefetch).
constexpr std::uint32_t kQuorumPrefetch = 2000;

}  // namespace

ChannelIndex QueueBroker::openChannel() {
    const ChannelIndex index{static_cast<std::uint32_t>(m_channels.size())};
    m_channels.emplace_back().open = true;
    return index;
}

bool QueueBroker::isOpen(ChannelIndex channel) const {
    return channel.value < m_channels.size() && m_channels[channel.value].open;
}

Result<ConsumerIndex> QueueBroker::consume(ChannelIndex channel, QueueIndex index, const Consume& options,
                                           Duration now) {
    Queue& queue = m_queues[index];
    if (queue.exclusiveHolder.valid() || (options.exclusive && !queue.consumers.empty())) {
        return Error{ErrorCode::Conflict,
                     fmt::format("queue \"{}\" {}", m_keys.text(queue.name),
                                 options.exclusive ? "has consumers already, so none may consume exclusively"
                                                   : "is consumed exclusively"),
                     m_keys.text(queue.name)};
    }
    const ConsumerIndex made = m_consumers.take();
    Consumer& consumer = m_consumers[made];
    consumer = Consumer{};
    consumer.queue = index;
    consumer.channel = channel;
    consumer.autoAck = options.autoAck;
    consumer.prefetch = options.autoAck ? 0 : options.prefetch;
    if (queue.quorum && !options.autoAck && options.prefetch == 0)
        consumer.prefetch = kQuorumPrefetch;
    consumer.priority = options.priority;
    consumer.order = m_consumerOrder++;
    consumer.alive = true;
    queue.consumers.push_back(made);
    queue.hadConsumers = true;
    queue.plain = queue.plain && !options.autoAck;
    if (options.exclusive)
        queue.exclusiveHolder = made;
    m_channels[channel.value].consumers.push_back(made);
    list(queue, made);
    if (queue.options.singleActiveConsumer && !queue.active.valid())
        activate(index, made);
    run(index, now);
    deliverDeadLetters(now);
    return made;
}

Result<ConsumerIndex> QueueBroker::consumeReplies(ChannelIndex channel) {
    if (m_channels[channel.value].replies.valid())
        return Error{ErrorCode::Conflict, "the channel has a direct reply-to consumer already",
                     "amq.rabbitmq.reply-to"};
    const ConsumerIndex made = m_consumers.take();
    Consumer& consumer = m_consumers[made];
    consumer = Consumer{};
    consumer.channel = channel;
    consumer.autoAck = true;
    consumer.alive = true;
    m_channels[channel.value].replies = made;
    m_replyAddresses.emplace_back(m_keys.intern(replyAddress(channel)), made);
    m_channels[channel.value].consumers.push_back(made);
    return made;
}

void QueueBroker::activate(QueueIndex index, ConsumerIndex consumer) {
    m_queues[index].active = consumer;
    QueueEffect& effect = m_effects.emplace_back();
    effect.kind = QueueEffectKind::ActiveConsumerChanged;
    effect.queue = index;
    effect.consumer = consumer;
}

void QueueBroker::endConsumer(ConsumerIndex index) {
    Consumer& consumer = m_consumers[index];
    consumer.alive = false;
    std::erase(m_channels[consumer.channel.value].consumers, index);
    if (m_channels[consumer.channel.value].replies == index) {
        m_channels[consumer.channel.value].replies = {};
        std::erase_if(m_replyAddresses, [index](const auto& entry) { return entry.second == index; });
    }
    if (consumer.queue.valid()) {
        Queue& queue = m_queues[consumer.queue];
        std::erase(queue.consumers, index);
        if (consumer.listed)
            unlist(queue, index);
        consumer.blocked = false;
        if (queue.exclusiveHolder == index)
            queue.exclusiveHolder = {};
        if (queue.active == index)
            activate(consumer.queue, queue.firstServed);
    }
    if (consumer.held == 0)
        m_goneConsumers.push_back(index);
}

void QueueBroker::afterConsumerLeft(QueueIndex index, Duration now) {
    const Queue& queue = m_queues[index];
    if (queue.options.autoDelete && queue.consumers.empty())
        dropQueue(index, QueueEnd::AutoDelete);
    else
        armUnused(index, now);
}

void QueueBroker::cancel(ConsumerIndex index, Duration now) {
    const Consumer& consumer = m_consumers[index];
    if (!consumer.alive)
        return;
    const QueueIndex queue = consumer.queue;
    endConsumer(index);
    if (!queue.valid())
        return;
    // In a classic queue whoever becomes the single active consumer waits for the queue's next event.
    afterConsumerLeft(queue, now);
    if (m_queues[queue].alive && m_queues[queue].quorum)
        run(queue, now);
    deliverDeadLetters(now);
}

std::optional<Got> QueueBroker::get(ChannelIndex channel, QueueIndex index, bool autoAck, Duration now) {
    armUnused(index, now);
    if (m_queues[index].quorum && m_queues[index].expiring)
        dropExpired(index, now);
    std::optional<Got> got;
    if (m_queues[index].ready > 0 && allowsGet(index)) {
        if (!m_channels[channel.value].getter.valid()) {
            const ConsumerIndex getter = m_consumers.take();
            m_consumers[getter] = Consumer{};
            m_consumers[getter].channel = channel;
            m_consumers[getter].getter = true;
            m_channels[channel.value].getter = getter;
        }
        const MessageIndex message = fetch(index, now);
        deliver(index, message, m_channels[channel.value].getter, autoAck);
        // With the acknowledgement a quorum queue looks for what has expired next, and only then counts.
        if (autoAck && m_queues[index].quorum)
            run(index, now);
        const QueuedMessage& record = m_messages[message];
        got = Got{message, record.payload, record.tag, m_queues[index].ready, record.returns > 0};
    }
    if (m_queues[index].quorum)
        run(index, now);
    deliverDeadLetters(now);
    return got;
}

std::uint32_t QueueBroker::purge(QueueIndex index, Duration now) {
    (void)now;
    const std::uint32_t count = m_queues[index].ready;
    while (m_queues[index].ready > 0) {
        const MessageIndex message = head(m_queues[index]);
        unlinkReady(m_queues[index], message);
        discard(index, message, DeathReason::Purged, DiscardReason::Purged);
    }
    return count;
}

void QueueBroker::deleteQueue(QueueIndex queue, Duration now, QueueEnd why) {
    if (m_queues[queue].alive)
        dropQueue(queue, why);
    deliverDeadLetters(now);
}

void QueueBroker::touch(QueueIndex queue, Duration now) {
    // A quorum queue's process does not hear of it.
    if (!m_queues[queue].quorum)
        armUnused(queue, now);
}

void QueueBroker::dropQueue(QueueIndex index, QueueEnd why) {
    Queue& queue = m_queues[index];
    queue.alive = false;
    m_router.removeQueue(index);
    m_timers.disarm(expiryTimer(index));
    m_timers.disarm(unusedTimer(index));
    queue.active = {};  // nobody takes over
    while (!m_queues[index].consumers.empty()) {
        const ConsumerIndex consumer = m_queues[index].consumers.front();
        QueueEffect& effect = m_effects.emplace_back();
        effect.kind = QueueEffectKind::ConsumerCancelled;
        effect.queue = index;
        effect.consumer = consumer;
        endConsumer(consumer);
    }
    while (m_queues[index].ready > 0) {
        const MessageIndex message = head(m_queues[index]);
        unlinkReady(m_queues[index], message);
        discard(index, message, DeathReason::QueueDeleted, DiscardReason::QueueDeleted);
    }
    if (m_queues[index].unacknowledged > 0)
        orphanHeld(index);
    QueueEffect& effect = m_effects.emplace_back();
    effect.kind = QueueEffectKind::QueueDeleted;
    effect.queue = index;
    effect.count = static_cast<std::uint32_t>(why);
    m_goneQueues.push_back(index);
}

void QueueBroker::orphanHeld(QueueIndex index) {
    // Their tags stay good: a client may acknowledge what came from a queue that is gone.
    for (const Channel& channel : m_channels) {
        for (MessageIndex i = channel.unacknowledged.head; i.valid(); i = m_messages[i].next) {
            QueuedMessage& record = m_messages[i];
            if (record.queue != index)
                continue;
            QueueEffect& effect = note(QueueEffectKind::Discarded, record, i);
            effect.reason = DeathReason::QueueDeleted;
            effect.discard = DiscardReason::QueueDeleted;
            m_queues[index].got -= m_consumers[record.consumer].getter;
            record.queue = {};
            ++m_queues[index].discarded;
            --m_queues[index].unacknowledged;
        }
    }
}

}  // namespace sluice
