#include <algorithm>
#include <cassert>

#include "core/engine/engine.h"
#include "core/engine/logbroker/partitioner.h"

namespace sluice {

void Engine::declareTopics() {
    const Topology& topology = *m_topology;
    m_topicOf.resize(topology.topics.size());
    m_partitionOfKey.resize(topology.topics.size() * m_table.types.size());
    m_sticky.reserve(topology.topics.size());
    for (std::uint32_t i = 0; i < topology.topics.size(); ++i) {
        const TopicPlan& plan = topology.topics[i];
        const auto created = m_logs.createTopic(m_table.entities[plan.entity].id, plan.partitions, plan.log);
        assert(created.ok());  // ids are unique
        m_topicOf[i] = *created;
        m_sticky.emplace_back(plan.partitions);
        for (const std::uint32_t link : plan.groups) {
            Group group;
            group.link = link;
            group.topic = i;
            group.released.resize(plan.partitions, 0);
            group.uncommitted.resize(plan.partitions, 0);
            const PlanRef reader = topology.elements[topology.links[link].to];
            group.members.resize(
                reader.kind == ElementKind::Service ? topology.services[reader.index].instances : 1U);
            GroupOptions options;
            options.assignor = topology.links[link].assignor;
            options.reset = topology.links[link].latest ? OffsetReset::Latest : OffsetReset::Earliest;
            options.autoCommit = topology.links[link].autoCommit;
            // The run begins with its groups in place: one instant later, all members have joined.
            options.initialRebalanceDelay = Duration(1);
            options.rejoinTime = std::chrono::seconds(3);
            group.broker = m_logs.createGroup(m_table.entities[entityOfLink(link)].id, options);
            m_groupOfLink[link] = static_cast<std::uint32_t>(m_groups.size());
            m_groupOfBroker.resize(std::max<std::size_t>(m_groupOfBroker.size(), group.broker.value + 1U));
            m_groupOfBroker[group.broker.value] = m_groupOfLink[link];
            m_groups.push_back(std::move(group));
        }
    }
    if (!topology.topics.empty() && topology.end > kMaintainEvery)
        m_due.push(kMaintainEvery, {static_cast<std::uint8_t>(DueKind::Maintain), 0, 0, 0, 0},
                   EventQueue::Last);
}

/// The instance's members join their groups: one for each of its slots, as a consumer of Kafka's is one
/// thread, and no more than there are partitions. A table has a member for each partition.
void Engine::joinGroup(std::uint32_t index, std::uint16_t instance) {
    Group& group = m_groups[index];
    const LinkPlan& link = m_links[group.link];
    if (isOutside(link.from))
        return readOutside(group.link, instance);
    const PlanRef reader = link.target;
    const std::uint32_t partitions = m_topology->topics[group.topic].partitions;
    std::uint32_t count = partitions;
    if (reader.kind == ElementKind::Service)
        count = std::min(count, m_handling[reader.index].concurrency);
    for (std::uint32_t i = 0; i < count; ++i) {
        const MemberIndex member =
            m_logs.join(group.broker, memberName(instance, i), {m_topicOf[group.topic]}, m_now);
        group.members[instance].push_back(member);
        if (member.value >= m_memberPlaces.size())
            m_memberPlaces.resize(member.value + 1);
        Instance* const instances =
            reader.kind == ElementKind::Service ? m_services[reader.index].instances.data() : nullptr;
        m_memberPlaces[member.value] = {instances ? instances + instance : nullptr, index, instance, false};
    }
}

/// Sorts as the numbers do: members are dealt partitions in the order of their names.
std::string Engine::memberName(std::uint16_t instance, std::uint32_t slot) {
    std::string name = "00000-00000";
    for (std::size_t i = 5, rest = instance; rest > 0; rest /= 10)
        name[--i] = static_cast<char>('0' + rest % 10);
    for (std::size_t i = 11, rest = slot; rest > 0; rest /= 10)
        name[--i] = static_cast<char>('0' + rest % 10);
    return name;
}

void Engine::leaveGroup(std::uint32_t index, std::uint16_t instance) {
    if (isOutside(m_links[m_groups[index].link].from))
        return leaveOutside(m_groups[index].link, instance);
    for (const MemberIndex member : m_groups[index].members[instance])
        m_logs.leave(member, m_now);
    m_groups[index].members[instance].clear();
    settleLogEffects();
}

void Engine::append(std::uint32_t topic, std::uint32_t slot, std::size_t diversions) {
    const TopicPlan& plan = m_topology->topics[topic];
    if (isStale(topic, slot) && plan.late != LatePolicy::Process) {
        if (plan.late == LatePolicy::Divert && plan.divertTo != kNone)
            return divert(plan.divertTo, slot, diversions + 1);
        return release(slot);
    }
    const Message& message = m_messages.at(slot);
    const std::uint32_t size = m_types[message.type].size;
    std::uint32_t partition = 0;
    if (message.key < 0) {
        partition = m_sticky[topic].partition(std::max(size, 1U), m_random[plan.entity]);
    } else {
        partition = partitionOf(topic, message);
    }
    LogRecord record;
    record.timestamp = m_now;
    record.eventTime = message.eventTime;
    record.payload = slot;
    record.size = size & 0x3fffffffU;
    if (message.key >= 0)
        record.key = static_cast<std::uint64_t>(message.key);
    const TopicPartition place{m_topicOf[topic], partition};
    const Offset offset = m_logs.append(place, record);
    emit(EventKind::Appended, plan.entity, message.id, partition, 0, offset, message.flags);
    // Each group holds the record until it has committed past it; the log itself needs the numbers only.
    for (const std::uint32_t link : plan.groups) {
        m_messages.hold(slot);
        const MemberIndex owner = m_logs.ownerOf(m_groups[m_groupOfLink[link]].broker, place);
        if (owner.valid())
            fetch(owner);
    }
    release(slot);
    if (plan.groups.empty() && offset % kForgetEvery == 0)
        m_logs.forget(place, offset);
}

/// Of the key's text, as Kafka's clients hash it; remembered for the keys of a usual size.
std::uint32_t Engine::partitionOf(std::uint32_t topic, const Message& message) {
    const TopicPlan& plan = m_topology->topics[topic];
    const auto hash = [&] {
        const std::string key = m_table.keyText(message.type, message.key);
        return plan.crc32 ? partitionOfKeyCrc32(key, plan.partitions) : partitionOfKey(key, plan.partitions);
    };
    constexpr std::int64_t kRemembered = 1 << 17;
    if (message.key >= kRemembered)
        return hash();
    const auto key = static_cast<std::size_t>(message.key);
    std::vector<std::uint16_t>& known = m_partitionOfKey[topic * m_types.size() + message.type];
    if (key >= known.size())
        known.resize(std::max(key + 1, 2 * known.size()), 0xffff);
    if (known[key] == 0xffff)
        known[key] = static_cast<std::uint16_t>(hash());
    return known[key];
}

/// An event is stale when a newer one (by event time) of the same business operation and key has arrived
/// already.
bool Engine::isStale(std::uint32_t topic, std::uint32_t slot) {
    Message& message = m_messages.at(slot);
    if (message.key < 0)
        return false;
    const TopicPlan& plan = m_topology->topics[topic];
    const NewestByKey::Entry newest =
        m_newest[topic].entry(m_topology->operations[message.type], message.key);
    if (message.eventTime >= newest.eventTime) {
        newest.eventTime = message.eventTime;
        newest.message = message.id;
        return false;
    }
    message.flags |= eventflag::Late;
    emit(EventKind::LateArrival, plan.entity, message.id, newest.message,
         static_cast<std::uint16_t>(plan.late), (newest.eventTime - message.eventTime).count(),
         message.flags);
    return true;
}

/// A late event goes to another queue or topic instead. Late everywhere in a circle of topics that divert to
/// each other, it is gone.
void Engine::divert(std::uint32_t element, std::uint32_t message, std::size_t diversions) {
    const PlanRef target = m_topology->elements[element];
    if (target.kind == ElementKind::Topic && diversions > m_topology->topics.size()) {
        emit(EventKind::Discarded, element, m_messages.at(message).id, 0,
             static_cast<std::uint16_t>(DeathReason::Cycle), 0,
             m_messages.at(message).flags | eventflag::Outside);
        return release(message);
    }
    if (isOutside(element))
        return sendTo(element, message, kNone, 1);
    if (target.kind == ElementKind::Topic)
        return append(target.index, message, diversions);
    if (target.kind == ElementKind::Queue && m_queueOf[target.index].valid())
        return enqueueAgain(target.index, message);
    release(message);
}

void Engine::fetch(MemberIndex member) {
    MemberPlace& place = m_memberPlaces[member.value];
    if (place.busy || !m_logs.isMember(member))
        return;
    const Group& group = m_groups[place.group];
    const Way& way = m_ways[group.link];
    if (isDown(way.from) || isCut(way.entity)) [[unlikely]] {
        // The broker does not answer: the member polls again.
        place.busy = true;
        m_due.push(m_now + std::chrono::seconds(1),
                   {static_cast<std::uint8_t>(DueKind::Poll), 0, member.value, 0, 0});
        return;
    }
    const auto fetched = m_logs.fetch(member, m_now);
    settleLogEffects();
    if (!fetched)
        return;
    place.busy = true;
    const std::uint32_t slot = fetched->record->payload;
    const auto partition = static_cast<std::uint16_t>(fetched->from.partition);
    emit(EventKind::Fetched, way.entity, m_messages.at(slot).id, partition, place.instance, fetched->offset,
         m_messages.at(slot).flags);
    m_messages.hold(slot);
    if (!place.reader) {
        StoreUse use;
        use.message = slot;
        use.link = group.link;
        use.member = member;
        use.partition = partition;
        use.offset = fetched->offset;
        use.asked = m_now;
        use.writes = true;
        return move(group.link, slot, m_uses.add(use), 0);
    }
    const std::uint32_t added = m_jobs.add();
    Job& job = m_jobs.at(added);
    job = {};
    job.message = slot;
    job.link = group.link;
    job.instance = place.reader;
    job.source = JobSource::Topic;
    job.member = member;
    job.partition = partition;
    job.offset = fetched->offset;
    move(group.link, slot, added, static_cast<std::uint16_t>(m_jobs.generation(added)));
}

/// The member polls again after a second without its broker.
void Engine::poll(MemberIndex member) {
    m_memberPlaces[member.value].busy = false;
    fetch(member);
}

/// A record is done with, well or not: what cannot be processed is left behind, since a partition cannot go
/// on without.
void Engine::settleRecord(const Assignment& job, FailureKind failure) {
    if (failure != FailureKind::None && failure != FailureKind::BusinessError)
        emit(EventKind::Discarded, m_links[job.link].from, m_messages.at(job.message).id, 0,
             static_cast<std::uint16_t>(DeathReason::Rejected), 0, m_messages.at(job.message).flags, failure);
    if (!job.member.valid())
        return finishOutside(job.tag);
    finishRecord(job.member, job.partition, job.offset);
}

void Engine::finishRecord(MemberIndex member, std::uint16_t partition, Offset offset) {
    MemberPlace& place = m_memberPlaces[member.value];
    place.busy = false;
    Group& group = m_groups[place.group];
    const TopicPartition of{m_topicOf[group.topic], partition};
    // After the processing, so at least once; when the partition is read to its end, and now and then under
    // load.
    const bool caughtUp = m_logs.endOffset(of) == offset + 1;
    if (!m_links[group.link].autoCommit && (++group.uncommitted[partition] >= kCommitEvery || caughtUp) &&
        m_logs.commitQuietly(member, of, offset + 1) == CommitOutcome::Moved)
        committed(group, of, offset + 1);
    fetch(member);
}

/// The group holds the records before `next` no longer.
void Engine::committed(Group& group, TopicPartition of, Offset next) {
    group.uncommitted[of.partition] = 0;
    emit(EventKind::Committed, entityOfLink(group.link), 0, of.partition, 0, next);
    Offset& first = group.released[of.partition];
    const Offset before = first;
    for (; first < next; ++first)
        release(m_logs.recordAt(of, first).payload);
    if (before / kForgetEvery == next / kForgetEvery)
        return;
    // A run has all of its groups from the beginning, and each goes on where it has committed: nobody comes
    // back for what all of them are past.
    Offset least = next;
    for (const std::uint32_t link : m_topology->topics[group.topic].groups)
        least = std::min(least, m_groups[m_groupOfLink[link]].released[of.partition]);
    m_logs.forget(of, least);
}

/// Deletes what retention and compaction let go. What a group had not read yet is lost to it, and told so.
void Engine::maintain() {
    struct Held {
        std::uint32_t group;
        std::uint16_t partition;
        Offset first;
        Offset unread;
        std::vector<std::uint32_t> messages;
    };
    for (std::uint32_t topic = 0; topic < m_topicOf.size(); ++topic) {
        std::vector<Held> holds;
        for (const std::uint32_t link : m_topology->topics[topic].groups) {
            const std::uint32_t index = m_groupOfLink[link];
            for (std::uint16_t i = 0; i < m_topology->topics[topic].partitions; ++i) {
                const TopicPartition of{m_topicOf[topic], i};
                Held held{
                    index, i, m_groups[index].released[i], m_logs.position(m_groups[index].broker, of), {}};
                for (Offset offset = held.first; offset < m_logs.endOffset(of); ++offset)
                    held.messages.push_back(m_logs.recordAt(of, offset).payload);
                holds.push_back(std::move(held));
            }
        }
        m_logs.maintain(m_topicOf[topic], m_now);
        for (const Held& held : holds) {
            const Offset begin = m_logs.beginOffset({m_topicOf[topic], held.partition});
            for (Offset offset = held.first; offset < begin; ++offset) {
                const std::uint32_t message = held.messages[static_cast<std::size_t>(offset - held.first)];
                if (offset >= held.unread)
                    emit(EventKind::Discarded, m_topology->topics[topic].entity, m_messages.at(message).id,
                         held.partition, static_cast<std::uint16_t>(DeathReason::Expired), offset, 0,
                         FailureKind::ServiceUnavailable);
                release(message);
            }
            Offset& released = m_groups[held.group].released[held.partition];
            released = std::max(released, begin);
        }
    }
    settleLogEffects();
    if (m_now + kMaintainEvery <= m_topology->end)
        m_due.push(m_now + kMaintainEvery, {static_cast<std::uint8_t>(DueKind::Maintain), 0, 0, 0, 0},
                   EventQueue::Last);
}

void Engine::settleLogEffects() {
    if (m_settlingLogs || (m_logs.effects().empty() && m_readers.empty()))
        return;
    m_settlingLogs = true;
    for (std::size_t i = 0; i < m_logs.effects().size(); ++i)
        settleLogEffect(m_logs.effects()[i]);
    m_logs.clearEffects();
    m_settlingLogs = false;
    if (m_readers.empty())
        return;
    // Who has got partitions begins to read them.
    const std::vector<MemberIndex> readers = std::move(m_readers);
    m_readers.clear();
    for (const MemberIndex member : readers)
        fetch(member);
}

void Engine::settleLogEffect(const LogEffect effect) {
    if (!effect.group.valid())
        return;  // of the log alone, which nobody may read
    Group& group = m_groups[m_groupOfBroker[effect.group.value]];
    const EntityId link = entityOfLink(group.link);
    switch (effect.kind) {
        case LogEffectKind::Committed:
            return committed(group, {effect.topic, effect.partition}, effect.offset);
        case LogEffectKind::Assigned:
            emit(EventKind::Assigned, link, 0, effect.partition,
                 m_memberPlaces[effect.member.value].instance);
            m_readers.push_back(effect.member);
            return;
        case LogEffectKind::Revoked:
            emit(EventKind::Assigned, link, 0, effect.partition, 0xffff);
            return;
        case LogEffectKind::RebalanceStarted:
            group.rebalanceBegan = m_now;
            return;
        case LogEffectKind::RebalanceCompleted: {
            std::size_t members = 0;
            for (const auto& own : group.members)
                members += own.size();
            if (group.settled)
                emit(EventKind::Rebalanced, link, 0, 0, static_cast<std::uint16_t>(members),
                     (m_now - group.rebalanceBegan).count());
            group.settled = true;
            return;
        }
        default:
            return;
    }
}

}  // namespace sluice
