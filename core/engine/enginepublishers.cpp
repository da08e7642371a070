// What publishers do: publish, hear of confirms, returns and nacks, and publish again.
#include <algorithm>

#include "core/engine/engine.h"

namespace sluice {

void Engine::publishAt(std::uint32_t link, std::uint32_t message, std::uint16_t attempt) {
    const Way& way = m_ways[link];
    if (isDown(way.to) || isCut(way.entity)) [[unlikely]]
        return publishLater(link, message, attempt);
    const PlanRef target = way.target;
    if (target.kind == ElementKind::Topic) {
        tellPublisher(link, message, FailureKind::None);
        return append(target.index, message);
    }
    m_messages.at(message).link = link;
    if (target.kind == ElementKind::Queue && way.ordinary && isPlain(m_queueOf[target.index]))
        return enqueuePlain(target.index, message);
    const LinkPlan& plan = m_links[link];
    Publish publish = publishOf(message);
    publish.mandatory = plan.mandatory;
    if (plan.expiration >= Duration::zero())
        publish.expiration = plan.expiration;
    PublishOutcome outcome = PublishOutcome::Confirmed;
    m_confirming = plan.confirms;
    m_publishAttempt = attempt;
    if (target.kind == ElementKind::Queue)
        outcome = publishToQueue(target.index, publish);
    else if (!m_topology->exchanges[target.index].autoDelete ||
             m_queues.findExchange(m_topology->exchanges[target.index].name))
        outcome = m_queues.publish(m_exchangeOf[target.index], m_keyOf[link], publish, m_now);
    else
        return publishLater(link, message, attempt);  // it went with its last binding (NOT_FOUND)
    settleEffects();
    if (outcome == PublishOutcome::Nacked && plan.confirms)
        return publishLater(link, message, attempt);
    tellPublisher(link, message,
                  outcome == PublishOutcome::Returned ? FailureKind::QueueUnavailable : FailureKind::None);
    if (outcome == PublishOutcome::Returned)
        tellAsker(link, message);
    // The publisher's own reference: queues that took it hold theirs.
    release(message);
}

void Engine::publishLater(std::uint32_t link, std::uint32_t message, std::uint16_t attempt) {
    const EntityId target = m_links[link].to;
    if (attempt > m_links[link].retries) {
        emit(EventKind::Lost, target, m_messages.at(message).id, 0, 0, 0, 0, FailureKind::QueueUnavailable);
        tellPublisher(link, message, FailureKind::QueueUnavailable);
        tellAsker(link, message);
        return release(message);
    }
    const Duration backoff = std::min<Duration>(
        std::chrono::seconds(1) * (1U << std::min<unsigned>(attempt - 1U, 5)), std::chrono::seconds(30));
    emit(EventKind::RetryScheduled, target, m_messages.at(message).id, 0,
         static_cast<std::uint16_t>(attempt + 1), backoff.count(), 0, FailureKind::QueueUnavailable);
    schedule(m_now + backoff, DueKind::PublishRetry, link, message, kNone,
             static_cast<std::uint16_t>(attempt + 1));
}

/// With the headers and the priority it was first published with.
Publish Engine::publishOf(std::uint32_t message) const {
    const Message& m = m_messages.at(message);
    Publish publish;
    publish.payload = message;
    publish.size = m_types[m.type].size;
    if (m.link == kNone)
        return publish;
    const LinkPlan& plan = m_links[m.link];
    if (plan.priority >= 0)
        publish.priority = static_cast<std::uint8_t>(plan.priority);
    if (!plan.headers.empty())
        publish.properties = &m_headersOf[m.link];
    return publish;
}

/// By name where the queue does not exist any more: then nothing is bound for it.
PublishOutcome Engine::publishToQueue(std::uint32_t queue, const Publish& publish) {
    if (m_queueOf[queue].valid())
        return m_queues.publishToQueue(m_queueOf[queue], publish, m_now);
    return m_queues.publish(QueueBroker::defaultExchange(),
                            m_queues.internKey(m_topology->queues[queue].name), publish, m_now);
}

/// A job that waits for the confirm hears it, or what came instead, as long after as the link takes.
void Engine::tellPublisher(std::uint32_t link, std::uint32_t message, FailureKind cause) {
    const LinkPlan& plan = m_links[link];
    if (!plan.awaitConfirm)
        return;
    const auto awaited = m_awaitedConfirms.find(message);
    if (awaited == m_awaitedConfirms.end())
        return;
    const AwaitedConfirm waiting = awaited->second;
    m_awaitedConfirms.erase(awaited);
    schedule(m_now + plan.latency.sample(m_random[plan.entity]),
             cause == FailureKind::None ? DueKind::StepDone : DueKind::ConfirmFailed, waiting.job,
             waiting.generation);
}

/// What was to be answered came to no queue: whoever waits for the answer hears so, as long after as the link
/// takes, and need not wait for the timeout.
void Engine::tellAsker(std::uint32_t link, std::uint32_t message) {
    const Message& asks = m_messages.at(message);
    if (asks.request == kNone || m_requests.at(asks.request).message != asks.id)
        return;
    const LinkPlan& plan = m_links[link];
    schedule(m_now + plan.latency.sample(m_random[plan.entity]), DueKind::RequestFailed, asks.request,
             m_requests.generation(asks.request));
}

/// A retry's backoff is over, or a dead letter goes back: as long as the queue does not take it, it is tried
/// again.
void Engine::enqueueAgain(std::uint32_t queue, std::uint32_t message) {
    const auto tryLater = [&] {
        m_due.push(m_now + std::chrono::seconds(1),
                   {static_cast<std::uint8_t>(DueKind::Retry), 0, queue, message, 0});
    };
    if (isDown(m_topology->queues[queue].entity))
        return tryLater();
    if (isOutside(m_topology->queues[queue].entity))
        return sendTo(m_topology->queues[queue].entity, message, kNone, 1);
    const std::uint32_t link = m_messages.at(message).link;
    if (isPlain(m_queueOf[queue]) && (link == kNone || m_ways[link].bare))
        return enqueuePlain(queue, message);
    m_confirming = true;
    m_publishAttempt = 1;
    Publish publish = publishOf(message);
    MessageProperties own;
    if (publish.properties &&
        (publish.properties->headers.contains("CC") || publish.properties->headers.contains("BCC"))) {
        // Back to this queue only: the others that it was copied to have theirs.
        own = *publish.properties;
        own.headers.erase("CC");
        own.headers.erase("BCC");
        publish.properties = &own;
    }
    const PublishOutcome outcome = publishToQueue(queue, publish);
    settleEffects();
    if (outcome == PublishOutcome::Nacked)
        return tryLater();
    release(message);
}

}  // namespace sluice
