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
    m_exchangeOf.resize(topology.exchanges.size());
    for (std::size_t i = 0; i < topology.exchanges.size(); ++i) {
        const ExchangePlan& plan = topology.exchanges[i];
        ExchangeOptions options;
        options.internal = plan.internal;
        if (const auto alternate = plan.arguments.find("alternate-exchange");
            alternate != plan.arguments.end())
            options.alternateExchange = alternate->get<std::string>();
        const auto declared = m_queues.declareExchange(
            plan.name, findExchangeType(plan.type).value_or(ExchangeType::Direct), options);
        assert(declared.ok());  // ids are unique, so nothing can be declared twice
        m_exchangeOf[i] = *declared;
    }
    m_queueOf.resize(topology.queues.size());
    for (std::size_t i = 0; i < topology.queues.size(); ++i) {
        const QueuePlan& plan = topology.queues[i];
        if (plan.temporary)
            continue;
        const auto declared = m_queues.declareQueue(plan.name, plan.options, m_now);
        assert(declared.ok());
        m_queueOf[i] = *declared;
        if (declared->value >= m_planOfQueue.size())
            m_planOfQueue.resize(declared->value + 1, kNone);
        m_planOfQueue[declared->value] = static_cast<std::uint32_t>(i);
    }
    for (const BindingPlan& binding : topology.bindings) {
        const PlanRef target = topology.elements[binding.target];
        const ExchangeIndex exchange = m_exchangeOf[topology.elements[binding.exchange].index];
        if (target.kind == ElementKind::Exchange)
            m_queues.bindExchange(exchange, m_exchangeOf[target.index], binding.routingKey,
                                  binding.arguments);
        else if (m_queueOf[target.index].valid())
            m_queues.bindQueue(exchange, m_queueOf[target.index], binding.routingKey, binding.arguments);
    }
    m_keyOf.resize(topology.links.size());
    for (std::uint32_t i = 0; i < topology.links.size(); ++i) {
        const LinkPlan& link = topology.links[i];
        m_keyOf[i] = m_queues.internKey(link.routingKey);
        if (link.kind == LinkKind::Bind || link.kind == LinkKind::DeadLetter)
            m_linkBetween.emplace(pairOf(link.from, link.to), i);
    }
}

/// The instance opens a channel and consumes from every queue its service reads.
void Engine::subscribe(std::uint32_t service, std::uint16_t index) {
    Instance& instance = m_services[service].instances[index];
    instance.channel = m_queues.openChannel();
    for (const std::uint32_t link : m_topology->services[service].consumes) {
        const LinkPlan& plan = m_topology->links[link];
        const PlanRef source = m_topology->elements[plan.from];
        if (source.kind != ElementKind::Queue || !m_queueOf[source.index].valid())
            continue;
        Consume options;
        options.prefetch = plan.prefetch;
        options.autoAck = plan.autoAck;
        options.exclusive = plan.exclusive;
        options.priority = plan.consumerPriority;
        const auto consumer = m_queues.consume(instance.channel, m_queueOf[source.index], options, m_now);
        if (!consumer)
            continue;  // somebody consumes exclusively: this one is refused, as the broker does
                       // (ACCESS_REFUSED)
        if (consumer->value >= m_linkOfConsumer.size()) {
            m_linkOfConsumer.resize(consumer->value + 1, kNone);
            m_instanceOfConsumer.resize(consumer->value + 1, 0);
        }
        m_linkOfConsumer[consumer->value] = link;
        m_instanceOfConsumer[consumer->value] = index;
        // Deliveries begin with the command: they are settled one consumer at a time, so that each is known.
        settleEffects();
    }
}

void Engine::publishLater(std::uint32_t link, std::uint32_t message, std::uint16_t attempt) {
    const EntityId target = m_topology->links[link].to;
    if (attempt > kPublishAttempts) {
        emit(EventKind::Lost, target, m_messages.at(message).id, 0, 0, 0, 0, FailureKind::QueueUnavailable);
        return release(message);
    }
    const Duration backoff = std::min<Duration>(
        std::chrono::seconds(1) * (1U << std::min<unsigned>(attempt - 1U, 5)), std::chrono::seconds(30));
    emit(EventKind::RetryScheduled, target, m_messages.at(message).id, 0,
         static_cast<std::uint16_t>(attempt + 1), backoff.count(), 0, FailureKind::QueueUnavailable);
    schedule(m_now + backoff, DueKind::PublishRetry, link, message, kNone,
             static_cast<std::uint16_t>(attempt + 1));
}

