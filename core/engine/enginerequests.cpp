#include <algorithm>
#include <cassert>

#include "core/engine/engine.h"

namespace sluice {

/// Opens a request for `message` and starts its deadline (zero: none). `request` names who waits and where.
std::uint32_t Engine::ask(Request request, std::uint32_t message, Duration timeout) {
    request.message = m_messages.at(message).id;
    request.sent = m_now;
    request.holders = 1;
    const std::uint32_t index = m_requests.add(request);
    m_messages.at(message).request = index;
    if (timeout > Duration::zero())
        m_timeouts.add(timeout, {m_now + timeout, index, m_requests.generation(index)},
                       [this](const Timeouts::Deadline& waiting) { return isPending(waiting); });
    if (request.replyQueue != kNone) {
        const std::uint32_t count = ++m_replyQueues[request.replyQueue];
        emit(EventKind::QueueDeclared, request.subject, request.message, request.instance, 0, count);
    }
    emit(EventKind::Called, request.subject, request.message, request.instance);
    return index;
}

/// One message fewer that asks or answers the request.
void Engine::letGo(std::uint32_t request) {
    Request& r = m_requests.at(request);
    if (--r.holders > 0 || r.state == RequestState::Pending)
        return;
    deleteReplyQueue(r);
    m_requests.remove(request);
}

/// Temporary queues go with the answer that was read, or with the last message that could have answered.
void Engine::deleteReplyQueue(Request& request) {
    if (request.replyQueue == kNone)
        return;
    const std::uint32_t count = --m_replyQueues[request.replyQueue];
    emit(EventKind::QueueDeleted, request.subject, request.message, request.instance, 0, count);
    request.replyQueue = kNone;
}

/// Answers whoever waits for what the job works on; nothing when somebody has.
void Engine::answerRequest(std::uint32_t job, std::uint16_t type, FailureKind cause) {
    Job& j = m_jobs.at(job);
    if (j.answered)
        return;
    j.answered = true;
    if (j.source == JobSource::Call)
        return answerCall(j.link, j.message, type, cause);
    const ServicePlan& plan = *j.instance->plan;
    const std::uint32_t request = m_messages.at(j.message).request;
    const std::uint32_t reply = createMessage(type, m_messages.at(j.message).key, plan.entity, j.message, 0);
    m_messages.at(reply).request = request;
    m_messages.at(reply).cause = cause;
    ++m_requests.at(request).holders;
    if (m_requests.at(request).replyAddress.valid())
        move(j.link, reply, kNone, j.instance->index, true);
    else if (plan.replyLink != kNone)
        move(plan.replyLink, reply, kNone, j.instance->index);
    else
        arriveAtReplyQueue(reply);
}

/// The answer of a call goes back over its link.
void Engine::answerCall(std::uint32_t link, std::uint32_t asked, std::uint16_t type, FailureKind cause) {
    const std::uint32_t request = m_messages.at(asked).request;
    if (request == kNone)
        return;
    const std::uint32_t reply = createMessage(type, m_messages.at(asked).key, m_links[link].to, asked, 0);
    m_messages.at(reply).request = request;
    m_messages.at(reply).cause = cause;
    ++m_requests.at(request).holders;
    move(link, reply, kNone, 0, true);
}

void Engine::arriveAtReplyQueue(std::uint32_t message) {
    const std::uint32_t index = m_messages.at(message).request;
    Request& request = m_requests.at(index);
    const MessageId id = m_messages.at(message).id;
    const bool abandoned = request.state == RequestState::Pending && request.job != kNone &&
                           !m_jobs.isCurrent(request.job, request.jobGeneration);
    if (request.replyQueue == kNone || abandoned) {
        // Exclusive queues die with the instance that declared them (AMQP 0-9-1, queue.declare, exclusive).
        emit(EventKind::Discarded, request.subject, id, 0,
             static_cast<std::uint16_t>(DeathReason::QueueDeleted), 0, 0, FailureKind::ServiceUnavailable);
        return release(message);
    }
    const QueuePlan& queue = m_topology->queues[request.replyQueue];
    emit(EventKind::Enqueued, queue.entity, id, 0, 0, 1);
    if (queue.consumers.empty()) {
        emit(EventKind::Delivered, queue.entity, id, kNoEntity, request.instance, 0);
        emit(EventKind::Acknowledged, queue.entity, id, 0, request.instance);
        return takeAnswer(index, message);
    }
    const std::uint32_t link = replyLinkTo(queue, request);
    emit(EventKind::Delivered, queue.entity, id, entityOfLink(link), request.instance, 0);
    emit(EventKind::Acknowledged, queue.entity, id, 0, request.instance);
    move(link, message, index, request.instance);
}

/// The instance consumes from amq.rabbitmq.reply-to, on its channel, from its first request on.
RoutingKeyIndex Engine::replyAddressOf(Instance& instance) {
    if (!instance.replies.valid()) {
        const auto consumer = m_queues.consumeReplies(instance.channel);
        assert(consumer.ok());  // one a channel
        instance.replies = *consumer;
    }
    return m_queues.internKey(QueueBroker::replyAddress(instance.channel));
}

/// A direct reply is at its broker, which hands it on or drops it when nobody is there to take it.
void Engine::replyDirectly(std::uint32_t message) {
    if (m_brokerDown > 0) {
        emit(EventKind::Lost, m_requests.at(m_messages.at(message).request).subject,
             m_messages.at(message).id, 0, 0, 0, 0, FailureKind::QueueUnavailable);
        return release(message);
    }
    Publish publish;
    publish.payload = message;
    m_confirming = false;
    m_queues.publish(QueueBroker::defaultExchange(),
                     m_requests.at(m_messages.at(message).request).replyAddress, publish, m_now);
    settleEffects();
    release(message);
}

void Engine::replied(const QueueEffect& effect) {
    m_messages.hold(effect.payload);
    move(m_requests.at(m_messages.at(effect.payload).request).link, effect.payload, kNone, 0, true);
}

/// Of the links that read from a temporary queue's element, the one to the service that asked.
std::uint32_t Engine::replyLinkTo(const QueuePlan& queue, const Request& request) {
    if (request.job != kNone && m_jobs.isCurrent(request.job, request.jobGeneration)) {
        const EntityId service = m_jobs.at(request.job).instance->plan->entity;
        for (const std::uint32_t link : queue.consumers) {
            if (m_links[link].to == service)
                return link;
        }
    }
    return queue.consumers.front();
}

void Engine::takeAnswer(std::uint32_t index, std::uint32_t message) {
    Request& request = m_requests.at(index);
    const Message answer = m_messages.at(message);
    if (request.state == RequestState::TimedOut) {
        emit(EventKind::AnsweredLate, request.subject, answer.id, request.message, 0,
             (m_now - request.timedOut).count(), 0, answer.cause);
        deleteReplyQueue(request);
        return release(message);
    }
    if (request.state != RequestState::Pending)
        return release(message);
    request.state = RequestState::Answered;
    emit(EventKind::Answered, request.subject, answer.id, request.message, 0, (m_now - request.sent).count(),
         0, answer.cause);
    deleteReplyQueue(request);
    const Request settled = request;
    release(message);
    resume(settled, answer.cause);
}

/// Whoever waited goes on, or fails as the answer says.
void Engine::resume(const Request& request, FailureKind cause) {
    if (request.job == kNone)
        return informUser(request, cause);
    if (!m_jobs.isCurrent(request.job, request.jobGeneration))
        return;
    if (cause == FailureKind::None)
        return proceed(request.job);
    const LinkPlan& link = m_links[request.link];
    if (link.kind == LinkKind::Call && isTechnical(cause) && request.attempt <= link.retries) {
        const double factor = static_cast<double>(1U << std::min<unsigned>(request.attempt - 1U, 20));
        const Duration backoff = fromSeconds(seconds(link.backoff) * factor);
        emit(EventKind::RetryScheduled, request.subject, request.message, 0,
             static_cast<std::uint16_t>(request.attempt + 1), backoff.count(), 0, cause);
        m_due.push(m_now + backoff,
                   {static_cast<std::uint8_t>(DueKind::CallRetry), 0, request.job, request.jobGeneration, 0});
        m_jobs.at(request.job).callAttempt = request.attempt;
        return;
    }
    failJob(request.job, cause);
}

void Engine::timeOut(std::uint32_t index) {
    Request& request = m_requests.at(index);
    request.state = RequestState::TimedOut;
    request.timedOut = m_now;
    emit(EventKind::TimedOut, request.subject, request.message, request.instance, 0,
         (m_now - request.sent).count(), 0, FailureKind::CallerTimeout);
    const Request settled = request;
    if (request.holders == 0) {
        deleteReplyQueue(request);
        m_requests.remove(index);
    }
    resume(settled, FailureKind::CallerTimeout);
}

/// No answer can come: its message came to no queue.
void Engine::failRequest(std::uint32_t index) {
    Request& request = m_requests.at(index);
    if (request.state != RequestState::Pending)
        return;
    request.state = RequestState::Answered;
    const Request settled = request;
    deleteReplyQueue(request);
    if (request.holders == 0)
        m_requests.remove(index);
    resume(settled, FailureKind::QueueUnavailable);
}

void Engine::externalDone(std::uint32_t link, std::uint32_t message) {
    const EntityId entity = m_links[link].to;
    const ExternalPlan& plan = m_topology->externals[m_topology->elements[entity].index];
    RandomStream& random = m_random[entity];
    FailureKind cause = isDown(entity) || !random.chance(plan.availability) ? FailureKind::ServiceUnavailable
                                                                            : FailureKind::None;
    if (cause == FailureKind::None && m_faulty[entity] && random.chance(m_faults[entity].fail))
        cause = m_faults[entity].failure;
    if (cause != FailureKind::None)
        emit(EventKind::Failed, entity, m_messages.at(message).id, 0, 0, 1, 0, cause);
    answerCall(link, message, m_topology->replyType, cause);
    release(message);
}

}  // namespace sluice
