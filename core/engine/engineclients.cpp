#include <algorithm>

#include "core/engine/engine.h"

namespace sluice {

void Engine::startClients() {
    for (std::uint32_t i = 0; i < m_clients.size(); ++i) {
        const ClientPlan& plan = m_clients[i];
        if (plan.links.empty())
            continue;
        TraceTime first = plan.startAt;
        if (plan.workload == Workload::Csv) {
            if (plan.rows.empty())
                continue;
            first = plan.rows.front().at;
        } else if (plan.workload != Workload::Burst) {
            first += untilNext(plan, m_random[plan.entity], plan.startAt);
        }
        if (first <= m_topology->end)
            m_due.push(first, {static_cast<std::uint8_t>(DueKind::ClientTick), 0, i, 0, 0});
    }
}

/// Time to the next message of a workload with a rate; Duration::max() when the rate is zero.
Duration Engine::untilNext(const ClientPlan& plan, RandomStream& random, TraceTime from) {
    double rate = plan.rate;
    if (plan.workload == Workload::Ramp && plan.rampDuration > Duration::zero()) {
        const double part = std::clamp(seconds(from - plan.startAt) / seconds(plan.rampDuration), 0.0, 1.0);
        rate += (plan.rateEnd - plan.rate) * part;
    }
    if (rate <= 0)
        return std::chrono::seconds(1);
    const double mean = 1 / rate;
    return std::max(Duration(1),
                    fromSeconds(plan.workload == Workload::Constant ? mean : mean * random.exponential()));
}

void Engine::tickClient(std::uint32_t client) {
    const ClientPlan& plan = m_clients[client];
    ClientState& state = m_clientStates[client];
    RandomStream& random = m_random[plan.entity];
    const bool idle = plan.workload != Workload::Csv && plan.workload != Workload::Burst && plan.rate <= 0 &&
                      (plan.workload != Workload::Ramp || plan.rateEnd <= 0);
    TraceTime next = TraceTime::max();
    switch (plan.workload) {
        case Workload::Constant:
        case Workload::Poisson:
        case Workload::Ramp:
            if (idle) {
                next = m_now + untilNext(plan, random, m_now);
            } else if (const std::int64_t key = chooseKey(plan, state, random); m_faulty[plan.entity]) {
                sendFrom(client, plan.type, key);
                next = m_now + untilNext(plan, random, m_now);
            } else {
                // Sending draws nothing then, and what it does goes on while the logarithm is worked out.
                next = m_now + untilNext(plan, random, m_now);
                sendFrom(client, plan.type, key);
            }
            break;
        case Workload::Burst:
            noteBurst(plan.burstSize);
            for (std::uint32_t i = 0; i < plan.burstSize && (plan.limit == 0 || state.created < plan.limit);
                 ++i)
                sendFrom(client, plan.type, chooseKey(plan, state, random));
            next = m_now + std::max(Duration(1), plan.burstEvery);
            break;
        case Workload::Csv:
            while (state.row < plan.rows.size() && plan.rows[state.row].at <= m_now) {
                noteBurst(1);
                sendFrom(client, plan.rows[state.row].type, plan.rows[state.row].key);
                ++state.row;
            }
            if (state.row < plan.rows.size())
                next = plan.rows[state.row].at;
            break;
    }
    if (next <= m_topology->end && (plan.limit == 0 || state.created < plan.limit))
        schedule(next, DueKind::ClientTick, client);
}

std::int64_t Engine::chooseKey(const ClientPlan& plan, ClientState& state, RandomStream& random) {
    switch (plan.keys) {
        case KeyChoice::Uniform:
            return static_cast<std::int64_t>(random.below(plan.keyCount));
        case KeyChoice::Zipf:
            return std::lower_bound(plan.zipf.begin(), plan.zipf.end(), random.uniform()) - plan.zipf.begin();
        case KeyChoice::Sequence:
            return static_cast<std::int64_t>(state.sequence++ % plan.keyCount);
        case KeyChoice::Single:
            return 0;
    }
    return 0;
}

void Engine::sendFrom(std::uint32_t client, std::uint16_t type, std::int64_t key) {
    const ClientPlan& plan = m_clients[client];
    ++m_clientStates[client].created;
    std::uint8_t flags = eventflag::OwnEventTime;
    if (m_faulty[plan.entity] && m_random[plan.entity].chance(m_faults[plan.entity].poison))
        flags |= eventflag::Poisoned;
    for (const std::uint32_t link : plan.links) {
        const LinkPlan& way = m_links[link];
        const std::uint16_t linkType = way.type != 0xffff ? way.type : type;
        const std::uint32_t message =
            createMessage(linkType, m_types[linkType].keyed ? key : -1, plan.entity, kNone, flags);
        m_messages.at(message).client = static_cast<std::uint16_t>(client);
        if (way.kind == LinkKind::Call) {
            Request request;
            request.link = link;
            request.client = client;
            request.subject = way.entity;
            ask(request, message, plan.timeout > Duration::zero() ? plan.timeout : way.timeout);
        }
        move(link, message, kNone, 0);
    }
}

void Engine::informUser(const Request& request, FailureKind cause) {
    UserOutcome outcome = UserOutcome::Failed;
    if (cause == FailureKind::None)
        outcome = UserOutcome::Done;
    else if (cause == FailureKind::BusinessError || cause == FailureKind::BadData)
        outcome = UserOutcome::Refused;
    else if (cause == FailureKind::CallerTimeout)
        outcome = UserOutcome::Deferred;
    emit(EventKind::UserInformed, m_clients[request.client].entity, request.message, 0,
         static_cast<std::uint16_t>(outcome), (m_now - request.sent).count(), 0, cause);
}

}  // namespace sluice