void Engine::publishAt(std::uint32_t link, std::uint32_t message, std::uint16_t attempt) {
    const LinkPlan& plan = m_topology->links[link];
    if (isDown(plan.to) || m_faults[plan.entity].cut > 0)
        return publishLater(link, message, attempt);
    const PlanRef target = m_topology->elements[plan.to];
    if (target.kind == ElementKind::Topic)
        return append(target.index, message);
    Publish publish;
    publish.payload = message;
    publish.size = m_table.types[m_messages.at(message).type].size;
    publish.mandatory = plan.mandatory;
    if (plan.priority >= 0)
        publish.priority = static_cast<std::uint8_t>(plan.priority);
    if (plan.expiration >= Duration::zero())
        publish.expiration = plan.expiration;
    if (target.kind == ElementKind::Queue)
        m_queues.publishToQueue(m_queueOf[target.index], publish, m_now);
    else
        m_queues.publish(m_exchangeOf[target.index], m_keyOf[link], publish, m_now);
    settleEffects();
    // The publisher's own reference: queues that took it hold theirs.
    release(message);
}

/// A retry's backoff is over.
void Engine::enqueueAgain(std::uint32_t queue, std::uint32_t message) {
    const QueuePlan& plan = m_topology->queues[queue];
    if (isDown(plan.entity)) {
        m_due.push(m_now + std::chrono::seconds(1),
                   {static_cast<std::uint8_t>(DueKind::Retry), 0, 0, queue, message, 0});
        return;
    }
    Publish publish;
    publish.payload = message;
    publish.size = m_table.types[m_messages.at(message).type].size;
    m_queues.publishToQueue(m_queueOf[queue], publish, m_now);
    settleEffects();
    release(message);
}

void Engine::settleEffects() {
    if (m_settling)
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
            if (effect.message.value >= m_enqueuedAt.size())
                m_enqueuedAt.resize(effect.message.value + 1024, 0);
            m_enqueuedAt[effect.message.value] = m_now.count();
            if (effect.exchange.value != QueueBroker::defaultExchange().value)
                showBinding(effect.exchange, entity, effect.payload);
            emit(EventKind::Enqueued, entity, message.id, 0, 0, effect.count, message.flags);
            return;
        }
        case QueueEffectKind::Delivered:
            return delivered(effect, entity);
        case QueueEffectKind::Acknowledged:
            emit(EventKind::Acknowledged, entity, m_messages.at(effect.payload).id, 0,
                 effect.consumer.valid() ? m_instanceOfConsumer[effect.consumer.value] : std::uint16_t{0});
            m_toRelease.push_back(effect.payload);
            return;
        case QueueEffectKind::Requeued:
            if (m_redriving)
                return;  // a look at a dead letter that stays where it is
            m_enqueuedAt[effect.message.value] = m_now.count();
            emit(EventKind::Requeued, entity, m_messages.at(effect.payload).id, 0, 0, effect.count, 0,
                 FailureKind::ServiceUnavailable);
            return;
        case QueueEffectKind::DeadLettered:
            deadLettered(effect, queue);
            m_toRelease.push_back(effect.payload);
            return;
        case QueueEffectKind::Returned:
            emit(EventKind::Returned, entityOfExchange(effect.exchange), m_messages.at(effect.payload).id, 0,
                 0, 0, 0, FailureKind::QueueUnavailable);
            return;
        case QueueEffectKind::Nacked:
            emit(EventKind::Returned, entity, m_messages.at(effect.payload).id, 0, 0, 0, 0,
                 FailureKind::QueueUnavailable);
            return;
        case QueueEffectKind::Discarded: {
            const bool died = effect.discard == DiscardReason::NoDeadLetterExchange ||
                              effect.discard == DiscardReason::MissingExchange;
            DeathReason reason = died ? effect.reason : DeathReason::Unroutable;
            const bool heldByQueue = died || effect.discard == DiscardReason::Purged ||
                                     effect.discard == DiscardReason::QueueDeleted;
            if (effect.discard == DiscardReason::Purged)
                reason = DeathReason::Purged;
            else if (effect.discard == DiscardReason::QueueDeleted)
                reason = DeathReason::QueueDeleted;
            const Message& message = m_messages.at(effect.payload);
            emit(EventKind::Discarded, entity != kNoEntity ? entity : entityOfExchange(effect.exchange),
                 message.id, 0, static_cast<std::uint16_t>(reason), 0, message.flags,
                 died ? causeOfDeath(effect.reason, queue, message) : FailureKind::QueueUnavailable);
            if (heldByQueue)
                m_toRelease.push_back(effect.payload);
            return;
        }
        case QueueEffectKind::Confirmed:
        case QueueEffectKind::ConsumerCancelled:
        case QueueEffectKind::ActiveConsumerChanged:
        case QueueEffectKind::QueueDeleted:
            return;
    }
}

