#include <algorithm>
#include <cassert>

#include "core/engine/engine.h"

namespace sluice {
namespace {

constexpr std::uint64_t pairOf(std::uint32_t from, std::uint32_t to) {
    return (static_cast<std::uint64_t>(from) << 32U) | to;
}

}  // namespace

void Engine::declareQueues() {
    const Topology& topology = *m_topology;
    declareExchanges();
    m_queueOf.resize(topology.queues.size());
    m_ownerOf.resize(topology.queues.size());
    m_deadLettersTo.resize(topology.queues.size(), kNoEntity);
    for (std::uint32_t i = 0; i < topology.queues.size(); ++i) {
        if (!topology.queues[i].temporary)
            declareQueue(i);
    }
    declareBindings();
    m_keyOf.resize(topology.links.size());
    m_headersOf.resize(topology.links.size());
    for (std::uint32_t i = 0; i < topology.links.size(); ++i) {
        const LinkPlan& link = topology.links[i];
        if (link.kind == LinkKind::DeadLetter && link.source.kind == ElementKind::Queue)
            m_deadLettersTo[link.source.index] = link.to;
        m_keyOf[i] = m_queues.internKey(link.routingKey);
        m_headersOf[i].headers = link.headers;
        if (link.kind == LinkKind::Bind || link.kind == LinkKind::DeadLetter)
            m_linkBetween.emplace(pairOf(link.from, link.to), i);
    }
}

void Engine::declareExchanges() {
    const Topology& topology = *m_topology;
    m_exchangeOf.resize(topology.exchanges.size());
    for (std::size_t i = 0; i < topology.exchanges.size(); ++i) {
        const ExchangePlan& plan = topology.exchanges[i];
        ExchangeOptions options;
        options.autoDelete = plan.autoDelete;
        options.internal = plan.internal;
        if (const auto alternate = plan.arguments.find("alternate-exchange");
            alternate != plan.arguments.end())
            options.alternateExchange = alternate->get<std::string>();
        const auto declared = m_queues.declareExchange(
            plan.name, findExchangeType(plan.type).value_or(ExchangeType::Direct), options);
        assert(declared.ok());  // ids are unique, so nothing can be declared twice
        m_exchangeOf[i] = *declared;
    }
}

void Engine::declareQueue(std::uint32_t queue) {
    const QueuePlan& plan = m_topology->queues[queue];
    QueueOptions options = plan.options;
    if (isOutside(plan.entity)) {
        // It stands here for its bindings only: nothing comes to it, and it does not go.
        options.expires.reset();
        options.autoDelete = false;
    }
    const auto declared = m_queues.declareQueue(plan.name, options, m_now);
    assert(declared.ok());
    m_queueOf[queue] = *declared;
    if (declared->value >= m_planOfQueue.size())
        m_planOfQueue.resize(declared->value + 1, kNone);
    m_planOfQueue[declared->value] = queue;
}

/// Those whose two ends exist; one that is there already stays as it is.
void Engine::declareBindings() {
    for (const BindingPlan& binding : m_topology->bindings) {
        const PlanRef target = m_topology->elements[binding.target];
        const ExchangeIndex exchange = m_exchangeOf[m_topology->elements[binding.exchange].index];
        if (target.kind == ElementKind::Exchange)
            m_queues.bindExchange(exchange, m_exchangeOf[target.index], binding.routingKey,
                                  binding.arguments);
        else if (m_queueOf[target.index].valid())
            m_queues.bindQueue(exchange, m_queueOf[target.index], binding.routingKey, binding.arguments);
    }
}

void Engine::settleEffects() {
    if (m_settling || m_queues.effects().empty())
        return;
    m_settling = true;
    // Grows while it is walked: what an effect leads to may command the broker again.
    for (std::size_t i = 0; i < m_queues.effects().size(); ++i) {
        const QueueEffect effect = m_queues.effects()[i];
        const std::uint32_t queue = effect.queue.valid() && effect.queue.value < m_planOfQueue.size()
                                        ? m_planOfQueue[effect.queue.value]
                                        : kNone;
        settleEffect(effect, queue);
    }
    m_queues.clearEffects();
    m_settling = false;
    for (const std::uint32_t message : m_toRelease)
        release(message);
    m_toRelease.clear();
}

void Engine::settleEffect(const QueueEffect& effect, std::uint32_t queue) {
    const EntityId entity = queue == kNone ? kNoEntity : m_topology->queues[queue].entity;
    switch (effect.kind) {
        case QueueEffectKind::Enqueued: {
            Message& message = m_messages.at(effect.payload);
            m_messages.hold(effect.payload);
            if (effect.exchange.value != QueueBroker::defaultExchange().value)
                showBinding(effect, entity);
            emit(EventKind::Enqueued, entity, message.id, 0, 0, effect.count, message.flags);
            return;
        }
        case QueueEffectKind::Delivered:
            return delivered(effect, entity);
        case QueueEffectKind::Acknowledged:
            // A redrive's taking is told as Redriven.
            if (effect.consumer.valid())
                emit(EventKind::Acknowledged, entity, m_messages.at(effect.payload).id, 0,
                     m_seats[effect.consumer.value].instance->index);
            m_toRelease.push_back(effect.payload);
            return;
        case QueueEffectKind::Requeued:
            return requeued(effect, entity);
        case QueueEffectKind::DeadLettered:
            return deadLettered(effect, queue);
        case QueueEffectKind::Returned:
            emit(EventKind::Returned, placeOf(effect), m_messages.at(effect.payload).id, 0,
                 static_cast<std::uint16_t>(DeathReason::Unroutable), 0, 0, FailureKind::QueueUnavailable);
            return;
        case QueueEffectKind::Nacked:
            if (m_confirming)
                emit(EventKind::Nacked, entity, m_messages.at(effect.payload).id, 0,
                     static_cast<std::uint16_t>(DeathReason::MaxLength), m_publishAttempt, 0,
                     FailureKind::QueueUnavailable);
            return;
        case QueueEffectKind::Discarded:
            return discarded(effect, queue);
        case QueueEffectKind::ActiveConsumerChanged:
            if (effect.consumer.valid())
                emit(EventKind::ConsumerActivated, m_seats[effect.consumer.value].linkEntity, 0, 0,
                     m_seats[effect.consumer.value].instance->index);
            return;
        case QueueEffectKind::QueueDeleted:
            m_queueOf[queue] = {};
            m_ownerOf[queue] = {};
            emit(EventKind::QueueDeleted, entity, 0, 0, static_cast<std::uint16_t>(effect.count));
            return;
        case QueueEffectKind::Confirmed:
        case QueueEffectKind::ConsumerCancelled:
            return;
    }
}

/// Gone for good, with the rule that took it.
void Engine::discarded(const QueueEffect& effect, std::uint32_t queue) {
    DeathReason reason = effect.reason;
    bool wasInQueue = false;
    switch (effect.discard) {
        case DiscardReason::Refused:
            if (m_confirming)
                return;  // its publisher still has it, and hears of it with the nack
            break;
        case DiscardReason::NoDeadLetterExchange:
        case DiscardReason::MissingExchange:
            wasInQueue = true;
            break;
        case DiscardReason::Purged:
        case DiscardReason::QueueDeleted:
            reason =
                effect.discard == DiscardReason::Purged ? DeathReason::Purged : DeathReason::QueueDeleted;
            wasInQueue = true;
            break;
        case DiscardReason::BrokerStopped:
            reason = DeathReason::BrokerStopped;
            wasInQueue = true;
            break;
        case DiscardReason::Cycle:
            reason = DeathReason::Cycle;
            break;
        case DiscardReason::None:
        case DiscardReason::Unroutable:
            reason = DeathReason::Unroutable;
            break;
        case DiscardReason::LetterRefused:
            break;
    }
    const Message& message = m_messages.at(effect.payload);
    const EntityId subject = queue == kNone ? placeOf(effect) : m_topology->queues[queue].entity;
    const bool died = effect.discard == DiscardReason::NoDeadLetterExchange ||
                      effect.discard == DiscardReason::MissingExchange;
    emit(EventKind::Discarded, subject, message.id, 0, static_cast<std::uint16_t>(reason), 0,
         static_cast<std::uint8_t>(message.flags | (wasInQueue ? 0 : eventflag::Outside)),
         died ? causeOfDeath(effect.reason, queue, message) : FailureKind::QueueUnavailable);
    if (wasInQueue)
        m_toRelease.push_back(effect.payload);
}

void Engine::requeued(const QueueEffect& effect, EntityId entity) {
    if (m_redriving)
        return;  // a look at a dead letter that stays where it is
    const Message& message = m_messages.at(effect.payload);
    const bool given = effect.consumer.valid() && m_queues.isOpen(m_queues.channelOf(effect.consumer));
    emit(EventKind::Requeued, entity, message.id,
         effect.consumer.valid() ? m_seats[effect.consumer.value].instance->index : 0U,
         static_cast<std::uint16_t>(given ? RequeueReason::Nacked : RequeueReason::ChannelClosed),
         effect.count, 0, given ? message.cause : FailureKind::ServiceUnavailable);
}

void Engine::delivered(const QueueEffect& effect, EntityId entity) {
    if (!effect.consumer.valid())
        return;  // a redrive's look at a dead letter
    if (!effect.queue.valid())
        return replied(effect);
    handOver({effect.message, effect.consumer, effect.payload, effect.tag, effect.redelivered}, entity);
}

void Engine::deadLettered(const QueueEffect& effect, std::uint32_t queue) {
    const QueuePlan& plan = m_topology->queues[queue];
    const Message& message = m_messages.at(effect.payload);
    const bool refused = effect.discard == DiscardReason::Refused;
    const EntityId target = m_deadLettersTo[queue];
    emit(EventKind::DeadLettered, plan.entity, message.id, target, static_cast<std::uint16_t>(effect.reason),
         std::max<std::uint32_t>(effect.reason == DeathReason::Rejected ? m_attempt : message.attempts, 1),
         static_cast<std::uint8_t>(message.flags | (refused ? eventflag::Outside : 0)),
         causeOfDeath(effect.reason, queue, message));
    showMove(plan.entity, target, effect.payload);
    if (!refused)
        m_toRelease.push_back(effect.payload);
}

/// A rejection's cause is what the handler failed with. What expired did so because nobody took it: its
/// consumers are gone, or its caller has stopped waiting. A full queue is a queue that was not available.
FailureKind Engine::causeOfDeath(DeathReason reason, std::uint32_t queue, const Message& message) const {
    switch (reason) {
        case DeathReason::Rejected:
            return message.cause == FailureKind::None ? FailureKind::UnexpectedError : message.cause;
        case DeathReason::MaxLength:
            return FailureKind::QueueUnavailable;
        case DeathReason::DeliveryLimit:
            return FailureKind::ServiceUnavailable;
        default:
            break;
    }
    for (const std::uint32_t link : m_topology->queues[queue].consumers) {
        const PlanRef service = m_topology->elements[m_links[link].to];
        for (const Instance& instance : m_services[service.index].instances) {
            if (instance.running)
                return FailureKind::CallerTimeout;
        }
    }
    return FailureKind::ServiceUnavailable;
}

/// The broker moves a message from element to element at once; the drawing shows it on the link between them.
void Engine::showMove(EntityId from, EntityId to, std::uint32_t message) {
    const auto link = m_linkBetween.find(pairOf(from, to));
    if (link == m_linkBetween.end())
        return;
    const LinkPlan& plan = m_links[link->second];
    const Duration time = plan.latency.sample(m_random[plan.entity]);
    if (time > Duration::zero())
        emit(EventKind::Moved, plan.entity, m_messages.at(message).id, 0, 0, time.count(),
             m_messages.at(message).flags);
}

void Engine::showBinding(const QueueEffect& effect, EntityId queue) {
    const EntityId from = entityOfExchange(effect.exchange);
    if (from == kNoEntity)
        return;
    if (m_linkBetween.count(pairOf(from, queue)) > 0)
        return showMove(from, queue, effect.payload);
    // Over further exchanges; to an alternate exchange no link is drawn.
    EntityId last = kNoEntity;
    for (const ExchangeIndex exchange : m_queues.wayOf(effect.message)) {
        const EntityId next = entityOfExchange(exchange);
        showMove(last, next, effect.payload);
        last = next;
    }
    showMove(last, queue, effect.payload);
}

/// Where something became of a message that came to no queue: its exchange; of what was sent to a queue by
/// name that queue, and of a direct reply the request.
EntityId Engine::placeOf(const QueueEffect& effect) const {
    const EntityId exchange = entityOfExchange(effect.exchange);
    const Message& message = m_messages.at(effect.payload);
    if (exchange != kNoEntity)
        return exchange;
    if (message.link != kNone)
        return m_links[message.link].to;
    return message.request == kNone ? kNoEntity : m_requests.at(message.request).subject;
}

EntityId Engine::entityOfExchange(ExchangeIndex exchange) const {
    for (std::size_t i = 0; i < m_exchangeOf.size(); ++i) {
        if (m_exchangeOf[i] == exchange)
            return m_topology->exchanges[i].entity;
    }
    return kNoEntity;
}

}  // namespace sluice
