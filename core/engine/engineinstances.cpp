#include "core/engine/engine.h"

namespace sluice {

void Engine::startServices() {
    for (std::uint32_t i = 0; i < m_services.size(); ++i) {
        Service& service = m_services[i];
        const ServicePlan& plan = m_handling[i];
        service.instances.resize(plan.instances);
        for (std::uint16_t k = 0; k < plan.instances; ++k) {
            service.instances[k].plan = &plan;
            service.instances[k].index = k;
            subscribe(i, k);
        }
    }
    settleEffects();
    for (std::uint32_t group = 0; group < m_groups.size(); ++group) {
        const auto instances = static_cast<std::uint16_t>(m_groups[group].members.size());
        for (std::uint16_t k = 0; k < instances; ++k)
            joinGroup(group, k);
    }
    settleLogEffects();
}

void Engine::startInstance(std::uint32_t service, std::uint16_t index) {
    const ServicePlan& plan = m_handling[service];
    if (m_services[service].instances[index].running)
        return;
    emit(EventKind::InstanceStarted, plan.entity, 0, index, 0, plan.startupTime.count());
    schedule(m_now + plan.startupTime, DueKind::InstanceReady, service, 0, 0, index);
}

void Engine::instanceReady(std::uint32_t service, std::uint16_t index) {
    Instance& instance = m_services[service].instances[index];
    if (instance.running)
        return;
    instance.running = true;
    subscribe(service, index);
    settleEffects();
    for (const std::uint32_t link : m_handling[service].consumes) {
        if (m_groupOfLink[link] != kNone)
            joinGroup(m_groupOfLink[link], index);
    }
    settleLogEffects();
}

void Engine::stopInstance(std::uint32_t service, std::uint16_t index) {
    Instance& instance = m_services[service].instances[index];
    if (!instance.running)
        return;
    const ServicePlan& plan = m_handling[service];
    instance.running = false;
    emit(EventKind::InstanceStopped, plan.entity, 0, index, 0, 0, 0, FailureKind::ServiceUnavailable);
    instance.waiting.clear();
    instance.busy = 0;
    for (std::uint32_t job = 0; job < m_jobs.size(); ++job) {
        if (m_jobs.isTaken(job) && m_jobs.at(job).instance == &instance)
            abandon(job);
    }
    unsubscribe(service, index);
    for (const std::uint32_t link : plan.consumes) {
        if (m_groupOfLink[link] != kNone)
            leaveGroup(m_groupOfLink[link], index);
    }
}

/// The instance a job was with is gone: its caller hears so, what it waited for is nobody's any more.
void Engine::abandon(std::uint32_t job) {
    const Job j = m_jobs.at(job);
    m_jobs.remove(job);
    if (j.state == JobState::Working)
        emit(EventKind::WorkFinished, j.instance->plan->entity, m_messages.at(j.message).id,
             j.instance->index, 0, (m_now - j.started).count(), 0, FailureKind::ServiceUnavailable);
    if (j.source == JobSource::Call && !j.answered)
        answerCall(j.link, j.message, m_topology->replyType, FailureKind::ServiceUnavailable);
    // What is under way holds its own reference, which takeUp gives back.
    if (j.state != JobState::Travelling)
        release(j.message);
}

}  // namespace sluice