void Engine::delivered(const QueueEffect& effect, EntityId entity) {
    if (!effect.consumer.valid())
        return;  // a redrive's look at a dead letter
    const std::uint32_t link = m_linkOfConsumer[effect.consumer.value];
    const LinkPlan& plan = m_topology->links[link];
    const std::uint16_t instance = m_instanceOfConsumer[effect.consumer.value];
    Message& message = m_messages.at(effect.payload);
    if (effect.redelivered)
        message.flags |= eventflag::Redelivered;
    emit(EventKind::Delivered, entity, message.id, plan.entity, instance,
         m_now.count() - m_enqueuedAt[effect.message.value], message.flags);
    if (plan.autoAck) {
        emit(EventKind::Acknowledged, entity, message.id, 0, instance);
        m_toRelease.push_back(effect.payload);
    }
    m_messages.hold(effect.payload);
    Job job;
    job.message = effect.payload;
    job.service = m_topology->elements[plan.to].index;
    job.link = link;
    job.instance = instance;
    job.source = JobSource::Queue;
    job.queued = effect.message;
    job.tag = effect.tag;
    const std::uint32_t added = m_jobs.add(job);
    move(link, effect.payload, added, static_cast<std::uint16_t>(m_jobs.generation(added)));
}

void Engine::deadLettered(const QueueEffect& effect, std::uint32_t queue) {
    const QueuePlan& plan = m_topology->queues[queue];
    const Message& message = m_messages.at(effect.payload);
    std::uint32_t target = kNoEntity;
    for (const LinkPlan& link : m_topology->links) {
        if (link.kind == LinkKind::DeadLetter && link.from == plan.entity)
            target = link.to;
    }
    emit(EventKind::DeadLettered, plan.entity, message.id, target, static_cast<std::uint16_t>(effect.reason),
         std::max<std::uint16_t>(message.attempts, 1), message.flags,
         causeOfDeath(effect.reason, queue, message));
    showMove(plan.entity, target, effect.payload);
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
        const PlanRef service = m_topology->elements[m_topology->links[link].to];
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
    const LinkPlan& plan = m_topology->links[link->second];
    const Duration time = plan.latency.sample(m_random[plan.entity]);
    if (time > Duration::zero())
        emit(EventKind::Moved, plan.entity, m_messages.at(message).id, 0, 0, time.count(),
             m_messages.at(message).flags);
}

void Engine::showBinding(ExchangeIndex exchange, EntityId queue, std::uint32_t message) {
    const EntityId from = entityOfExchange(exchange);
    if (from != kNoEntity)
        showMove(from, queue, message);
}

EntityId Engine::entityOfExchange(ExchangeIndex exchange) const {
    for (std::size_t i = 0; i < m_exchangeOf.size(); ++i) {
        if (m_exchangeOf[i] == exchange)
            return m_topology->exchanges[i].entity;
    }
    return kNoEntity;
}

}  // namespace sluice
