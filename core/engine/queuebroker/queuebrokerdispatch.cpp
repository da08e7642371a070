// A queue's ready messages, its consumers, and who gets what next.
#include <algorithm>
#include <cassert>

#include "core/engine/queuebroker/queuebroker.h"

namespace sluice {

bool QueueBroker::wouldOverflow(const Queue& queue, std::uint32_t size) const {
    return queue.ready + 1ULL > queue.maxLength || queue.readyBytes + size > queue.maxBytes;
}

bool QueueBroker::enqueue(QueueIndex index, MessageIndex message, bool published, Duration now) {
    Queue& queue = m_queues[index];
    QueuedMessage& record = m_messages[message];
    record.queue = index;
    record.enqueued = now;
    ++queue.enqueued;
    if (queue.limited && queue.options.overflow != Overflow::DropHead &&
        (queue.quorum ? published && refuses(queue) : wouldOverflow(queue, sizeOf(record)))) {
        if (queue.options.overflow == Overflow::RejectPublishDlx && queue.deadLetterExchange.valid())
            die(index, message, DeathReason::MaxLength, now, DiscardReason::Refused);
        else
            discard(index, message, DeathReason::MaxLength,
                    published ? DiscardReason::Refused : DiscardReason::LetterRefused);
        return false;
    }
    record.sequence = queue.nextSequence++;
    const Duration ttl = std::min(record.expiry, queue.messageTtl);
    // A quorum queue gives a TTL of 0 one more millisecond.
    record.expiry = ttl == Duration::max()                    ? ttl
                    : ttl == Duration::zero() && queue.quorum ? now + std::chrono::milliseconds(1)
                                                              : now + ttl;
    if (ttl != Duration::max()) {
        queue.expiring = true;
        queue.plain = false;
    }

    if (queue.ready == 0 && !queue.quorum) {
        if (const ConsumerIndex consumer = nextConsumer(queue); consumer.valid()) {
            QueueEffect& effect = note(QueueEffectKind::Enqueued, record, message);
            effect.exchange = m_router.exchangeNamed(m_envelopes[record.envelope].exchange);
            effect.count = 1;
            deliver(index, message, consumer, m_consumers[consumer].autoAck);
            return true;
        }
    }
    append(queue, message, MessageState::Ready);
    QueueEffect& effect = note(QueueEffectKind::Enqueued, record, message);
    effect.exchange = m_router.exchangeNamed(m_envelopes[record.envelope].exchange);
    effect.count = queue.ready;
    if (queue.quorum) {
        run(index, now);
        return true;
    }
    // Without this a single active consumer that took over by a cancel would wait on; RabbitMQ 3.10's queue
    // process even fails at a publish then.
    if (queue.options.singleActiveConsumer && queue.ready > 1)
        run(index, now);
    const bool dropped = queue.limited && dropOverLimit(index, now);
    // The broker looks for what expired only when the head may be a new one: a message that overtakes others
    // by its priority does not set the clock, and so expires late.
    if (queue.expiring && (dropped || queue.ready == 1))
        dropExpired(index, now);
    return true;
}

bool QueueBroker::refuses(Queue& queue) {
    // A publisher that comes to a quorum queue over its limit is turned away; those it knows it turns away
    // from then on until four fifths of the limit are reached again.
    if (!queue.published && isOverLimit(queue))
        queue.refusing = true;
    queue.published = true;
    return queue.refusing;
}

void QueueBroker::noteLimit(Queue& queue) {
    constexpr double low = 0.8;
    const auto below = [](std::uint64_t limit, std::uint64_t count) {
        return limit == UINT64_MAX || count <= static_cast<std::uint64_t>(static_cast<double>(limit) * low);
    };
    if (isOverLimit(queue))
        queue.refusing = queue.refusing || queue.published;
    else if (below(queue.maxLength, queue.ready) && below(queue.maxBytes, queue.readyBytes))
        queue.refusing = false;
}

MessageIndex QueueBroker::head(const Queue& queue) const {
    if (queue.upperReady > 0) {
        for (std::size_t i = queue.upper.size(); i > 0; --i) {
            if (queue.upper[i - 1].head.valid())
                return queue.upper[i - 1].head;
        }
    }
    return queue.base.head;
}

std::size_t QueueBroker::levelOf(const Queue& queue, const QueuedMessage& message) const {
    if (queue.quorum)
        return message.state == MessageState::Returned ? 1 : 0;
    return std::min<std::size_t>(message.priority, queue.upper.size());
}

void QueueBroker::insert(Queue& queue, MessageIndex message, MessageIndex after, MessageState state) {
    QueuedMessage& record = m_messages[message];
    record.state = state;
    const std::size_t level = levelOf(queue, record);
    MessageList& list = level == 0 ? queue.base : queue.upper[level - 1];
    const MessageIndex before = after.valid() ? m_messages[after].next : list.head;
    record.prev = after;
    record.next = before;
    (after.valid() ? m_messages[after].next : list.head) = message;
    (before.valid() ? m_messages[before].prev : list.tail) = message;
    ++queue.ready;
    queue.upperReady += level > 0;
    queue.readyBytes += sizeOf(record);
}

void QueueBroker::append(Queue& queue, MessageIndex message, MessageState state) {
    QueuedMessage& record = m_messages[message];
    record.state = state;
    const std::size_t level = levelOf(queue, record);
    insert(queue, message, level == 0 ? queue.base.tail : queue.upper[level - 1].tail, state);
}

void QueueBroker::putBack(Queue& queue, MessageIndex message, MessageIndex hint) {
    const QueuedMessage& record = m_messages[message];
    const std::size_t level = levelOf(queue, record);
    MessageIndex after;  // the last one that stays before it
    if (hint.valid() && m_messages[hint].state == MessageState::Ready &&
        levelOf(queue, m_messages[hint]) == level && m_messages[hint].precedes(record))
        after = hint;
    MessageIndex before =
        after.valid() ? m_messages[after].next : (level == 0 ? queue.base : queue.upper[level - 1]).head;
    while (before.valid() && m_messages[before].precedes(record)) {
        after = before;
        before = m_messages[before].next;
    }
    insert(queue, message, after, MessageState::Ready);
}

void QueueBroker::unlinkReady(Queue& queue, MessageIndex message) {
    QueuedMessage& record = m_messages[message];
    const std::size_t level = levelOf(queue, record);
    MessageList& list = level == 0 ? queue.base : queue.upper[level - 1];
    (record.prev.valid() ? m_messages[record.prev].next : list.head) = record.next;
    (record.next.valid() ? m_messages[record.next].prev : list.tail) = record.prev;
    record.state = MessageState::Moving;
    --queue.ready;
    queue.upperReady -= level > 0;
    queue.readyBytes -= sizeOf(record);
}

MessageIndex QueueBroker::fetch(QueueIndex index, Duration now) {
    Queue& queue = m_queues[index];
    const MessageIndex message = head(queue);
    unlinkReady(queue, message);
    // A quorum queue looks for what has expired before it hands something out, not after.
    if (queue.expiring && !queue.quorum)
        dropExpired(index, now);
    return message;
}

ConsumerIndex QueueBroker::nextConsumer(Queue& queue) {
    if (queue.options.singleActiveConsumer) {
        if (!queue.active.valid())
            return {};
        Consumer& active = m_consumers[queue.active];
        active.blocked = !active.hasRoom();
        return active.blocked ? ConsumerIndex{} : queue.active;
    }
    return nextInTurn(queue);
}

inline ConsumerIndex QueueBroker::nextInTurn(Queue& queue) {
    if (!hasReader(queue))
        return {};
    const ConsumerIndex index = queue.firstServed;
    if (m_consumers[index].next.valid()) {
        unlist(queue, index);
        list(queue, index);
    }
    return index;
}

bool QueueBroker::hasReader(Queue& queue) {
    while (queue.firstServed.valid()) {
        const ConsumerIndex index = queue.firstServed;
        Consumer& consumer = m_consumers[index];
        if (consumer.hasRoom())
            return true;
        // Only now is it found to have no room: until it was tried it kept its turn, as in the broker.
        unlist(queue, index);
        consumer.blocked = true;
    }
    return false;
}

void QueueBroker::list(Queue& queue, ConsumerIndex index) {
    Consumer& consumer = m_consumers[index];
    ConsumerIndex after = queue.lastServed;
    while (after.valid() && m_consumers[after].priority < consumer.priority)
        after = m_consumers[after].prev;
    const ConsumerIndex before = after.valid() ? m_consumers[after].next : queue.firstServed;
    consumer.prev = after;
    consumer.next = before;
    (after.valid() ? m_consumers[after].next : queue.firstServed) = index;
    (before.valid() ? m_consumers[before].prev : queue.lastServed) = index;
    consumer.listed = true;
    consumer.blocked = false;
}

void QueueBroker::unlist(Queue& queue, ConsumerIndex index) {
    Consumer& consumer = m_consumers[index];
    (consumer.prev.valid() ? m_consumers[consumer.prev].next : queue.firstServed) = consumer.next;
    (consumer.next.valid() ? m_consumers[consumer.next].prev : queue.lastServed) = consumer.prev;
    consumer.listed = false;
}

void QueueBroker::deliver(QueueIndex index, MessageIndex message, ConsumerIndex by, bool autoAck) {
    Queue& queue = m_queues[index];
    QueuedMessage& record = m_messages[message];
    Consumer& consumer = m_consumers[by];
    Channel& channel = m_channels[consumer.channel.value];
    record.consumer = by;
    record.tag = nextTag();
    QueueEffect& effect = note(QueueEffectKind::Delivered, record, message);
    if (!consumer.getter)
        effect.consumer = by;
    effect.tag = record.tag;
    effect.count = record.returns;
    effect.redelivered = record.returns > 0;
    if (autoAck) {
        ++queue.acknowledged;
        letGo(message);
        return;
    }
    record.state = MessageState::Unacknowledged;
    record.prev = channel.unacknowledged.tail;
    record.next = {};
    (record.prev.valid() ? m_messages[record.prev].next : channel.unacknowledged.head) = message;
    channel.unacknowledged.tail = message;
    ++queue.unacknowledged;
    queue.got += consumer.getter;
    ++consumer.held;
    // A quorum queue takes a consumer off its list with the delivery that fills it.
    if (queue.quorum && consumer.listed && !consumer.hasRoom()) {
        unlist(queue, by);
        consumer.blocked = true;
    }
}

inline void QueueBroker::handPlain(Queue& queue, MessageIndex message, ConsumerIndex by, Handover& next) {
    QueuedMessage& record = m_messages[message];
    Consumer& consumer = m_consumers[by];
    MessageList& held = m_channels[consumer.channel.value].unacknowledged;
    record.consumer = by;
    record.tag = nextTag();
    record.state = MessageState::Unacknowledged;
    record.prev = held.tail;
    record.next = {};
    (held.tail.valid() ? m_messages[held.tail].next : held.head) = message;
    held.tail = message;
    ++queue.unacknowledged;
    ++consumer.held;
    next = {message, by, record.payload, record.tag, record.returns};
}

void QueueBroker::publishPlain(QueueIndex index, std::uint32_t payload, std::uint32_t size, Handover& next,
                               Duration now) {
    assert(m_effects.empty() && m_queues[index].plain);
    Queue& queue = m_queues[index];
    if (!queue.plainEnvelope.valid() || m_envelopes[queue.plainEnvelope].size != size)
        queue.plainEnvelope = m_envelopes.intern({m_router.nameOf(defaultExchange()), queue.name, size});
    const MessageIndex message = m_messages.take();
    QueuedMessage& record = m_messages[message];
    record = QueuedMessage{};
    record.expiry = Duration::max();
    record.enqueued = now;
    record.sequence = queue.nextSequence++;
    record.payload = payload;
    record.envelope = queue.plainEnvelope;
    record.queue = index;
    ++queue.enqueued;
    if (queue.ready == 0) {
        if (const ConsumerIndex consumer = nextInTurn(queue); consumer.valid())
            return handPlain(queue, message, consumer, next);
    }
    record.state = MessageState::Ready;
    record.prev = queue.base.tail;
    (queue.base.tail.valid() ? m_messages[queue.base.tail].next : queue.base.head) = message;
    queue.base.tail = message;
    ++queue.ready;
    queue.readyBytes += size;
}

bool QueueBroker::ackPlain(MessageIndex message, std::uint32_t tag, Handover& next, Duration now) {
    QueuedMessage& record = m_messages[message];
    if (record.state != MessageState::Unacknowledged || record.tag != tag || !record.queue.valid())
        return false;
    const QueueIndex index = record.queue;
    Queue& queue = m_queues[index];
    const ConsumerIndex by = record.consumer;
    Consumer& consumer = m_consumers[by];
    if (!queue.plain || !consumer.alive || consumer.getter)
        return false;
    assert(m_effects.empty());
    MessageList& held = m_channels[consumer.channel.value].unacknowledged;
    (record.prev.valid() ? m_messages[record.prev].next : held.head) = record.next;
    (record.next.valid() ? m_messages[record.next].prev : held.tail) = record.prev;
    --consumer.held;
    --queue.unacknowledged;
    ++queue.acknowledged;
    if (record.cold.valid())
        m_cold.release(record.cold);
    record.state = MessageState::Free;
    m_messages.release(message);
    if (!consumer.blocked || !consumer.hasRoom())
        return true;
    // Under load nobody else has room, and with what it takes now it has none again: the list, on which it
    // would stand for this moment, can stay empty.
    const bool alone =
        queue.ready > 1 && !queue.firstServed.valid() && consumer.held + 1 == consumer.prefetch;
    ConsumerIndex reader = by;
    if (!alone) {
        consumer.blocked = false;
        if (!consumer.listed)
            list(queue, by);
        if (queue.ready == 0)
            return true;
        reader = nextInTurn(queue);
        if (!reader.valid())
            return true;
    }
    const MessageIndex head = queue.base.head;
    const QueuedMessage& first = m_messages[head];
    queue.base.head = first.next;
    (first.next.valid() ? m_messages[first.next].prev : queue.base.tail) = {};
    --queue.ready;
    queue.readyBytes -= sizeOf(first);
    handPlain(queue, head, reader, next);
    // More only if others had room too: then they follow as effects.
    if (!alone && queue.ready > 0 && hasReader(queue))
        run(index, now);
    return true;
}

void QueueBroker::run(QueueIndex index, Duration now) {
    while (true) {
        Queue& queue = m_queues[index];
        if (queue.quorum && queue.expiring)
            dropExpired(index, now);
        if (queue.ready == 0)
            break;
        const ConsumerIndex consumer = nextConsumer(queue);
        if (!consumer.valid())
            break;
        deliver(index, fetch(index, now), consumer, m_consumers[consumer].autoAck);
    }
    if (m_queues[index].quorum && m_queues[index].limited) {
        // Whatever is the head then has its own time to expire.
        if (dropOverLimit(index, now) && m_queues[index].expiring)
            dropExpired(index, now);
        noteLimit(m_queues[index]);
    }
}

}  // namespace sluice
