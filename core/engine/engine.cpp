#include "core/engine/engine.h"

#include <algorithm>
#include <cassert>

namespace sluice {

Engine::Engine(std::shared_ptr<const Topology> topology, std::shared_ptr<OutsideBroker> outside)
    : m_topology(std::move(topology)),
      m_links(m_topology->links.data()),
      m_handling(m_topology->services.data()),
      m_table(*m_topology->table),
      m_tracer(m_table),
      m_faults(m_table.entities.size()),
      m_faulty(m_table.entities.size(), 0),
      m_clients(m_topology->clients),
      m_clientStates(m_clients.size()),
      m_services(m_topology->services.size()),
      m_stores(m_topology->stores.size()),
      m_replyQueues(m_topology->queues.size(), 0),
      m_groupOfLink(m_topology->links.size(), kNone),
      m_newest(m_topology->topics.size()),
      m_processed(m_topology->services.size()) {
    m_lastArrival.resize(m_topology->links.size());
    for (std::uint32_t i = 0; i < m_lastArrival.size(); ++i)
        m_lastArrival[i].resize(connectionsOf(i));
    for (const LinkPlan& link : m_topology->links) {
        const bool answers =
            link.source.kind == ElementKind::Queue && m_topology->queues[link.source.index].temporary;
        const DueKind arrival = link.kind == LinkKind::Publish               ? DueKind::PublishArrives
                                : link.kind == LinkKind::Consume && !answers ? DueKind::TakeUp
                                                                             : DueKind::Arrive;
        const bool bare = link.priority < 0 && link.headers.empty();
        m_ways.push_back({link.entity, link.from, link.to, link.target, arrival, link.instant, bare,
                          bare && link.expiration < Duration::zero() && !link.awaitConfirm, link.autoAck});
    }
    for (const TracedType& type : m_table.types)
        m_types.push_back({type.size, !type.keyField.empty()});
    m_random.reserve(m_table.entities.size());
    for (const Entity& entity : m_table.entities)
        m_random.emplace_back(m_topology->seed, hashOf(entity.id));
    for (const ActionPlan& action : m_topology->actions)
        m_redrives = m_redrives || action.action.kind == ActionKind::Redrive;
    if (outside)
        attach(std::move(outside));
    declareQueues();
    declareTopics();
    startServices();
    startClients();
    scheduleActions();
}

/// What is due is read before anything follows from it: that may push, and move it. The most frequent kinds
/// are told apart here, so that they need not pay for what the others need.
inline void Engine::perform(const Due& due) {
    switch (static_cast<DueKind>(due.kind())) {
        case DueKind::ClientTick:
            return tickClient(due.a());
        case DueKind::PublishArrives:
            return publishAt(due.a(), due.b(), 1);
        case DueKind::TakeUp:
            return takeUp(due.c(), due.b(), due.small());
        case DueKind::StepDone:
            if (m_jobs.isCurrent(due.a(), due.b()))
                proceed(due.a());
            return;
        default:
            return performSeldom(due);
    }
}

void Engine::play(TraceTime time, const std::stop_token& stop) {
    const auto isLive = [this](const Timeouts::Deadline& deadline) { return isPending(deadline); };
    const auto isHeld = [this](const Timeouts::Deadline& deadline) { return isAtWork(deadline); };
    std::uint32_t untilLook = 0;
    while (true) {
        if (untilLook-- == 0) {
            if (!goesOn(stop))
                break;
            untilLook = kStepsBetweenLooks - 1;
        }
        if (!m_immediate.empty()) {
            perform(m_immediate.pop());
            continue;
        }
        // At one instant the brokers' own timers come first, then deadlines, then what was scheduled. Mostly
        // neither of the former is near.
        const TraceTime scheduled = m_due.nextTime();
        const TraceTime timer = std::min(m_queues.nextTimer(), m_logs.nextTimer());
        if (scheduled <= time && scheduled < timer && scheduled < m_timeouts.noneBefore() &&
            scheduled < m_ackTimeouts.noneBefore()) {
            m_now = std::max(m_now, scheduled);
            perform(m_due.pop());
            continue;
        }
        const Timeouts::Deadline* deadline = m_timeouts.first(isLive);
        const Timeouts::Deadline* overdue = m_ackTimeouts.first(isHeld);
        const TraceTime next = std::min({timer, deadline ? deadline->at : TraceTime::max(),
                                         overdue ? overdue->at : TraceTime::max(), scheduled});
        if (next == TraceTime::max() || next > time)
            break;
        m_now = std::max(m_now, next);
        if (timer <= next) {
            m_queues.advance(next);
            settleEffects();
            m_logs.advance(next);
            settleLogEffects();
        } else if (deadline && deadline->at <= next) {
            timeOut(deadline->index);
        } else if (overdue && overdue->at <= next) {
            loseChannel(overdue->index);
        } else {
            perform(m_due.pop());
        }
    }
}

Progress Engine::runUntil(TraceTime time, TraceSink* sink, const std::stop_token& stop) {
    m_tracer.setSink(sink);
    m_instant = {};
    if (!m_failure)
        play(time, stop);
    if (m_stands && !m_failure)
        m_failure = standstill(stop);
    Progress progress;
    progress.finished = m_failure || isOver();
    if (!stop.stop_requested() && time != TraceTime::max())
        m_now = std::max(m_now, progress.finished ? m_now : time);
    m_tracer.flush(m_now);
    progress.now = m_now;
    progress.end = m_topology->end;
    progress.events = m_tracer.count();
    return progress;
}

bool Engine::isPending(const Timeouts::Deadline& deadline) const {
    return m_requests.isCurrent(deadline.index, deadline.generation) &&
           m_requests.at(deadline.index).state == RequestState::Pending;
}

/// Nothing will happen any more.
bool Engine::isOver() {
    if (m_outside && !isQuietOutside())
        return false;
    return m_immediate.empty() && m_due.empty() && m_queues.nextTimer() == TraceTime::max() &&
           m_logs.nextTimer() == TraceTime::max() &&
           !m_timeouts.first([this](const Timeouts::Deadline& deadline) { return isPending(deadline); });
}

void Engine::schedule(TraceTime at, DueKind kind, std::uint32_t a, std::uint32_t b, std::uint32_t c,
                      std::uint16_t small) {
    const Due due(static_cast<std::uint8_t>(kind), small, a, b, c);
    if (at <= m_now)
        m_immediate.push(due);
    else
        m_due.push(at, due);
}

void Engine::performSeldom(const Due& due) {
    switch (static_cast<DueKind>(due.kind())) {
        case DueKind::ClientTick:
        case DueKind::PublishArrives:
        case DueKind::TakeUp:
        case DueKind::StepDone:
            return;  // in perform()
        case DueKind::Arrive:
            return arrive(due.a(), due.b(), due.c(), due.small());
        case DueKind::ArriveBack:
            return arriveBack(due.a(), due.b(), due.c());
        case DueKind::Retry:
            return enqueueAgain(due.a(), due.b());
        case DueKind::StoreDone:
            return storeDone(due.a(), due.b());
        case DueKind::ExternalDone:
            return externalDone(due.a(), due.b());
        case DueKind::PublishRetry:
            return isOutside(m_ways[due.a()].to) ? sendOutside(due.a(), due.b(), due.small())
                                                 : publishAt(due.a(), due.b(), due.small());
        case DueKind::JobRetry:
            if (m_jobs.isCurrent(due.a(), due.b()))
                startOrWait(due.a(), true);
            return;
        case DueKind::CallRetry:
            return callAgain(due.a(), due.b());
        case DueKind::InstanceReady:
            return instanceReady(due.a(), due.small());
        case DueKind::Poll:
            return poll(MemberIndex{due.a()});
        case DueKind::Maintain:
            return maintain();
        case DueKind::ActionBegin:
            return beginAction(due.a());
        case DueKind::ActionEnd:
            return endAction(due.a());
        case DueKind::RedriveTick:
            return m_topology->actions[due.a()].action.kind == ActionKind::Discard ? discardLetters(due.a())
                                                                                   : redrive(due.a());
        case DueKind::ConfirmFailed:
            if (m_jobs.isCurrent(due.a(), due.b()))
                failJob(due.a(), FailureKind::QueueUnavailable);
            return;
        case DueKind::RequestFailed:
            if (m_requests.isCurrent(due.a(), due.b()))
                failRequest(due.a());
            return;
        case DueKind::GiveBack:
            m_queues.nack(MessageIndex{due.a()}, due.b(), true, m_now);
            return settleEffects();
        case DueKind::Resubscribe:
            return subscribeAgain();
        case DueKind::SendOutside:
            return sendOutside(due.a(), due.b(), 1);
    }
}

std::uint32_t Engine::createMessage(std::uint16_t type, std::int64_t key, EntityId creator,
                                    std::uint32_t parent, std::uint8_t flags) {
    Message message;
    message.id = ++m_lastMessage;
    message.key = key;
    message.eventTime = m_now;
    message.type = type;
    message.flags = flags & eventflag::Poisoned;
    MessageId cause = 0;
    if (parent != kNone) {
        const Message& parental = m_messages.at(parent);
        cause = parental.id;
        message.client = parental.client;
        // Malformed data stays malformed in whatever is made of it, until somebody validates.
        message.flags |= parental.flags & eventflag::Poisoned;
        if ((flags & eventflag::OwnEventTime) == 0)
            message.eventTime = parental.eventTime;
    }
    emit(EventKind::MessageCreated, creator, message.id, cause, type, key,
         static_cast<std::uint8_t>(message.flags | (flags & eventflag::OwnEventTime)));
    if (m_outside) [[unlikely]]
        noteCreated(message, cause, creator);
    return m_messages.add(message);
}

/// Nobody holds the message any more.
void Engine::released(std::uint32_t message) {
    const std::uint32_t request = m_messages.at(message).request;
    m_messages.at(message).request = kNone;
    if (request != kNone)
        letGo(request);
}

void Engine::moveOverTime(std::uint32_t link, std::uint32_t message, std::uint32_t extra, std::uint16_t small,
                          bool back) {
    const LinkPlan& plan = m_links[link];
    const EntityId entity = plan.entity;
    RandomStream& random = m_random[entity];
    const DueKind kind = back ? DueKind::ArriveBack : m_ways[link].arrival;
    const auto flags = static_cast<std::uint8_t>((m_messages.at(message).flags & ~eventflag::Reverse) |
                                                 (back ? eventflag::Reverse : 0));
    TraceTime at = m_now;
    bool keepsOrder = true;
    if (m_faulty[entity]) {
        const Fault& fault = m_faults[entity];
        if (fault.cut > 0 || random.chance(fault.drop))
            return lose(link, message, extra, small, back);
        if (plan.kind == LinkKind::Publish && !back && random.chance(fault.duplicate)) {
            emit(EventKind::Duplicated, entity, m_messages.at(message).id);
            m_messages.hold(message);
            const TraceTime again = m_now + plan.latency.sample(random) + std::chrono::milliseconds(1);
            emit(EventKind::Moved, entity, m_messages.at(message).id, small, 0, (again - m_now).count(),
                 flags | eventflag::Duplicate);
            schedule(again, kind, link, message, extra, small);
        }
        at += fault.delay;
        if (fault.reorder > Duration::zero()) {
            at += Duration(static_cast<std::int64_t>(
                random.below(static_cast<std::uint64_t>(fault.reorder.count()) + 1)));
            keepsOrder = false;
        }
    }
    if (!plan.instant)
        at += plan.latency.sample(random);
    if (keepsOrder && !back) {
        TraceTime& last = m_lastArrival[link][connectionOf(link, extra, small)];
        at = std::max(at, last);
        last = at;
    }
    if (at > m_now)
        emit(EventKind::Moved, entity, m_messages.at(message).id, small, 0, (at - m_now).count(), flags);
    schedule(at, kind, link, message, extra, small);
}

/// Each instance at the service's end of a link has a connection of its own.
std::uint32_t Engine::connectionsOf(std::uint32_t link) const {
    const LinkPlan& plan = m_links[link];
    const PlanRef end = m_topology->elements[plan.kind == LinkKind::Consume ? plan.to : plan.from];
    return end.kind == ElementKind::Service && end.index != kNone ? m_handling[end.index].instances : 1U;
}

std::uint32_t Engine::connectionOf(std::uint32_t link, std::uint32_t extra, std::uint16_t small) {
    const LinkPlan& plan = m_links[link];
    if (m_lastArrival[link].size() == 1)
        return 0;
    if (plan.kind != LinkKind::Consume)
        return small;
    const PlanRef source = plan.source;
    const bool answers = source.kind == ElementKind::Queue && m_topology->queues[source.index].temporary;
    return answers ? m_requests.at(extra).instance : m_jobs.at(extra).instance->index;
}

void Engine::lose(std::uint32_t link, std::uint32_t message, std::uint32_t extra, std::uint16_t small,
                  bool back) {
    const LinkPlan& plan = m_links[link];
    const bool cut = m_faults[plan.entity].cut > 0;
    switch (plan.kind) {
        case LinkKind::Publish:
            // A publisher sees a cut connection and tries again; a message lost on the way it does not see
            // without confirms.
            if (cut && !back)
                return publishLater(link, message, 1);
            break;
        case LinkKind::Consume:
        case LinkKind::Materialize:
        case LinkKind::Read:
        case LinkKind::Write:
            // These run over a connection of the consumer's: what is lost there is sent again.
            emit(EventKind::Lost, plan.entity, m_messages.at(message).id, 0, 0, 0, 0,
                 FailureKind::ServiceUnavailable);
            m_due.push(m_now + std::chrono::seconds(1),
                       {static_cast<std::uint8_t>(back ? DueKind::ArriveBack : m_ways[link].arrival), small,
                        link, message, extra});
            return;
        default:
            break;
    }
    // Whoever publishes with confirms misses this one, and publishes again.
    if (plan.kind == LinkKind::Publish && plan.confirms && !back)
        return publishLater(link, message, 1);
    emit(EventKind::Lost, plan.entity, m_messages.at(message).id, 0, 0, 0, 0,
         FailureKind::ServiceUnavailable);
    release(message);
}

void Engine::arrive(std::uint32_t link, std::uint32_t message, std::uint32_t extra, std::uint16_t small) {
    const LinkPlan& plan = m_links[link];
    const PlanRef target = plan.target;
    switch (plan.kind) {
        case LinkKind::Publish:
            return m_ways[link].arrival == DueKind::SendOutside ? sendOutside(link, message, 1)
                                                                : publishAt(link, message, 1);
        case LinkKind::Consume:
            return m_ways[link].arrival == DueKind::TakeUp ? takeUp(extra, message, small)
                                                           : takeAnswer(extra, message);
        case LinkKind::Call:
            if (target.kind == ElementKind::Service && target.index != kNone)
                return takeCall(link, message, target.index);
            if (target.kind == ElementKind::External && target.index != kNone) {
                const ExternalPlan& external = m_topology->externals[target.index];
                schedule(m_now + external.latency.sample(m_random[plan.to]), DueKind::ExternalDone, link,
                         message);
                return;
            }
            // Drawn, but not run yet: the findings say so, and whoever calls it hears that it is not there.
            answerCall(link, message, m_topology->replyType, FailureKind::ServiceUnavailable);
            return release(message);
        case LinkKind::Reply:
            return arriveAtReplyQueue(message);
        case LinkKind::Materialize:
        case LinkKind::Read:
        case LinkKind::Write:
            return useStore(target.index, extra);
        case LinkKind::Bind:
        case LinkKind::DeadLetter:
            // What moves here was put into its queue by the broker already: it is shown, nothing follows.
            return release(message);
    }
}

void Engine::arriveBack(std::uint32_t link, std::uint32_t message, std::uint32_t extra) {
    switch (m_links[link].kind) {
        case LinkKind::Call:
        case LinkKind::Publish:
            return takeAnswer(m_messages.at(message).request, message);
        case LinkKind::Consume:
            return replyDirectly(message);
        default:
            break;
    }
    // The answer of a store to the job that asked.
    StoreUse use = m_uses.at(extra);
    m_uses.remove(extra);
    release(message);
    if (m_jobs.isCurrent(use.job, use.generation))
        proceed(use.job);
}

}  // namespace sluice
