#include <algorithm>

#include "core/engine/engine.h"

namespace sluice {
namespace {

bool contains(const std::vector<MessageId>& sorted, MessageId message) {
    return std::binary_search(sorted.begin(), sorted.end(), message);
}

}  // namespace

void Engine::scheduleActions() {
    for (std::uint32_t i = 0; i < m_topology->actions.size(); ++i) {
        const ActionPlan& plan = m_topology->actions[i];
        m_due.push(plan.action.at, {static_cast<std::uint8_t>(DueKind::ActionBegin), 0, i, 0, 0},
                   EventQueue::First);
        if (plan.duration >= Duration::zero())
            m_due.push(plan.action.at + plan.duration,
                       {static_cast<std::uint8_t>(DueKind::ActionEnd), 0, i, 0, 0}, EventQueue::First);
    }
}

EntityId Engine::targetOf(const ActionPlan& plan) const {
    return plan.element != kNone ? plan.element : plan.link != kNone ? entityOfLink(plan.link) : kNoEntity;
}

void Engine::beginAction(std::uint32_t action) {
    const ActionPlan& plan = m_topology->actions[action];
    const EntityId target = targetOf(plan);
    emit(EventKind::ActionBegan, target, 0, 0, static_cast<std::uint16_t>(action));
    switch (plan.action.kind) {
        case ActionKind::Stop:
        case ActionKind::Start:
            return switchOnOff(plan, plan.action.kind == ActionKind::Start);
        case ActionKind::BrokerDown:
            if (m_brokerDown++ == 0)
                stopBroker();
            return;
        case ActionKind::Burst:
            if (plan.element != kNone && m_topology->elements[plan.element].kind == ElementKind::Client) {
                const std::uint32_t client = m_topology->elements[plan.element].index;
                noteBurst(plan.count);
                for (std::uint32_t i = 0; i < plan.count; ++i)
                    sendFrom(client, m_clients[client].type,
                             chooseKey(m_clients[client], m_clientStates[client], m_random[plan.element]));
            }
            emit(EventKind::ActionEnded, target, 0, 0, static_cast<std::uint16_t>(action));
            return;
        case ActionKind::Redrive:
            return redrive(action);
        case ActionKind::Discard:
            return discardLetters(action);
        case ActionKind::Set:
            setProperty(plan);
            return;
        default:
            break;
    }
    if (target == kNoEntity)
        return;
    m_faulty[target] = 1;
    if (plan.link != kNone)
        m_ways[plan.link].atOnce = false;
    Fault& fault = m_faults[target];
    switch (plan.action.kind) {
        case ActionKind::SlowDown:
            fault.slow = plan.factor;
            break;
        case ActionKind::Fail:
            fault.fail = plan.probability;
            fault.failure = plan.failure;
            break;
        case ActionKind::Drop:
            fault.drop = plan.probability;
            break;
        case ActionKind::Duplicate:
            fault.duplicate = plan.probability;
            break;
        case ActionKind::Delay:
            fault.delay = plan.delay;
            break;
        case ActionKind::Reorder:
            fault.reorder = plan.delay;
            break;
        case ActionKind::Poison:
            fault.poison = plan.probability;
            break;
        case ActionKind::Cut:
            ++fault.cut;
            break;
        default:
            break;
    }
}

void Engine::endAction(std::uint32_t action) {
    const ActionPlan& plan = m_topology->actions[action];
    const EntityId target = targetOf(plan);
    emit(EventKind::ActionEnded, target, 0, 0, static_cast<std::uint16_t>(action));
    switch (plan.action.kind) {
        case ActionKind::Stop:
        case ActionKind::Start:
            return switchOnOff(plan, plan.action.kind == ActionKind::Stop);
        case ActionKind::BrokerDown:
            if (--m_brokerDown == 0)
                startBroker();
            return;
        default:
            break;
    }
    if (target == kNoEntity)
        return;
    Fault& fault = m_faults[target];
    switch (plan.action.kind) {
        case ActionKind::SlowDown:
            fault.slow = 1;
            break;
        case ActionKind::Fail:
            fault.fail = 0;
            break;
        case ActionKind::Drop:
            fault.drop = 0;
            break;
        case ActionKind::Duplicate:
            fault.duplicate = 0;
            break;
        case ActionKind::Delay:
            fault.delay = {};
            break;
        case ActionKind::Reorder:
            fault.reorder = {};
            break;
        case ActionKind::Poison:
            fault.poison = 0;
            break;
        case ActionKind::Cut:
            --fault.cut;
            break;
        default:
            break;
    }
}

/// Instances of a service; anything else becomes unavailable, or available again.
void Engine::switchOnOff(const ActionPlan& plan, bool on) {
    if (plan.element == kNone)
        return;
    const PlanRef target = m_topology->elements[plan.element];
    if (target.kind != ElementKind::Service || target.index == kNone) {
        m_faulty[plan.element] = 1;
        Fault& fault = m_faults[plan.element];
        if (!on)
            ++fault.down;
        else if (fault.down > 0)
            --fault.down;
        return;
    }
    const auto count = static_cast<std::uint16_t>(m_services[target.index].instances.size());
    for (std::uint16_t i = 0; i < count; ++i) {
        if (plan.instance >= 0 && plan.instance != i)
            continue;
        if (on)
            startInstance(target.index, i);
        else
            stopInstance(target.index, i);
    }
}

/// What a `set` action may change while a run goes on: a client's rate and message type.
void Engine::setProperty(const ActionPlan& plan) {
    const Json* key = plan.action.properties.find("key");
    const Json* value = plan.action.properties.find("value");
    if (plan.element == kNone || !key || !value || !key->is_string() ||
        m_topology->elements[plan.element].kind != ElementKind::Client)
        return;
    ClientPlan& client = m_clients[m_topology->elements[plan.element].index];
    if (*key == "rate" && value->is_number()) {
        client.rate = std::max(0.0, value->get<double>());
    } else if (*key == "message" && value->is_string()) {
        for (std::size_t i = 0; i < m_table.types.size(); ++i) {
            if (m_table.types[i].id == value->get_ref<const std::string&>())
                client.type = static_cast<std::uint16_t>(i);
        }
    }
}

bool Engine::canTakeLetters(std::uint32_t action) {
    const ActionPlan& plan = m_topology->actions[action];
    if (plan.element == kNone)
        return false;
    const PlanRef target = m_topology->elements[plan.element];
    if (target.kind != ElementKind::Queue || !m_queueOf[target.index].valid())
        return false;
    if (m_brokerDown > 0) {
        m_due.push(m_now + std::chrono::seconds(1),
                   {static_cast<std::uint8_t>(DueKind::RedriveTick), 0, action, 0, 0});
        return false;
    }
    if (!m_redriveChannel.valid())
        m_redriveChannel = m_queues.openChannel();
    return true;
}

/// All that wait there, or by hand those that were chosen; the others keep their order.
void Engine::discardLetters(std::uint32_t action) {
    if (!canTakeLetters(action))
        return;
    const ActionPlan& plan = m_topology->actions[action];
    const std::uint32_t target = m_topology->elements[plan.element].index;
    const QueueIndex queue = m_queueOf[target];
    std::size_t waiting = 0;
    m_queues.forEachReady(queue, [&waiting](MessageIndex) { ++waiting; });
    std::vector<Got> staying;
    m_redriving = true;
    for (; waiting > 0; --waiting) {
        const auto got = m_queues.get(m_redriveChannel, queue, false, m_now);
        settleEffects();
        if (!got)
            break;
        const Message& message = m_messages.at(got->payload);
        if (plan.byHand && !contains(plan.messages, message.id)) {
            staying.push_back(*got);
            continue;
        }
        emit(EventKind::Discarded, m_topology->queues[target].entity, message.id, 0,
             static_cast<std::uint16_t>(DeathReason::Purged), 0, message.flags, message.cause);
        m_queues.ack(got->message, got->tag, m_now);
        settleEffects();
    }
    for (const Got& got : staying)
        m_queues.nack(got.message, got.tag, true, m_now);
    settleEffects();
    m_redriving = false;
    emit(EventKind::ActionEnded, targetOf(plan), 0, 0, static_cast<std::uint16_t>(action));
}

/// Moves dead letters back to the queue they died in, oldest first, so that their order is kept. By default
/// only safe ones (domain: redrive), by hand only those that were chosen; the others stay.
void Engine::redrive(std::uint32_t action) {
    if (!canTakeLetters(action))
        return;
    const ActionPlan& plan = m_topology->actions[action];
    const PlanRef target = m_topology->elements[plan.element];
    const QueueIndex queue = m_queueOf[target.index];
    std::vector<MessageIndex> waiting;
    m_queues.forEachReady(queue, [&](MessageIndex message) { waiting.push_back(message); });

    // Every waiting letter is taken, judged, and given back if it has to stay: the queue's order is not
    // touched.
    std::vector<Got> staying;
    std::vector<std::pair<std::uint32_t, std::uint32_t>> going;  // to which queue, as which message
    std::vector<std::pair<MessageId, RedriveVerdict>> left;      // chosen, and judged to stay
    m_redriving = true;
    for (std::size_t i = 0; i < waiting.size() && (going.empty() || plan.rate <= 0); ++i) {
        const auto got = m_queues.get(m_redriveChannel, queue, false, m_now);
        settleEffects();
        if (!got)
            break;
        const std::span<const Death> deaths = m_queues.deaths(got->message);
        QueueIndex origin;
        if (!deaths.empty())
            origin = m_queues.findQueue(m_queues.keyText(deaths.front().queue)).value_or(QueueIndex{});
        const Message& message = m_messages.at(got->payload);
        if (plan.byHand && !contains(plan.messages, message.id)) {
            staying.push_back(*got);
            continue;
        }
        const std::uint32_t back =
            origin.valid() && origin.value < m_planOfQueue.size() ? m_planOfQueue[origin.value] : kNone;
        if (back == kNone) {
            staying.push_back(*got);
            continue;
        }
        const RedriveVerdict verdict = !deaths.empty() && deaths.front().reason == DeathReason::Expired
                                           ? RedriveVerdict::Expired
                                           : verdictOn(message, back);
        if (verdict != RedriveVerdict::Safe && !plan.all) {
            staying.push_back(*got);
            left.emplace_back(message.id, verdict);
            continue;
        }
        Message copy = message;
        copy.attempts = 0;
        copy.cause = FailureKind::None;
        copy.flags |= eventflag::Redelivered;
        // Whoever edits a payload writes one that can be read.
        if (contains(plan.edited, copy.id))
            copy.flags &= static_cast<std::uint8_t>(~eventflag::Poisoned);
        if (copy.request != kNone)
            ++m_requests.at(copy.request).holders;
        const std::uint32_t again = m_messages.add(copy);
        emit(EventKind::Redriven, m_topology->queues[target.index].entity, copy.id,
             m_topology->queues[back].entity, static_cast<std::uint16_t>(verdict), 0, copy.flags);
        m_queues.ack(got->message, got->tag, m_now);
        settleEffects();
        going.emplace_back(back, again);
    }
    for (const Got& got : staying)
        m_queues.nack(got.message, got.tag, true, m_now);
    settleEffects();
    m_redriving = false;
    // Only now: one of them may come back here at once, behind those that stay.
    for (const auto& [back, again] : going)
        enqueueAgain(back, again);
    // Once, when no more will go: who chose them is told why they stay.
    if (plan.byHand && (plan.rate <= 0 || going.empty())) {
        for (const auto& [message, verdict] : left)
            emit(EventKind::Redriven, m_topology->queues[target.index].entity, message, kNoEntity,
                 static_cast<std::uint16_t>(verdict));
    }
    const bool over = plan.duration >= Duration::zero() && m_now >= plan.action.at + plan.duration;
    if (plan.rate > 0 && !going.empty() && !over)
        m_due.push(m_now + std::max(Duration(1), fromSeconds(1 / plan.rate)),
                   {static_cast<std::uint8_t>(DueKind::RedriveTick), 0, action, 0, 0});
    else if (plan.duration < Duration::zero())
        emit(EventKind::ActionEnded, targetOf(plan), 0, 0, static_cast<std::uint16_t>(action));
}

/// Superseded: who takes from the queue has processed a newer message of the same business operation and key.
RedriveVerdict Engine::verdictOn(const Message& message, std::uint32_t queue) const {
    if (message.key < 0)
        return RedriveVerdict::Safe;
    for (const std::uint32_t link : m_topology->queues[queue].consumers) {
        const PlanRef service = m_topology->elements[m_links[link].to];
        if (service.kind == ElementKind::Service && service.index != kNone &&
            m_processed[service.index].eventTime(m_topology->operations[message.type], message.key) >
                message.eventTime)
            return RedriveVerdict::Superseded;
    }
    return RedriveVerdict::Safe;
}

void Engine::noteProcessed(std::uint32_t service, const Message& message) {
    if (message.key < 0)
        return;
    const NewestByKey::Entry newest =
        m_processed[service].entry(m_topology->operations[message.type], message.key);
    newest.eventTime = std::max(newest.eventTime, message.eventTime);
}

}  // namespace sluice
