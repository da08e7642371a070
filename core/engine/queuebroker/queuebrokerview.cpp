// What can be seen of a broker: descriptions of messages, counts, invariants.
#include <fmt/format.h>

#include "core/engine/queuebroker/queuebroker.h"

namespace sluice {

QueueCounts QueueBroker::counts(QueueIndex index) const {
    const Queue& queue = m_queues[index];
    auto consumers = static_cast<std::uint32_t>(queue.consumers.size());
    if (queue.quorum) {
        if (queue.options.singleActiveConsumer)
            consumers = queue.active.valid() ? 1 : 0;
        consumers += queue.got;
        for (std::uint32_t i = 0; i < m_consumers.size(); ++i) {
            const Consumer& consumer = m_consumers[ConsumerIndex{i}];
            consumers += !consumer.alive && consumer.queue == index && consumer.held > 0;
        }
    }
    return {queue.enqueued,   queue.acknowledged, queue.deadLettered,   queue.discarded,
            queue.readyBytes, queue.ready,        queue.unacknowledged, consumers};
}

std::span<const Death> QueueBroker::deaths(MessageIndex message) const {
    const ColdIndex cold = m_messages[message].cold;
    return cold.valid() ? std::span<const Death>(m_cold[cold].deaths) : std::span<const Death>();
}

MessageView QueueBroker::describe(MessageIndex index) const {
    const QueuedMessage& record = m_messages[index];
    const Envelope& envelope = m_envelopes[record.envelope];
    MessageView view;
    view.payload = record.payload;
    view.exchange = m_keys.text(envelope.exchange);
    view.routingKey = m_keys.text(envelope.key);
    view.redelivered = record.returns > 0;
    view.deliveryCount = record.returns;
    if (envelope.ttl != Envelope::kNoTtl)
        view.expiration = std::chrono::milliseconds(envelope.ttl);
    view.headers = nlohmann::json::object();
    if (record.cold.valid()) {
        const ColdMessage& cold = m_cold[record.cold];
        view.replyTo = cold.replyTo;
        if (cold.headers)
            view.headers = *cold.headers;
        if (cold.withoutCc)
            view.headers.erase("CC");
        if (!cold.deaths.empty())
            describeDeaths(cold, view.headers);
    }
    // To consumers a quorum queue tells the count once there is one, to basic.get always.
    const bool ready = record.state == MessageState::Ready || record.state == MessageState::Returned;
    const bool got = !ready && record.consumer.valid() && m_consumers[record.consumer].getter;
    if (record.queue.valid() && m_queues[record.queue].quorum && (got || record.returns > 0))
        view.headers["x-delivery-count"] = record.returns;
    return view;
}

void QueueBroker::readDeaths(ColdMessage& cold) {
    const auto header = cold.headers->find("x-death");
    if (header == cold.headers->end())
        return;
    cold.diedElsewhere = true;
    if (!header->is_array())
        return;
    for (const nlohmann::json& entry : *header) {
        const auto text = [&entry](const char* name) {
            const auto it = entry.find(name);
            return it != entry.end() && it->is_string() ? it->get<std::string>() : std::string();
        };
        Death death;
        bool known = false;
        for (const DeathReason reason : {DeathReason::Rejected, DeathReason::Expired, DeathReason::MaxLength,
                                         DeathReason::DeliveryLimit}) {
            if (entry.is_object() && xDeathReason(reason) == text("reason")) {
                death.reason = reason;
                known = true;
            }
        }
        if (!known)
            continue;
        death.queue = m_keys.intern(text("queue"));
        death.exchange = m_keys.intern(text("exchange"));
        std::vector<RoutingKeyIndex> keys;
        if (const auto it = entry.find("routing-keys"); it != entry.end() && it->is_array()) {
            for (const nlohmann::json& key : *it)
                keys.push_back(m_keys.intern(key.is_string() ? key.get<std::string>() : std::string()));
        }
        if (keys.size() == 1)
            death.routingKey = keys.front();
        else
            death.routingKeys = internKeys(std::move(keys));
        const auto count = entry.find("count");
        death.count = count != entry.end() && count->is_number_unsigned() ? count->get<std::uint32_t>() : 1;
        if (const std::string ttl = text("original-expiration");
            !ttl.empty() && ttl.find_first_not_of("0123456789") == std::string::npos && ttl.size() < 10)
            death.ttl = static_cast<std::uint32_t>(std::stoul(ttl));
        cold.deaths.push_back(death);
    }
}

void QueueBroker::describeDeaths(const ColdMessage& cold, nlohmann::json& headers) const {
    nlohmann::json entries = nlohmann::json::array();
    for (const Death& death : cold.deaths) {
        nlohmann::json keys = nlohmann::json::array();
        if (death.routingKeys.valid()) {
            for (const RoutingKeyIndex key : m_keyLists[death.routingKeys.value])
                keys.push_back(m_keys.text(key));
        } else {
            keys.push_back(m_keys.text(death.routingKey));
        }
        nlohmann::json entry{{"count", death.count},
                             {"exchange", m_keys.text(death.exchange)},
                             {"queue", m_keys.text(death.queue)},
                             {"reason", xDeathReason(death.reason)},
                             {"routing-keys", std::move(keys)},
                             {"time", std::chrono::duration_cast<std::chrono::seconds>(death.time).count()}};
        if (death.ttl != Envelope::kNoTtl)
            entry["original-expiration"] = std::to_string(death.ttl);
        entries.push_back(std::move(entry));
    }
    headers["x-death"] = std::move(entries);
    if (cold.firstDeath.count > 0) {
        headers["x-first-death-reason"] = xDeathReason(cold.firstDeath.reason);
        headers["x-first-death-queue"] = m_keys.text(cold.firstDeath.queue);
        headers["x-first-death-exchange"] = m_keys.text(cold.firstDeath.exchange);
    }
}

std::vector<ExchangeIndex> QueueBroker::wayOf(MessageIndex message) {
    const QueuedMessage& record = m_messages[message];
    const Envelope& envelope = m_envelopes[record.envelope];
    const ExchangeIndex exchange = m_router.exchangeNamed(envelope.exchange);
    if (!exchange.valid() || exchange == defaultExchange())
        return {};
    static const nlohmann::json none;
    const ColdMessage* cold = record.cold.valid() ? &m_cold[record.cold] : nullptr;
    const std::span<const RoutingKeyIndex> keys =
        cold != nullptr && cold->keys.valid() ? std::span<const RoutingKeyIndex>(m_keyLists[cold->keys.value])
                                              : std::span<const RoutingKeyIndex>(&envelope.key, 1);
    if (m_router.asksForX())
        return m_router.wayTo(record.queue, exchange, keys, describe(message).headers);
    return m_router.wayTo(record.queue, exchange, keys,
                          cold != nullptr && cold->headers ? *cold->headers : none);
}

void QueueBroker::forEachReady(QueueIndex index, const std::function<void(MessageIndex)>& visit) const {
    const Queue& queue = m_queues[index];
    for (std::size_t level = queue.upper.size() + 1; level-- > 0;) {
        const MessageList& list = level == 0 ? queue.base : queue.upper[level - 1];
        for (MessageIndex i = list.head; i.valid(); i = m_messages[i].next)
            visit(i);
    }
}

}  // namespace sluice
