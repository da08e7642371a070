#include "core/engine/queuebroker/queuebroker.h"

#include <fmt/format.h>
#include <algorithm>
#include <cassert>

namespace sluice {

namespace {

constexpr std::string_view kReplyTo = "amq.rabbitmq.reply-to";

}  // namespace

QueueBroker::QueueBroker() = default;

Result<ExchangeIndex> QueueBroker::declareExchange(std::string_view name, ExchangeType type,
                                                   const ExchangeOptions& options) {
    return m_router.declareExchange(name, type, options);
}

Result<QueueIndex> QueueBroker::declareQueue(std::string_view name, const QueueOptions& options,
                                             Duration now) {
    const RoutingKeyIndex key = m_keys.intern(name);
    if (const QueueIndex known = m_router.queueNamed(key); known.valid()) {
        if (!(m_queues[known].options == options)) {
            return Error{ErrorCode::Conflict, fmt::format("queue \"{}\" exists with other arguments", name),
                         std::string(name)};
        }
        touch(known, now);
        return known;
    }
    const QueueIndex index = m_queues.take();
    Queue& queue = m_queues[index];
    queue = Queue{};
    queue.alive = true;
    queue.name = key;
    queue.declared = now;
    queue.options = options;
    queue.quorum = options.type == QueueType::Quorum;
    queue.messageTtl = options.messageTtl.value_or(Duration::max());
    queue.limited = options.maxLength || options.maxLengthBytes;
    queue.maxLength = options.maxLength.value_or(UINT64_MAX);
    queue.maxBytes = options.maxLengthBytes.value_or(UINT64_MAX);
    queue.upper.resize(queue.quorum ? 1 : options.maxPriority);
    queue.plain = !queue.quorum && !queue.limited && !options.messageTtl && queue.upper.empty() &&
                  !options.singleActiveConsumer;
    if (options.deadLetterExchange)
        queue.deadLetterExchange = m_keys.intern(*options.deadLetterExchange);
    if (options.deadLetterRoutingKey)
        queue.deadLetterKey = m_keys.intern(*options.deadLetterRoutingKey);
    m_router.addQueue(index, key);
    armUnused(index, now);
    return index;
}

void QueueBroker::bindQueue(ExchangeIndex exchange, QueueIndex queue, std::string_view routingKey,
                            const nlohmann::json& arguments) {
    m_router.bind(exchange, {queue, {}}, routingKey, arguments);
}

void QueueBroker::bindExchange(ExchangeIndex source, ExchangeIndex destination, std::string_view routingKey,
                               const nlohmann::json& arguments) {
    m_router.bind(source, {{}, destination}, routingKey, arguments);
}

void QueueBroker::unbindQueue(ExchangeIndex exchange, QueueIndex queue, std::string_view routingKey,
                              const nlohmann::json& arguments) {
    m_router.unbind(exchange, {queue, {}}, routingKey, arguments);
}

void QueueBroker::unbindExchange(ExchangeIndex source, ExchangeIndex destination, std::string_view routingKey,
                                 const nlohmann::json& arguments) {
    m_router.unbind(source, {{}, destination}, routingKey, arguments);
}

void QueueBroker::deleteExchange(ExchangeIndex exchange) {
    m_router.deleteExchange(exchange);
}

std::optional<ExchangeIndex> QueueBroker::findExchange(std::string_view name) const {
    const ExchangeIndex found = m_router.exchangeNamed(m_keys.find(name));
    return found.valid() ? std::optional(found) : std::nullopt;
}

std::optional<QueueIndex> QueueBroker::findQueue(std::string_view name) const {
    const QueueIndex found = m_router.queueNamed(m_keys.find(name));
    return found.valid() ? std::optional(found) : std::nullopt;
}

const std::string& QueueBroker::queueName(QueueIndex queue) const {
    return m_keys.text(m_queues[queue].name);
}

const std::string& QueueBroker::exchangeName(ExchangeIndex exchange) const {
    return m_keys.text(m_router.nameOf(exchange));
}

PublishOutcome QueueBroker::publish(ExchangeIndex exchange, RoutingKeyIndex key, const Publish& message,
                                    Duration now) {
    if (message.properties != nullptr || m_router.isInternal(exchange))
        return publishWithProperties(exchange, key, message, now);
    return publishTo(m_router.route(exchange, key), exchange, key, message, {}, now);
}

PublishOutcome QueueBroker::publishToQueue(QueueIndex queue, const Publish& message, Duration now) {
    const RoutingKeyIndex key = m_queues[queue].name;
    if (message.properties != nullptr)
        return publishWithProperties(defaultExchange(), key, message, now);
    return publishTo(std::span(&queue, 1), defaultExchange(), key, message, {}, now);
}

PublishOutcome QueueBroker::publishTo(std::span<const QueueIndex> queues, ExchangeIndex exchange,
                                      RoutingKeyIndex key, const Publish& message, ColdIndex cold,
                                      Duration now) {
    const EnvelopeIndex envelope = envelopeOf(message, m_router.nameOf(exchange), key);
    QueueIndex refused;
    const auto hand = [&](QueueIndex queue, ColdIndex own) {
        const MessageIndex index = take(message, envelope);
        m_messages[index].cold = own;
        if (!enqueue(queue, index, true, now))
            refused = queue;
    };
    if (queues.size() == 1) {
        hand(queues.front(), cold);
    } else if (!queues.empty()) {
        // A copy: a queue that dead-letters what it drops asks the router again, which owns the span.
        // RabbitMQ hands a client's message to its queues from the last name to the first.
        m_targets.assign(queues.rbegin(), queues.rend());
        for (std::size_t i = 0; i < m_targets.size(); ++i) {
            ColdIndex own = cold;
            if (cold.valid() && i + 1 < m_targets.size()) {
                own = m_cold.take();
                m_cold[own] = m_cold[cold];
            }
            hand(m_targets[i], own);
        }
    }
    const auto outcome = [&](QueueEffectKind kind, PublishOutcome result) {
        QueueEffect& effect = m_effects.emplace_back();
        effect.kind = kind;
        effect.payload = message.payload;
        effect.exchange = exchange;
        effect.queue = refused;
        return result;
    };
    const bool replied = queues.empty() && exchange == defaultExchange() && deliverReply(key, message, cold);
    const bool unroutable = queues.empty() && !replied;
    if (unroutable) {
        if (cold.valid())
            m_cold.release(cold);
        if (message.mandatory) {
            outcome(QueueEffectKind::Returned, PublishOutcome::Returned);
        } else {
            outcome(QueueEffectKind::Discarded, PublishOutcome::Confirmed);
            m_effects.back().discard = DiscardReason::Unroutable;
        }
    }
    if (!m_deadLetters.empty())
        deliverDeadLetters(now);
    if (refused.valid())
        return outcome(QueueEffectKind::Nacked, PublishOutcome::Nacked);
    outcome(QueueEffectKind::Confirmed, PublishOutcome::Confirmed);
    return unroutable && message.mandatory ? PublishOutcome::Returned : PublishOutcome::Confirmed;
}

std::string QueueBroker::replyAddress(ChannelIndex channel) {
    return fmt::format("{}.{}", kReplyTo, channel.value);
}

bool QueueBroker::deliverReply(RoutingKeyIndex key, const Publish& message, ColdIndex cold) {
    const auto address = std::find_if(m_replyAddresses.begin(), m_replyAddresses.end(),
                                      [key](const auto& entry) { return entry.first == key; });
    if (address == m_replyAddresses.end())
        return false;
    const MessageIndex index = take(message, envelopeOf(message, m_router.nameOf(defaultExchange()), key));
    QueuedMessage& record = m_messages[index];
    record.cold = cold;
    record.consumer = address->second;
    record.tag = nextTag();
    QueueEffect& effect = note(QueueEffectKind::Delivered, record, index);
    effect.consumer = address->second;
    effect.tag = record.tag;
    letGo(index);
    return true;
}

PublishOutcome QueueBroker::publishWithProperties(ExchangeIndex exchange, RoutingKeyIndex key,
                                                  const Publish& message, Duration now) {
    if (m_router.isInternal(exchange))
        return PublishOutcome::Refused;
    if (message.properties == nullptr)
        return publishTo(m_router.route(exchange, key), exchange, key, message, {}, now);

    const MessageProperties& properties = *message.properties;
    const ColdIndex index = takeCold();
    ColdMessage& cold = m_cold[index];
    cold.replyTo = properties.replyTo;
    if (cold.replyTo == kReplyTo) {
        if (!message.channel.valid() || !m_channels[message.channel.value].replies.valid()) {
            m_cold.release(index);
            return PublishOutcome::Refused;
        }
        cold.replyTo = replyAddress(message.channel);
    }
    std::vector<RoutingKeyIndex> keys{key};
    if (properties.headers.is_object() && !properties.headers.empty()) {
        nlohmann::json headers = properties.headers;
        const auto addKeys = [&](const char* name) {
            const auto it = headers.find(name);
            if (it == headers.end() || !it->is_array())
                return;
            for (const nlohmann::json& more : *it) {
                if (more.is_string())
                    keys.push_back(m_keys.intern(more.get_ref<const std::string&>()));
            }
        };
        addKeys("CC");
        if (keys.size() > 1)
            cold.ccKeys = internKeys(keys);
        addKeys("BCC");
        headers.erase("BCC");
        if (keys.size() > 1)
            cold.keys = internKeys(keys);
        cold.headers = std::make_shared<const nlohmann::json>(std::move(headers));
    }
    static const nlohmann::json none;
    return publishTo(m_router.route(exchange, keys, cold.headers ? *cold.headers : none), exchange, key,
                     message, index, now);
}

std::span<const QueueIndex> QueueBroker::routeOf(ExchangeIndex exchange, RoutingKeyIndex key,
                                                 const MessageProperties* properties) {
    if (!properties || !properties->headers.is_object())
        return m_router.route(exchange, key);
    std::vector<RoutingKeyIndex> keys{key};
    for (const char* name : {"CC", "BCC"}) {
        const auto more = properties->headers.find(name);
        if (more == properties->headers.end() || !more->is_array())
            continue;
        for (const nlohmann::json& one : *more) {
            if (one.is_string())
                keys.push_back(m_keys.intern(one.get_ref<const std::string&>()));
        }
    }
    return m_router.route(exchange, keys, properties->headers);
}

EnvelopeIndex QueueBroker::envelopeOf(const Publish& message, RoutingKeyIndex exchange, RoutingKeyIndex key) {
    Envelope envelope{exchange, key, message.size};
    if (message.expiration >= Duration::zero())
        envelope.ttl = static_cast<std::uint32_t>(
            std::min<std::int64_t>(message.expiration / std::chrono::milliseconds(1), Envelope::kNoTtl - 1));
    return m_envelopes.intern(envelope);
}

MessageIndex QueueBroker::take(const Publish& message, EnvelopeIndex envelope) {
    const MessageIndex index = m_messages.take();
    QueuedMessage& record = m_messages[index];
    record = QueuedMessage{};
    record.payload = message.payload;
    record.envelope = envelope;
    record.priority = message.priority;
    record.state = MessageState::Moving;
    // Until it is enqueued, expiry holds the message's own TTL.
    record.expiry = message.expiration >= Duration::zero() ? message.expiration : Duration::max();
    return index;
}

void QueueBroker::letGo(MessageIndex message) {
    m_messages[message].state = MessageState::Gone;
    m_gone.push_back(message);
}

ColdIndex QueueBroker::takeCold() {
    const ColdIndex index = m_cold.take();
    m_cold[index].reset();
    return index;
}

KeyListIndex QueueBroker::internKeys(std::vector<RoutingKeyIndex> keys) {
    const auto it = std::find(m_keyLists.begin(), m_keyLists.end(), keys);
    const auto index = static_cast<std::uint32_t>(it - m_keyLists.begin());
    if (it == m_keyLists.end())
        m_keyLists.push_back(std::move(keys));
    return KeyListIndex{index};
}

void QueueBroker::clearEffects() {
#ifndef NDEBUG
    audit();
#endif
    m_effects.clear();
    for (const MessageIndex message : m_gone) {
        QueuedMessage& record = m_messages[message];
        if (record.cold.valid())
            m_cold.release(record.cold);
        record.state = MessageState::Free;
        m_messages.release(message);
    }
    m_gone.clear();
    for (const ConsumerIndex consumer : m_goneConsumers)
        m_consumers.release(consumer);
    m_goneConsumers.clear();
    for (const QueueIndex queue : m_goneQueues)
        m_queues.release(queue);
    m_goneQueues.clear();
}

}  // namespace sluice
