// Acknowledging, requeueing, rejecting; what a channel gives back when it closes.
#include <algorithm>
#include <cassert>
#include <utility>

#include "core/engine/queuebroker/queuebroker.h"

namespace sluice {

void QueueBroker::unlinkHeld(MessageIndex message) {
    QueuedMessage& record = m_messages[message];
    Consumer& consumer = m_consumers[record.consumer];
    MessageList& list = m_channels[consumer.channel.value].unacknowledged;
    (record.prev.valid() ? m_messages[record.prev].next : list.head) = record.next;
    (record.next.valid() ? m_messages[record.next].prev : list.tail) = record.prev;
    record.state = MessageState::Moving;
    --consumer.held;
    if (record.queue.valid()) {
        --m_queues[record.queue].unacknowledged;
        m_queues[record.queue].got -= consumer.getter;
    }
    if (consumer.held == 0 && !consumer.alive && !consumer.getter)
        m_goneConsumers.push_back(record.consumer);
}

bool QueueBroker::ack(MessageIndex message, std::uint32_t tag, Duration now) {
    return settleOne(message, tag, Settlement::Acknowledge, now);
}

bool QueueBroker::nack(MessageIndex message, std::uint32_t tag, bool requeue, Duration now) {
    return settleOne(message, tag, requeue ? Settlement::Requeue : Settlement::Reject, now);
}

bool QueueBroker::settleOne(MessageIndex message, std::uint32_t tag, Settlement how, Duration now) {
    if (!m_messages.contains(message))
        return false;
    const QueuedMessage& record = m_messages[message];
    if (record.state != MessageState::Unacknowledged || record.tag != tag)
        return false;
    unlinkHeld(message);
    if (!record.queue.valid()) {
        letGo(message);
        return false;
    }
    settleGroup(record.queue, std::span(&message, 1), how, now);
    deliverDeadLetters(now);
    return true;
}

bool QueueBroker::ack(ChannelIndex channel, std::uint32_t tag, bool multiple, Duration now) {
    return settle(channel, tag, multiple, Settlement::Acknowledge, now);
}

bool QueueBroker::nack(ChannelIndex channel, std::uint32_t tag, bool multiple, bool requeue, Duration now) {
    return settle(channel, tag, multiple, requeue ? Settlement::Requeue : Settlement::Reject, now);
}

bool QueueBroker::returnsBefore(ConsumerIndex a, ConsumerIndex b) const {
    if (m_consumers[a].getter != m_consumers[b].getter)
        return m_consumers[a].getter;
    return m_consumers[a].order < m_consumers[b].order;
}

bool QueueBroker::settle(ChannelIndex channelIndex, std::uint32_t tag, bool multiple, Settlement how,
                         Duration now) {
    if (!isOpen(channelIndex))
        return false;
    const MessageList& held = m_channels[channelIndex.value].unacknowledged;
    MessageIndex last = held.tail;
    if (tag != 0 || !multiple) {
        last = held.head;
        while (last.valid() && m_messages[last].tag != tag)
            last = m_messages[last].next;
        if (!last.valid()) {
            closeChannel(channelIndex, now);
            return false;
        }
    }
    if (!multiple) {
        settleOne(last, tag, how, now);
        return true;
    }
    std::vector<MessageIndex> messages;
    if (last.valid()) {
        for (MessageIndex i = held.head; i != last; i = m_messages[i].next)
            messages.push_back(i);
        messages.push_back(last);
    }
    // The broker settles queue by queue (by name), and within one consumer by consumer, basic.get first.
    const auto before = [this](MessageIndex a, MessageIndex b) {
        const QueuedMessage& x = m_messages[a];
        const QueuedMessage& y = m_messages[b];
        if (x.queue != y.queue) {
            if (!x.queue.valid() || !y.queue.valid())
                return x.queue.valid();
            return m_keys.text(m_queues[x.queue].name) < m_keys.text(m_queues[y.queue].name);
        }
        return returnsBefore(x.consumer, y.consumer);
    };
    std::stable_sort(messages.begin(), messages.end(), before);
    for (std::size_t begin = 0; begin < messages.size();) {
        std::size_t end = begin;
        const QueueIndex queue = m_messages[messages[begin]].queue;
        const ConsumerIndex consumer = m_messages[messages[begin]].consumer;
        const bool single = queue.valid() && how == Settlement::Requeue && requeuesAtTail(m_queues[queue]);
        while (end < messages.size() && m_messages[messages[end]].queue == queue &&
               m_messages[messages[end]].consumer == consumer && !(single && end > begin))
            unlinkHeld(messages[end++]);
        const std::span<const MessageIndex> group(messages.data() + begin, end - begin);
        if (queue.valid())
            settleGroup(queue, group, how, now);
        else
            std::for_each(group.begin(), group.end(), [this](MessageIndex gone) { letGo(gone); });
        begin = end;
    }
    deliverDeadLetters(now);
    return true;
}

void QueueBroker::settleGroup(QueueIndex index, std::span<const MessageIndex> messages, Settlement how,
                              Duration now) {
    Queue& queue = m_queues[index];
    const ConsumerIndex by = m_messages[messages.front()].consumer;
    Consumer& consumer = m_consumers[by];
    const bool unblocked = consumer.blocked && consumer.hasRoom();
    if (unblocked) {
        consumer.blocked = false;
        if (!consumer.listed)
            list(queue, by);
    }
    const ConsumerIndex named = consumer.getter ? ConsumerIndex{} : by;
    switch (how) {
        case Settlement::Acknowledge:
            for (const MessageIndex message : messages) {
                QueueEffect& effect = note(QueueEffectKind::Acknowledged, m_messages[message], message);
                effect.consumer = named;
                ++queue.acknowledged;
                letGo(message);
            }
            break;
        case Settlement::Requeue:
            requeueAll(index, messages, true, now);
            return;
        case Settlement::Reject:
            for (const MessageIndex message : messages)
                die(index, message, DeathReason::Rejected, now);
            break;
    }
    if (unblocked || m_queues[index].quorum)
        run(index, now);
}

void QueueBroker::requeueAll(QueueIndex index, std::span<const MessageIndex> messages, bool clientAsks,
                             Duration now) {
    MessageIndex hint;
    for (const MessageIndex message : messages) {
        Queue& queue = m_queues[index];
        QueuedMessage& record = m_messages[message];
        const ConsumerIndex consumer = record.consumer;
        if (record.returns < UINT16_MAX)
            ++record.returns;
        if (queue.quorum && queue.options.deliveryLimit && record.returns > *queue.options.deliveryLimit) {
            // RabbitMQ 3.10 gives a consumer credit for such a message twice, for its return and for its
            // death: from then on it may hold one more.
            if (clientAsks && m_consumers[consumer].prefetch > 0)
                ++m_consumers[consumer].prefetch;
            die(index, message, DeathReason::DeliveryLimit, now);
            continue;
        }
        if (queue.quorum)
            append(queue, message,
                   clientAsks && requeuesAtTail(queue) ? MessageState::Ready : MessageState::Returned);
        else
            putBack(queue, message, hint);
        // What basic.get only looked at has been there all the time.
        if (!m_consumers[consumer].getter)
            record.enqueued = now;
        hint = message;
        QueueEffect& effect = note(QueueEffectKind::Requeued, record, message);
        effect.consumer = m_consumers[consumer].getter ? ConsumerIndex{} : consumer;
        effect.count = queue.ready;
    }
    Queue& queue = m_queues[index];
    if (!queue.quorum) {
        if (queue.limited)
            dropOverLimit(index, now);
        if (queue.expiring)
            dropExpired(index, now);
    }
    run(index, now);
}

void QueueBroker::closeChannel(ChannelIndex index, Duration now) {
    if (!isOpen(index))
        return;
    m_channels[index.value].open = false;
    std::vector<QueueIndex> queues;
    const auto concern = [&queues](QueueIndex queue) {
        if (queue.valid() && std::find(queues.begin(), queues.end(), queue) == queues.end())
            queues.push_back(queue);
    };
    const std::vector<ConsumerIndex> consumers = m_channels[index.value].consumers;
    for (const ConsumerIndex consumer : consumers) {
        concern(m_consumers[consumer].queue);
        endConsumer(consumer);
    }
    std::vector<MessageIndex> held;
    for (MessageIndex i = m_channels[index.value].unacknowledged.head; i.valid(); i = m_messages[i].next) {
        held.push_back(i);
        concern(m_messages[i].queue);
    }
    for (const MessageIndex message : held) {
        unlinkHeld(message);
        if (!m_messages[message].queue.valid())
            letGo(message);
    }
    std::sort(queues.begin(), queues.end());
    for (const QueueIndex queue : queues) {
        std::vector<MessageIndex> back;
        std::copy_if(held.begin(), held.end(), std::back_inserter(back), [&](MessageIndex message) {
            return m_messages[message].state == MessageState::Moving && m_messages[message].queue == queue;
        });
        if (m_queues[queue].hadConsumers && m_queues[queue].options.autoDelete &&
            m_queues[queue].consumers.empty()) {
            for (const MessageIndex message : back)
                discard(queue, message, DeathReason::QueueDeleted, DiscardReason::QueueDeleted);
            dropQueue(queue, QueueEnd::AutoDelete);
            continue;
        }
        armUnused(queue, now);
        if (m_queues[queue].quorum) {
            std::stable_sort(back.begin(), back.end(), [this](MessageIndex a, MessageIndex b) {
                return returnsBefore(m_messages[a].consumer, m_messages[b].consumer);
            });
        }
        requeueAll(queue, back, false, now);
    }
    if (m_channels[index.value].getter.valid())
        m_goneConsumers.push_back(std::exchange(m_channels[index.value].getter, ConsumerIndex{}));
    deliverDeadLetters(now);
}

}  // namespace sluice
