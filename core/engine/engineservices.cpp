#include <algorithm>

#include "core/engine/engine.h"

namespace sluice {
namespace {

/// Something of it is seen outside the service.
constexpr bool takesEffect(StepKind kind) {
    return kind != StepKind::Work && kind != StepKind::Validate && kind != StepKind::Read;
}

bool isPlainWork(const StepPlan& step) {
    return step.kind == StepKind::Work && step.role.empty();
}

/// Nothing happens at it, unless the message is malformed.
bool isPlainValidation(const StepPlan& step) {
    return step.kind == StepKind::Validate && step.role.empty() && step.probability <= 0;
}

}  // namespace

/// A call reaches the service: the instance with the fewest calls takes it, equals take turns.
void Engine::takeCall(std::uint32_t link, std::uint32_t message, std::uint32_t index) {
    Service& service = m_services[index];
    const auto count = static_cast<std::uint32_t>(service.instances.size());
    std::uint32_t best = kNone;
    std::size_t least = 0;
    for (std::uint32_t k = 0; k < count; ++k) {
        const std::uint32_t candidate = (service.nextInstance + k) % count;
        const Instance& instance = service.instances[candidate];
        const std::size_t load = instance.busy + instance.waiting.size();
        if (instance.running && (best == kNone || load < least)) {
            best = candidate;
            least = load;
        }
    }
    if (best == kNone) {
        answerCall(link, message, m_topology->replyType, FailureKind::ServiceUnavailable);
        return release(message);
    }
    service.nextInstance = (best + 1) % count;
    Job job;
    job.message = message;
    job.link = link;
    job.instance = &service.instances[best];
    job.source = JobSource::Call;
    const std::uint32_t added = m_jobs.add(job);
    takeUp(added, message, static_cast<std::uint16_t>(m_jobs.generation(added)));
}

/// A job's message is with its instance: it starts, or waits for a slot. The instance may have stopped
/// meanwhile, and its jobs with it, which the generation tells.
void Engine::takeUp(std::uint32_t job, std::uint32_t message, std::uint16_t generation) {
    if (static_cast<std::uint16_t>(m_jobs.generation(job)) != generation)
        return release(message);
    m_jobs.at(job).arrived = m_now;
    startOrWait(job, false);
}

/// Waits for a slot at the end of the line, or at its `first` place.
void Engine::startOrWait(std::uint32_t job, bool first) {
    Job& j = m_jobs.at(job);
    Instance& instance = *j.instance;
    if (instance.busy < instance.plan->concurrency)
        return startJob(job, j, instance);
    j.state = JobState::Waiting;
    if (first)
        instance.waiting.push_front(job);
    else
        instance.waiting.push_back(job);
}

inline void Engine::startJob(std::uint32_t job, Job& j, Instance& instance) {
    const ServicePlan& plan = *instance.plan;
    ++instance.busy;
    j.state = JobState::Working;
    j.started = m_now;
    j.step = 0;
    j.faultChecked = false;
    j.handler = plan.handlers.data();
    if (plan.handlers.size() > 1) {
        const std::uint16_t type = m_messages.at(j.message).type;
        j.handler =
            &*std::find_if(plan.handlers.begin(), plan.handlers.end() - 1, [&](const HandlerPlan& handler) {
                return (handler.link == kNone || handler.link == j.link) &&
                       (handler.type == 0xffff || handler.type == type);
            });
    }
    emit(EventKind::WorkStarted, plan.entity, m_messages.at(j.message).id, instance.index, 0,
         (m_now - j.arrived).count());
    proceed(job);
}

void Engine::proceed(std::uint32_t job) {
    const std::uint32_t generation = m_jobs.generation(job);
    while (true) {
        Job& j = m_jobs.at(job);
        const EntityId service = j.instance->plan->entity;
        const std::vector<StepPlan>& steps = j.handler->steps;
        const auto next = steps.begin() + j.step;
        const bool ended = next == steps.end();
        // A bug shows after the work and before anything leaves the service.
        if (!j.faultChecked && (ended || takesEffect(next->kind))) {
            j.faultChecked = true;
            if (m_faulty[service] && m_random[service].chance(m_faults[service].fail)) [[unlikely]]
                return failJob(job, m_faults[service].failure);
        }
        if (ended)
            return finishJob(job);
        ++j.step;
        const StepPlan& step = *next;
        if (isPlainWork(step)) {
            if (!workStep(job, step, service))
                return;
            continue;
        }
        if (isPlainValidation(step) && (m_messages.at(j.message).flags & eventflag::Poisoned) == 0)
            continue;
        if (!performStep(job, step) || !m_jobs.isCurrent(job, generation))
            return;
    }
}

/// False: the work takes time, and the job goes on when it is over.
inline bool Engine::workStep(std::uint32_t job, const StepPlan& step, EntityId service) {
    Duration time = step.time.sample(m_random[service]);
    if (m_faulty[service] && m_faults[service].slow != 1) [[unlikely]]
        time = fromSeconds(seconds(time) * m_faults[service].slow);
    if (time <= Duration::zero())
        return true;
    m_due.push(m_now + time,
               {static_cast<std::uint8_t>(DueKind::StepDone), 0, job, m_jobs.generation(job), 0});
    return false;
}

inline bool Engine::performStep(std::uint32_t job, const StepPlan& step) {
    Job& j = m_jobs.at(job);
    const Message& message = m_messages.at(j.message);
    const EntityId service = j.instance->plan->entity;
    if (!step.role.empty() && message.client != kNoClient) [[unlikely]] {
        const std::vector<std::string>& roles = m_clients[message.client].roles;
        if (std::find(roles.begin(), roles.end(), step.role) == roles.end()) {
            failJob(job, FailureKind::BusinessError);
            return false;
        }
    }
    switch (step.kind) {
        case StepKind::Work:
            return workStep(job, step, service);
        case StepKind::Validate:
            if ((message.flags & eventflag::Poisoned) == 0 && !m_random[service].chance(step.probability))
                return true;
            failJob(job, FailureKind::BadData);
            return false;
        case StepKind::Fail:
            if ((step.keyModulo > 0 && message.key % step.keyModulo != 0) ||
                !m_random[service].chance(step.probability))
                return true;
            failJob(job, step.failure);
            return false;
        case StepKind::Publish:
            return publishStep(job, step);
        case StepKind::Call:
            return callStep(job, step, 1);
        case StepKind::Read:
        case StepKind::Write:
            return storeStep(job, step);
        case StepKind::Reply:
            answer(job, step.type, step.error ? FailureKind::BusinessError : FailureKind::None);
            return true;
    }
    return true;
}

inline bool Engine::publishStep(std::uint32_t job, const StepPlan& step) {
    if (step.link == kNone)
        return true;
    const Job& j = m_jobs.at(job);
    const EntityId service = j.instance->plan->entity;
    const std::uint16_t type = step.type != 0xffff ? step.type : m_messages.at(j.message).type;
    std::uint8_t flags = step.ownEventTime ? eventflag::OwnEventTime : std::uint8_t{0};
    if (m_faulty[service] && m_random[service].chance(m_faults[service].poison)) [[unlikely]]
        flags |= eventflag::Poisoned;
    const std::uint32_t message = createMessage(type, m_types[type].keyed ? m_messages.at(j.message).key : -1,
                                                service, j.message, flags);
    if (step.awaitReply) [[unlikely]] {
        Request request;
        request.link = step.link;
        request.job = job;
        request.jobGeneration = m_jobs.generation(job);
        request.instance = j.instance->index;
        request.subject = entityOfLink(step.link);
        if (step.directReply)
            request.replyAddress = replyAddressOf(*j.instance);
        for (std::uint32_t i = 0; !step.directReply && i < m_topology->queues.size(); ++i) {
            const QueuePlan& queue = m_topology->queues[i];
            const bool ours = std::any_of(queue.consumers.begin(), queue.consumers.end(),
                                          [&](std::uint32_t link) { return m_links[link].to == service; });
            if (queue.temporary && (ours || (request.replyQueue == kNone && queue.consumers.empty()))) {
                request.replyQueue = i;
                request.subject = queue.entity;
                if (ours)
                    break;
            }
        }
        ask(request, message, step.timeout);
    }
    const bool awaitsConfirm = !step.awaitReply && m_links[step.link].awaitConfirm;
    if (awaitsConfirm) [[unlikely]]
        m_awaitedConfirms[message] = {job, m_jobs.generation(job)};
    move(step.link, message, kNone, j.instance->index);
    return !step.awaitReply && !awaitsConfirm;
}

bool Engine::callStep(std::uint32_t job, const StepPlan& step, std::uint16_t attempt) {
    if (step.link == kNone)
        return true;
    const Job& j = m_jobs.at(job);
    const std::uint16_t type = step.type != 0xffff ? step.type : m_messages.at(j.message).type;
    const std::uint32_t message =
        createMessage(type, m_messages.at(j.message).key, j.instance->plan->entity, j.message, 0);
    Request request;
    request.link = step.link;
    request.job = job;
    request.jobGeneration = m_jobs.generation(job);
    request.instance = j.instance->index;
    request.attempt = attempt;
    request.subject = entityOfLink(step.link);
    ask(request, message, step.timeout);
    move(step.link, message, kNone, j.instance->index);
    return false;
}

/// The call of the job's last step is made once more.
void Engine::callAgain(std::uint32_t job, std::uint32_t generation) {
    if (!m_jobs.isCurrent(job, generation))
        return;
    Job& j = m_jobs.at(job);
    callStep(job, j.handler->steps[j.step - 1], static_cast<std::uint16_t>(j.callAttempt + 1));
}

bool Engine::storeStep(std::uint32_t job, const StepPlan& step) {
    if (step.link == kNone)
        return true;
    const LinkPlan& link = m_links[step.link];
    const PlanRef target = m_topology->elements[link.to];
    if ((target.kind != ElementKind::Table && target.kind != ElementKind::Database) || target.index == kNone)
        return true;
    const Job& j = m_jobs.at(job);
    StoreUse use;
    use.job = job;
    use.generation = m_jobs.generation(job);
    use.message = j.message;
    use.link = step.link;
    use.asked = m_now;
    use.writes = step.kind == StepKind::Write;
    m_messages.hold(j.message);
    move(step.link, j.message, m_uses.add(use), j.instance->index);
    return false;
}

inline void Engine::finishJob(std::uint32_t job) {
    answer(job, m_topology->replyType, FailureKind::None);
    if (m_redrives)
        noteProcessed(static_cast<std::uint32_t>(m_jobs.at(job).instance->plan - m_handling),
                      m_messages.at(m_jobs.at(job).message));
    endJob(job, FailureKind::None);
}

/// The handler failed. Technical and unexpected failures of what came from a broker are retried, then given
/// up; bad data is given up at once; a business error is an outcome, and done (domain: failure kinds).
void Engine::failJob(std::uint32_t job, FailureKind failure) {
    Job& j = m_jobs.at(job);
    const ServicePlan& plan = *j.instance->plan;
    Message& message = m_messages.at(j.message);
    const auto attempt =
        static_cast<std::uint16_t>(1 + (j.source == JobSource::Topic ? j.attempt : message.attempts));
    message.cause = failure;
    emit(EventKind::Failed, plan.entity, message.id, j.instance->index,
         static_cast<std::uint16_t>(j.step > 0 ? j.step - 1 : 0), attempt, message.flags, failure);
    const bool told = failure == FailureKind::BusinessError || failure == FailureKind::BadData ||
                      j.source == JobSource::Call;
    if (told)
        answer(job, m_topology->replyType, failure);
    endJob(job, failure);
}

/// Frees the slot, settles with the broker the message came from, and starts what waits.
void Engine::endJob(std::uint32_t job, FailureKind failure) {
    const Assignment& assignment = m_jobs.at(job);
    const Assignment j = assignment;  // the job goes before all is settled
    Instance& instance = *j.instance;
    const ServicePlan& plan = *instance.plan;
    emit(EventKind::WorkFinished, plan.entity, m_messages.at(j.message).id, instance.index, 0,
         (m_now - j.started).count(), 0, failure);
    --instance.busy;

    const bool retries = failure == FailureKind::UnexpectedError || isTechnical(failure);
    if (j.source == JobSource::Topic && retries && m_jobs.at(job).attempt < m_links[j.link].retries) {
        // A partition's order is kept: the record is tried again where it is, and what comes after it waits.
        Job& again = m_jobs.at(job);
        ++again.attempt;
        again.state = JobState::Backoff;
        const Duration backoff = backoffOf(j.link, again.attempt);
        emit(EventKind::RetryScheduled, plan.entity, m_messages.at(j.message).id, 0,
             static_cast<std::uint16_t>(again.attempt + 1), backoff.count(), 0, failure);
        m_due.push(m_now + backoff,
                   {static_cast<std::uint8_t>(DueKind::JobRetry), 0, job, m_jobs.generation(job), 0});
        return startWaiting(instance);
    }
    m_jobs.remove(job);
    if (j.source == JobSource::Queue)
        settleDelivery(j, failure, retries);
    else if (j.source == JobSource::Topic)
        settleRecord(j, failure);
    else if (j.source == JobSource::Outside)
        settleOutside(j, failure, retries);
    release(j.message);
    if (!instance.waiting.empty())
        startWaiting(instance);
}

inline void Engine::settleDelivery(const Assignment& job, FailureKind failure, bool retries) {
    if (m_ways[job.link].autoAck || !job.queued.valid())
        return;
    if (failure == FailureKind::None || failure == FailureKind::BusinessError) {
        if (settlePlain(job))
            return;
        m_queues.ack(job.queued, job.tag, m_now);
        return settleEffects();
    }
    const LinkPlan& link = m_links[job.link];
    Message& message = m_messages.at(job.message);
    if (retries && message.attempts < link.retries) {
        // As with a retry queue: the copy is acknowledged, and published again once its backoff is over.
        Message copy = message;
        ++copy.attempts;
        copy.flags |= eventflag::Redelivered;
        if (copy.request != kNone)
            ++m_requests.at(copy.request).holders;
        const std::uint32_t again = m_messages.add(copy);
        const std::uint32_t queue = m_topology->elements[link.from].index;
        const Duration backoff = backoffOf(job.link, copy.attempts);
        emit(EventKind::RetryScheduled, m_topology->queues[queue].entity, copy.id, 0,
             static_cast<std::uint16_t>(copy.attempts + 1), backoff.count(), 0, failure);
        if (!settlePlain(job))
            m_queues.ack(job.queued, job.tag, m_now);
        m_due.push(m_now + backoff, {static_cast<std::uint8_t>(DueKind::Retry), 0, queue, again, 0});
    } else {
        m_attempt = message.attempts + 1U;
        // Other queues may hold the same message, and count their own attempts: this queue and this job are
        // alone with it when nobody else has a reference.
        if (m_messages.holders(job.message) == 2 && message.attempts < UINT16_MAX)
            ++message.attempts;
        const bool requeues = retries && link.requeue;
        // Handled in no time, it would come back for ever within one instant.
        if (requeues && job.started == m_now)
            return schedule(m_now + std::chrono::milliseconds(1), DueKind::GiveBack, job.queued.value,
                            job.tag);
        m_queues.nack(job.queued, job.tag, requeues, m_now);
    }
    settleEffects();
}

/// Exponential, and with jitter a random part of it (full jitter: random between zero and the backoff).
Duration Engine::backoffOf(std::uint32_t link, std::uint32_t attempt) {
    const LinkPlan& plan = m_links[link];
    double length = seconds(plan.backoff);
    for (std::uint32_t i = 1; i < attempt && length < seconds(plan.backoffMax); ++i)
        length *= plan.backoffFactor;
    if (plan.backoffMax > Duration::zero())
        length = std::min(length, std::max(seconds(plan.backoffMax), 0.0));
    if (plan.jitter)
        length *= m_random[plan.entity].uniform();
    return fromSeconds(length);
}

void Engine::startWaiting(Instance& instance) {
    while (instance.running && instance.busy < instance.plan->concurrency && !instance.waiting.empty()) {
        const std::uint32_t job = instance.waiting.front();
        instance.waiting.pop_front();
        startJob(job, m_jobs.at(job), instance);
    }
}

}  // namespace sluice
