// Consumers of queues: instances that subscribe, are refused, and leave.
#include "core/engine/engine.h"

namespace sluice {

/// The instance opens a channel and consumes from every queue its service reads.
void Engine::subscribe(std::uint32_t service, std::uint16_t index) {
    Instance& instance = m_services[service].instances[index];
    instance.channel = m_queues.openChannel();
    instance.replies = {};
    if (m_brokerDown == 0)
        consumeAll(service, index);
}

void Engine::consumeAll(std::uint32_t service, std::uint16_t index) {
    for (const std::uint32_t link : m_handling[service].consumes) {
        const PlanRef source = m_topology->elements[m_links[link].from];
        if (source.kind != ElementKind::Queue || m_topology->queues[source.index].temporary)
            continue;
        if (isOutside(m_links[link].from))
            readOutside(link, index);
        else if (!consumeFrom(link, index))
            m_refused.push_back({link, index});
    }
}

/// Declares what it reads, as consumers do, and consumes from it. False: it is refused.
bool Engine::consumeFrom(std::uint32_t link, std::uint16_t index) {
    const LinkPlan& plan = m_links[link];
    const std::uint32_t queue = m_topology->elements[plan.from].index;
    Instance& instance = m_services[m_topology->elements[plan.to].index].instances[index];
    const auto refused = [&] {
        emit(EventKind::ConsumerRefused, plan.entity, 0, 0, index, 0, 0, FailureKind::QueueUnavailable);
        return false;
    };
    Subscriber& owner = m_ownerOf[queue];
    const bool ours = owner.link == kNone || (owner.instance == index && m_links[owner.link].to == plan.to);
    if (m_topology->queues[queue].exclusive && !ours)
        return refused();  // RESOURCE_LOCKED
    if (!m_queueOf[queue].valid()) {
        declareExchanges();
        declareQueue(queue);
        declareBindings();
        emit(EventKind::QueueDeclared, m_topology->queues[queue].entity, 0, 0, 0, 1);
    }
    owner = {link, index};
    Consume options;
    options.prefetch = plan.prefetch;
    options.autoAck = plan.autoAck;
    options.exclusive = plan.exclusive;
    options.priority = plan.consumerPriority;
    const auto consumer = m_queues.consume(instance.channel, m_queueOf[queue], options, m_now);
    if (!consumer)
        return refused();  // somebody consumes exclusively (ACCESS_REFUSED)
    if (consumer->value >= m_seats.size())
        m_seats.resize(consumer->value + 1);
    m_seats[consumer->value] = {&instance, link, plan.entity, plan.autoAck,
                                plan.autoAck ? Duration(-1) : plan.ackTimeout};
    // Deliveries begin with the command: they are settled one consumer at a time, so that each is known.
    settleEffects();
    return true;
}

/// The instance's connection is gone: its channel gives back what it held, its exclusive queues go.
void Engine::unsubscribe(std::uint32_t service, std::uint16_t index) {
    const EntityId entity = m_handling[service].entity;
    m_queues.closeChannel(m_services[service].instances[index].channel, m_now);
    settleEffects();
    for (const std::uint32_t link : m_handling[service].consumes) {
        if (isOutside(m_links[link].from) && m_links[link].source.kind == ElementKind::Queue)
            leaveOutside(link, index);
    }
    for (std::uint32_t i = 0; i < m_ownerOf.size(); ++i) {
        const Subscriber owner = m_ownerOf[i];
        if (!m_topology->queues[i].exclusive || !m_queueOf[i].valid() || owner.link == kNone ||
            owner.instance != index || m_links[owner.link].to != entity)
            continue;
        m_queues.deleteQueue(m_queueOf[i], m_now, QueueEnd::Exclusive);
        settleEffects();
    }
    std::erase_if(m_refused, [&](const Subscriber& refused) {
        return refused.instance == index && m_links[refused.link].to == entity;
    });
    if (!m_refused.empty())
        schedule(m_now + kRecovery, DueKind::Resubscribe, 0);
}

/// A delivery was not acknowledged in time: the broker closes the consumer's channel (PRECONDITION_FAILED),
/// which puts back all that it held; the instance drops what came over it and opens a new one.
void Engine::loseChannel(std::uint32_t overdue) {
    Instance& instance = *m_jobs.at(overdue).instance;
    for (std::uint32_t job = 0; job < m_jobs.size(); ++job) {
        if (!m_jobs.isTaken(job))
            continue;
        const Job& j = m_jobs.at(job);
        if (j.instance != &instance || j.source != JobSource::Queue)
            continue;
        instance.busy -= j.state == JobState::Working;
        std::erase(instance.waiting, job);
        abandon(job);
    }
    m_queues.closeChannel(instance.channel, m_now);
    settleEffects();
    subscribe(static_cast<std::uint32_t>(instance.plan - m_handling), instance.index);
    startWaiting(instance);
}

/// All connections are gone, and with them what is not durable. What the instances have in work they go on
/// with, but the deliveries are the broker's again, and come once more; what they have not begun they drop.
void Engine::stopBroker() {
    for (std::uint32_t job = 0; job < m_jobs.size(); ++job) {
        if (!m_jobs.isTaken(job) || m_jobs.at(job).source != JobSource::Queue ||
            m_links[m_jobs.at(job).link].autoAck)
            continue;
        Job& j = m_jobs.at(job);
        j.queued = {};
        if (j.state == JobState::Waiting)
            std::erase(j.instance->waiting, job);
        if (j.state != JobState::Working)
            abandon(job);
    }
    m_ackTimeouts = {};
    m_refused.clear();
    m_queues.restart(
        [this](std::uint32_t payload) {
            const std::uint32_t link = m_messages.at(payload).link;
            return link == kNone || m_links[link].persistent;
        },
        m_now);
    settleEffects();
    for (std::uint32_t i = 0; i < m_queueOf.size(); ++i) {
        if (m_topology->queues[i].exclusive && m_queueOf[i].valid())
            m_queues.deleteQueue(m_queueOf[i], m_now, QueueEnd::Exclusive);
        settleEffects();
    }
    m_redriveChannel = {};
    for (Service& service : m_services) {
        for (Instance& instance : service.instances) {
            if (!instance.running)
                continue;
            instance.channel = m_queues.openChannel();
            instance.replies = {};
        }
    }
    for (std::uint32_t request = 0; request < m_requests.size(); ++request) {
        if (m_requests.isTaken(request))
            deleteReplyQueue(m_requests.at(request));
    }
}

/// The instances find their broker again.
void Engine::startBroker() {
    for (std::uint32_t i = 0; i < m_services.size(); ++i) {
        for (const Instance& instance : m_services[i].instances) {
            if (instance.running)
                consumeAll(i, instance.index);
        }
    }
    settleEffects();
}

void Engine::subscribeAgain() {
    std::vector<Subscriber> waiting;
    waiting.swap(m_refused);
    for (const Subscriber& subscriber : waiting) {
        if (!consumeFrom(subscriber.link, subscriber.instance))
            m_refused.push_back(subscriber);
    }
}

}  // namespace sluice
