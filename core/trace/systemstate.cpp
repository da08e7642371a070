#include "core/trace/systemstate.h"

#include <algorithm>

namespace sluice {
namespace {

void decrement(std::uint64_t& count) {
    if (count > 0)
        --count;
}

/// A message goes from the ready ones, or, when a consumer had it, from the unacknowledged ones.
void takeOut(EntityState& queue, const TraceEvent& event) {
    if (event.has(eventflag::Outside))
        return;
    const auto reason = static_cast<DeathReason>(event.detail);
    const bool held = reason == DeathReason::Rejected || reason == DeathReason::DeliveryLimit;
    if (!held && queue.messages.remove(event.message))
        decrement(queue.ready);
    else if (held || reason == DeathReason::QueueDeleted)
        decrement(queue.unacknowledged);
}

void depart(Transits& transits, const TraceEvent& event) {
    if (event.value <= 0)
        return;
    // A trace from elsewhere may say anything: no arrival lies beyond the end of time.
    const Duration takes = std::min(Duration(event.value), TraceTime::max() - event.at);
    transits.push_back(Transit{event.message, event.subject, event.at, event.at + takes, event.flags()});
}

InstanceState* instanceOf(EntityState& service, std::uint32_t index) {
    constexpr std::uint32_t kMostInstances = 4096;
    if (index >= kMostInstances)
        return nullptr;
    if (index >= service.instances.size())
        service.instances.resize(index + 1, InstanceState{false, 0});
    return &service.instances[index];
}

GroupState* groupOf(SystemState& state, const EntityTable& table, EntityId link) {
    const EntityId topic = table.entities[link].from;
    if (topic >= state.entities.size())
        return nullptr;
    // Looking for it among the groups would be a jump that nobody can foresee.
    std::vector<GroupState>& groups = state.entities[topic].groups;
    const std::uint32_t own = state.entities[link].group;
    return own < groups.size() && groups[own].link == link ? &groups[own] : nullptr;
}

bool worksOnMessages(ElementKind kind) {
    return kind == ElementKind::Service || kind == ElementKind::Gateway || kind == ElementKind::External ||
           kind == ElementKind::Processor;
}

void applyToQueue(SystemState& state, EntityState& subject, const TraceEvent& event,
                  const EntityTable& table) {
    switch (event.kind) {
        case EventKind::Enqueued: {
            ++subject.in;
            subject.ready = static_cast<std::uint64_t>(std::max<std::int64_t>(event.value, 0));
            subject.messages.push_back(event.message);
            const auto dying = std::find(state.dying.begin(), state.dying.end(), event.message);
            if (dying != state.dying.end()) {
                state.dying.erase(dying);
                ++subject.deadLettered;
            }
            break;
        }
        case EventKind::Delivered:
            subject.messages.remove(event.message);
            decrement(subject.ready);
            ++subject.unacknowledged;
            break;
        case EventKind::Acknowledged:
            decrement(subject.unacknowledged);
            ++subject.out;
            break;
        case EventKind::Requeued:
            decrement(subject.unacknowledged);
            subject.ready = static_cast<std::uint64_t>(std::max<std::int64_t>(event.value, 0));
            subject.messages.push_front(event.message);
            break;
        case EventKind::DeadLettered:
            takeOut(subject, event);
            ++subject.deadLettered;
            if (event.peer < state.entities.size()) {
                if (table.entities[event.peer].elementKind == ElementKind::Queue)
                    ++state.entities[event.peer].deadLettered;
                else
                    state.dying.push_back(event.message);
            }
            break;
        case EventKind::Discarded:
            takeOut(subject, event);
            if (event.has(eventflag::Outside))
                std::erase(state.dying, event.message);
            ++subject.lost;
            break;
        case EventKind::Redriven:
            if (event.peer != kNoEntity && subject.messages.remove(event.message))
                decrement(subject.ready);
            break;
        default:
            break;
    }
}

void applyToTopic(SystemState& state, EntityState& subject, const TraceEvent& event,
                  const EntityTable& table) {
    if (event.kind == EventKind::Appended) {
        ++subject.in;
        if (event.peer < subject.partitions.size())
            subject.partitions[event.peer].end = event.value + 1;
        return;
    }
    GroupState* group = groupOf(state, table, event.subject);
    if (!group || event.peer >= group->position.size())
        return;
    if (event.kind == EventKind::Fetched)
        group->position[event.peer] = event.value + 1;
    else if (event.kind == EventKind::Committed)
        group->committed[event.peer] = event.value;
    else if (event.kind == EventKind::Assigned)
        group->assigned[event.peer] = event.detail;
}

void applyToService(EntityState& subject, const TraceEvent& event) {
    InstanceState* instance = instanceOf(subject, event.peer);
    switch (event.kind) {
        case EventKind::WorkStarted:
            ++subject.in;
            if (instance) {
                instance->running = true;
                ++instance->busy;
            }
            break;
        case EventKind::WorkFinished:
            ++subject.out;
            if (instance && instance->busy > 0)
                --instance->busy;
            break;
        case EventKind::InstanceStopped:
            if (instance)
                *instance = InstanceState{false, 0};
            break;
        case EventKind::InstanceStarted:
            if (instance)
                instance->running = true;
            break;
        default:
            break;
    }
}

void applyGauge(SystemState& state, EntityState& subject, ObservedState& observed, const TraceEvent& event,
                const EntityTable& table) {
    const auto count = static_cast<std::uint64_t>(std::max<std::int64_t>(event.value, 0));
    switch (static_cast<Gauge>(event.detail)) {
        case Gauge::Ready:
            // What comes to a dead-letter queue is not counted by anybody; by as much as it grows, so many
            // came at least.
            if (table.entities[event.subject].deadLetters && count > subject.ready)
                subject.deadLettered += count - subject.ready;
            subject.ready = count;
            break;
        case Gauge::Unacknowledged:
            subject.unacknowledged = count;
            break;
        case Gauge::Consumers:
            observed.consumers = count;
            break;
        case Gauge::Memory:
            observed.memory = count;
            break;
        case Gauge::EndOffset:
            if (event.peer < subject.partitions.size())
                subject.partitions[event.peer].end = event.value;
            break;
        case Gauge::Committed:
            if (table.entities[event.subject].isLink) {
                GroupState* group = groupOf(state, table, event.subject);
                if (group && event.peer < group->position.size())
                    group->position[event.peer] = group->committed[event.peer] = event.value;
            }
            break;
        case Gauge::Alarm:
        case Gauge::WatchCost:
        case Gauge::ShownOneOf:
            break;
    }
}

void applyReport(SystemState& state, const TraceEvent& event, const EntityTable& table) {
    if (event.kind == EventKind::ConnectionMade || event.kind == EventKind::ConnectionLost) {
        state.contact = event.kind == EventKind::ConnectionMade ? Contact::Made : Contact::Lost;
        state.contactSince = event.at;
        // A rate that nobody measures is none.
        for (ObservedState& observed : state.observed)
            observed.inRate = observed.outRate = 0;
        return;
    }
    if (event.subject >= state.entities.size()) {
        if (static_cast<Gauge>(event.detail) == Gauge::Alarm)
            state.alarm = event.value > 0;
        else if (static_cast<Gauge>(event.detail) == Gauge::WatchCost)
            state.watchCost = static_cast<std::uint64_t>(std::max<std::int64_t>(event.value, 0));
        return;
    }
    if (state.observed.empty())
        state.observed.resize(state.entities.size());
    EntityState& subject = state.entities[event.subject];
    ObservedState& observed = state.observed[event.subject];
    observed.known = true;
    if (event.kind == EventKind::Observed)
        return applyGauge(state, subject, observed, event, table);
    const auto count = static_cast<std::uint64_t>(std::max<std::int64_t>(event.value, 0));
    const std::uint64_t rate =
        event.peer == 0 ? 0 : count / event.peer * 1'000'000 + count % event.peer * 1'000'000 / event.peer;
    switch (static_cast<Flow>(event.detail)) {
        case Flow::In:
            subject.in += count;
            observed.inRate = rate;
            break;
        case Flow::Out:
            subject.out += count;
            observed.outRate = rate;
            break;
        case Flow::Returned:
            subject.lost += count;
            break;
        case Flow::Redelivered:
            break;
    }
}

void applyAlert(RaisedAlerts& alerts, const TraceEvent& event) {
    if (event.detail >= alerts.size())
        return;
    std::uint16_t& raised = alerts[event.detail];
    if (event.kind == EventKind::AlertRaised && raised < 0xffff)
        ++raised;
    else if (event.kind == EventKind::AlertCleared && raised > 0)
        --raised;
}

bool isReport(EventKind kind) {
    return kind == EventKind::Observed || kind == EventKind::Counted || kind == EventKind::ConnectionMade ||
           kind == EventKind::ConnectionLost;
}

}  // namespace

SystemState SystemState::initial(const EntityTable& table) {
    SystemState state;
    state.entities.resize(table.entities.size());
    for (EntityId id = 0; id < table.entities.size(); ++id) {
        const Entity& entity = table.entities[id];
        if (!entity.isLink) {
            EntityState& own = state.entities[id];
            if (entity.elementKind == ElementKind::Topic)
                own.partitions.resize(entity.partitions);
            else if (worksOnMessages(entity.elementKind))
                own.instances.resize(entity.instances);
            continue;
        }
        const bool reads = entity.linkKind == LinkKind::Consume || entity.linkKind == LinkKind::Materialize;
        if (!reads || entity.from >= table.entities.size())
            continue;
        const Entity& source = table.entities[entity.from];
        if (source.isLink || source.elementKind != ElementKind::Topic)
            continue;
        GroupState group;
        group.link = id;
        state.entities[id].group = static_cast<std::uint32_t>(state.entities[entity.from].groups.size());
        group.position.resize(source.partitions);
        group.committed.resize(source.partitions);
        group.assigned.resize(source.partitions, 0xffff);
        state.entities[entity.from].groups.push_back(std::move(group));
    }
    return state;
}

void SystemState::apply(const TraceEvent& event, const EntityTable& table) {
    at = std::max(at, event.at);
    ++next;
    if (isReport(event.kind))
        applyReport(*this, event, table);
    if (isAlert(event.kind))
        return applyAlert(event.subject < entities.size() ? entities[event.subject].alerts : alerts, event);
    if (event.subject >= entities.size())
        return;
    EntityState& subject = entities[event.subject];
    subject.lastActive = event.at;
    if (contact != Contact::None && isPassage(event.kind)) {
        if (event.kind == EventKind::Moved)
            depart(transits, event);
        return;
    }
    switch (event.kind) {
        case EventKind::MessageCreated:
            if (table.entities[event.subject].elementKind == ElementKind::Client)
                ++subject.out;
            break;
        case EventKind::Moved:
            ++subject.in;
            depart(transits, event);
            break;
        case EventKind::Lost:
            ++subject.lost;
            transits.remove(event.message, event.subject, event.at);
            break;
        case EventKind::Enqueued:
        case EventKind::Delivered:
        case EventKind::Acknowledged:
        case EventKind::Requeued:
        case EventKind::DeadLettered:
        case EventKind::Discarded:
        case EventKind::Redriven:
            applyToQueue(*this, subject, event, table);
            break;
        case EventKind::QueueDeclared:
        case EventKind::QueueDeleted:
            if (table.entities[event.subject].temporary)
                subject.replyQueues = static_cast<std::uint64_t>(std::max<std::int64_t>(event.value, 0));
            break;
        case EventKind::Appended:
        case EventKind::Fetched:
        case EventKind::Committed:
        case EventKind::Assigned:
            applyToTopic(*this, subject, event, table);
            break;
        case EventKind::LateArrival:
            ++subject.late;
            break;
        case EventKind::WorkStarted:
        case EventKind::WorkFinished:
        case EventKind::InstanceStopped:
        case EventKind::InstanceStarted:
            applyToService(subject, event);
            break;
        case EventKind::Returned:
        case EventKind::Nacked:
        case EventKind::Failed:
            ++subject.failed;
            break;
        case EventKind::TimedOut:
            ++subject.timedOut;
            break;
        case EventKind::UserInformed:
            ++subject.in;
            if (static_cast<UserOutcome>(event.detail) == UserOutcome::Failed)
                ++subject.failed;
            break;
        case EventKind::RowWritten:
            ++subject.in;
            subject.rows = event.peer;
            subject.freshness = Duration(event.value);
            break;
        case EventKind::RowRead:
            ++subject.out;
            break;
        case EventKind::ActionBegan:
            ++subject.actions;
            subject.faulty = true;
            break;
        case EventKind::ActionEnded:
            if (subject.actions > 0)
                --subject.actions;
            subject.faulty = subject.actions > 0;
            break;
        case EventKind::Duplicated:
        case EventKind::RetryScheduled:
        case EventKind::Rebalanced:
        case EventKind::Called:
        case EventKind::Answered:
        case EventKind::AnsweredLate:
        case EventKind::ConsumerRefused:
        case EventKind::ConsumerActivated:
        case EventKind::Observed:
        case EventKind::Counted:
        case EventKind::ConnectionMade:
        case EventKind::ConnectionLost:
        case EventKind::AlertRaised:
        case EventKind::AlertCleared:
            break;
    }
}

void SystemState::advanceTo(TraceTime time) {
    at = std::max(at, time);
    transits.advanceTo(at);
}

std::size_t SystemState::bytes() const {
    std::size_t result = sizeof(*this) + entities.capacity() * sizeof(EntityState) + transits.bytes() +
                         dying.capacity() * sizeof(MessageId) + observed.capacity() * sizeof(ObservedState);
    for (const EntityState& entity : entities) {
        result += entity.messages.bytes() + entity.partitions.size() * sizeof(PartitionState) +
                  entity.instances.size() * sizeof(InstanceState);
        for (const GroupState& group : entity.groups)
            result +=
                sizeof(group) + group.position.size() * (2 * sizeof(std::int64_t) + sizeof(std::uint16_t));
    }
    return result;
}

}  // namespace sluice
