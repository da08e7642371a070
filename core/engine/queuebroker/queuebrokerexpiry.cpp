// What time and length limits do to messages, and where dead letters go.
#include <cassert>

#include "core/engine/queuebroker/queuebroker.h"

namespace sluice {

namespace {

/// A rejection anywhere in its past lets a dead letter pass RabbitMQ's search for cycles, and between two
/// full queues it would then go round for ever, in no time, or multiply over a fanout. There it would keep
/// the broker busy; here it is dropped after so many deaths, or so many descendants of one letter.
constexpr std::uint32_t kMostHops = 64;
constexpr std::size_t kMostDescendants = 8;
constexpr std::size_t kDescendantsAnyway = 1024;

/// How often a quorum queue looks whether it has expired, from its declaration on (RabbitMQ 3.10,
/// quorum_tick_interval).
constexpr Duration kQuorumTick = std::chrono::seconds(5);

}  // namespace

void QueueBroker::advance(Duration now) {
    while (m_timers.next() <= now) {
        const Duration due = m_timers.next();
        const std::uint32_t timer = m_timers.first();
        m_timers.disarm(timer);
        const QueueIndex queue{timer / 2};
        if (timer == expiryTimer(queue)) {
            dropExpired(queue, due);
            if (m_queues[queue].quorum)
                run(queue, due);
        } else if (m_queues[queue].consumers.empty()) {
            dropQueue(queue, QueueEnd::Expired);
        }
        deliverDeadLetters(due);
    }
}

void QueueBroker::dropExpired(QueueIndex index, Duration now) {
    while (true) {
        Queue& queue = m_queues[index];
        const MessageIndex message = head(queue);
        if (!message.valid())
            return;
        const Duration expiry = m_messages[message].expiry;
        if (expiry > now) {
            // An armed timer that is earlier stays: it looks, finds nothing, and arms anew.
            if (expiry != Duration::max() && expiry < m_timers.armedAt(expiryTimer(index)))
                m_timers.arm(expiryTimer(index), expiry);
            return;
        }
        unlinkReady(queue, message);
        die(index, message, DeathReason::Expired, now);
    }
}

bool QueueBroker::dropOverLimit(QueueIndex index, Duration now) {
    bool dropped = false;
    while (true) {
        Queue& queue = m_queues[index];
        if (queue.options.overflow != Overflow::DropHead || queue.ready == 0 || !isOverLimit(queue))
            return dropped;
        const MessageIndex message = head(queue);
        unlinkReady(queue, message);
        die(index, message, DeathReason::MaxLength, now);
        dropped = true;
    }
}

void QueueBroker::armUnused(QueueIndex index, Duration now) {
    const Queue& queue = m_queues[index];
    if (!queue.options.expires || !queue.consumers.empty())
        return;
    Duration due = now + *queue.options.expires;
    if (queue.quorum) {
        // It looks for that now and then only.
        const Duration age = due - queue.declared;
        due = queue.declared + (age / kQuorumTick + 1) * kQuorumTick;
    }
    m_timers.arm(unusedTimer(index), due);
}

void QueueBroker::discard(QueueIndex index, MessageIndex message, DeathReason reason, DiscardReason why) {
    ++m_queues[index].discarded;
    QueueEffect& effect = note(QueueEffectKind::Discarded, m_messages[message], message);
    effect.queue = index;
    effect.reason = reason;
    effect.discard = why;
    letGo(message);
}

void QueueBroker::die(QueueIndex index, MessageIndex message, DeathReason reason, Duration now,
                      DiscardReason refused) {
    Queue& queue = m_queues[index];
    if (!queue.deadLetterExchange.valid())
        return discard(index, message, reason, DiscardReason::NoDeadLetterExchange);
    const ExchangeIndex exchange = m_router.exchangeNamed(queue.deadLetterExchange);
    if (!exchange.valid())
        return discard(index, message, reason,
                       refused == DiscardReason::None ? DiscardReason::MissingExchange : refused);

    ++queue.deadLettered;
    QueueEffect& effect = note(QueueEffectKind::DeadLettered, m_messages[message], message);
    effect.reason = reason;
    effect.exchange = exchange;
    effect.discard = refused;

    if (!m_messages[message].cold.valid())
        m_messages[message].cold = takeCold();
    QueuedMessage& record = m_messages[message];
    ColdMessage& cold = m_cold[record.cold];
    Envelope envelope = m_envelopes[record.envelope];
    if (cold.headers && cold.deaths.empty())
        readDeaths(cold);
    Death death;
    death.queue = queue.name;
    death.exchange = envelope.exchange;
    death.routingKey = envelope.key;
    death.routingKeys = cold.ccKeys;
    death.count = 1;
    death.reason = reason;
    death.time = now;
    death.ttl = envelope.ttl;
    addDeath(cold, death);
    if (queue.deadLetterKey.valid()) {
        envelope.key = queue.deadLetterKey;
        cold.keys = {};
        cold.ccKeys = {};
        cold.withoutCc = true;
    }
    envelope.exchange = queue.deadLetterExchange;
    envelope.ttl = Envelope::kNoTtl;
    record.envelope = m_envelopes.intern(envelope);
    record.expiry = Duration::max();
    record.returns = 0;

    static const nlohmann::json none;
    std::span<const QueueIndex> targets;
    const std::span<const RoutingKeyIndex> keys =
        cold.keys.valid() ? std::span<const RoutingKeyIndex>(m_keyLists[cold.keys.value])
                          : std::span<const RoutingKeyIndex>(&envelope.key, 1);
    if (m_router.asksForX())
        targets = m_router.route(exchange, keys, describe(message).headers);
    else if (!cold.keys.valid() && !cold.headers)
        targets = m_router.route(exchange, envelope.key);
    else
        targets = m_router.route(exchange, keys, cold.headers ? *cold.headers : none);
    std::size_t sent = 0;
    for (const QueueIndex target : targets) {
        if (reason != DeathReason::Rejected &&
            (m_hop >= kMostHops || (m_deliveringDeadLetters && m_deadLetters.size() >= m_mostLetters) ||
             closesCycle(m_cold[m_messages[message].cold].deaths, m_queues[target].name)))
            continue;
        MessageIndex copy = message;
        if (sent++ > 0) {
            copy = m_messages.take();
            const ColdIndex ownCold = m_cold.take();
            m_messages[copy] = m_messages[message];
            m_messages[copy].cold = ownCold;
            m_cold[ownCold] = m_cold[m_messages[message].cold];
        }
        m_deadLetters.push_back({target, copy, m_hop + 1});
    }
    if (sent == 0) {
        QueueEffect& lost = note(QueueEffectKind::Discarded, m_messages[message], message);
        lost.reason = reason;
        lost.discard = targets.empty() ? DiscardReason::Unroutable : DiscardReason::Cycle;
        letGo(message);
    }
}

void QueueBroker::deliverDeadLetters(Duration now) {
    if (m_deliveringDeadLetters)
        return;
    m_deliveringDeadLetters = true;
    m_mostLetters = m_deadLetters.size() * (1 + kMostDescendants) + kDescendantsAnyway;
    // Grows while it is walked: a dead letter may push out the next.
    for (std::size_t i = 0; i < m_deadLetters.size(); ++i) {
        const DeadLetter letter = m_deadLetters[i];
        m_hop = letter.hop;
        if (m_queues[letter.queue].alive) {
            enqueue(letter.queue, letter.message, false, now);
            continue;
        }
        QueueEffect& lost = note(QueueEffectKind::Discarded, m_messages[letter.message], letter.message);
        lost.queue = letter.queue;
        lost.discard = DiscardReason::Unroutable;
        letGo(letter.message);
    }
    m_deadLetters.clear();
    m_hop = 0;
    m_deliveringDeadLetters = false;
}

}  // namespace sluice
