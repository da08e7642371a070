// Groups of a LogBroker: members that come and go, and who reads what.
#include <fmt/format.h>
#include <algorithm>

#include "core/engine/logbroker/logbroker.h"

namespace sluice {

GroupIndex LogBroker::createGroup(std::string_view name, const GroupOptions& options) {
    for (std::uint32_t i = 0; i < m_groups.size(); ++i) {
        if (m_groups[i].name == name)
            return GroupIndex{i};
    }
    Group& group = m_groups.emplace_back();
    group.name = name;
    group.options = options;
    return GroupIndex{static_cast<std::uint32_t>(m_groups.size() - 1)};
}

MemberIndex LogBroker::join(GroupIndex groupIndex, std::string_view name, std::vector<TopicIndex> topics,
                            Duration now) {
    const MemberIndex index{static_cast<std::uint32_t>(m_members.size())};
    Group& group = m_groups[groupIndex.value];
    for (const TopicIndex topic : topics) {
        const bool known = std::any_of(group.topics.begin(), group.topics.end(),
                                       [&](const GroupTopic& other) { return other.topic == topic; });
        if (known)
            continue;
        GroupTopic& added = group.topics.emplace_back();
        added.topic = topic;
        added.partitions.resize(partitions(topic));
        m_topics[topic.value].groups.push_back(groupIndex);
    }
    Member& member = m_members.emplace_back();
    member.name = name;
    member.group = groupIndex;
    member.topics = std::move(topics);
    member.alive = true;
    member.nextAutoCommit = now + group.options.autoCommitInterval;
    const bool first = group.members.empty();
    // Dealt out in the order of member ids.
    const auto place = std::upper_bound(
        group.members.begin(), group.members.end(), index,
        [this](MemberIndex a, MemberIndex b) { return m_members[a.value].name < m_members[b.value].name; });
    group.members.insert(place, index);
    startRebalance(groupIndex, first ? group.options.initialRebalanceDelay : group.options.rejoinTime, now);
    return index;
}

void LogBroker::leave(MemberIndex index, Duration now) {
    Member& member = m_members[index.value];
    if (!member.alive)
        return;
    if (m_groups[member.group.value].options.autoCommit && !member.failed)
        commitAll(index);
    remove(index, now);
}

void LogBroker::fail(MemberIndex index, Duration now) {
    Member& member = m_members[index.value];
    if (!member.alive || member.failed)
        return;
    member.failed = true;
    m_timers.arm(sessionTimer(index), now + m_groups[member.group.value].options.sessionTimeout);
}

void LogBroker::remove(MemberIndex index, Duration now) {
    Member& member = m_members[index.value];
    const GroupIndex group = member.group;
    m_timers.disarm(sessionTimer(index));
    const std::vector<TopicPartition> had = member.assigned;
    for (const TopicPartition of : had)
        revoke(index, of);
    member.alive = false;
    std::erase(m_groups[group.value].members, index);
    LogEffect& effect = note(LogEffectKind::MemberLeft);
    effect.group = group;
    effect.member = index;
    startRebalance(group, m_groups[group.value].options.rejoinTime, now);
}

void LogBroker::startRebalance(GroupIndex index, Duration delay, Duration now) {
    Group& group = m_groups[index.value];
    if (!group.rebalancing) {
        group.rebalancing = true;
        LogEffect& effect = note(LogEffectKind::RebalanceStarted);
        effect.group = index;
        effect.generation = group.generation;
        if (group.options.assignor != Assignor::CooperativeSticky) {
            for (const MemberIndex member : group.members) {
                // What the consumer commits in its rebalance listener, before it lets go.
                if (group.options.autoCommit && !m_members[member.value].failed)
                    commitAll(member);
                const std::vector<TopicPartition> had = m_members[member.value].assigned;
                for (const TopicPartition of : had)
                    revoke(member, of);
                m_members[member.value].owned = had;
            }
        }
        m_timers.arm(rebalanceTimer(index), now + delay);
    }
    if (m_timers.armedAt(rebalanceTimer(index)) <= now) {
        m_timers.disarm(rebalanceTimer(index));
        completeRebalance(index, now);
    }
}

void LogBroker::completeRebalance(GroupIndex index, Duration now) {
    Group& group = m_groups[index.value];
    std::vector<AssignedTopic> topics;
    for (const GroupTopic& topic : group.topics)
        topics.push_back({topic.topic, partitions(topic.topic)});
    std::sort(topics.begin(), topics.end(), [this](const AssignedTopic& a, const AssignedTopic& b) {
        return topicName(a.topic) < topicName(b.topic);
    });
    const bool cooperative = group.options.assignor == Assignor::CooperativeSticky;
    std::vector<AssignedMember> members;
    for (const MemberIndex member : group.members) {
        Member& data = m_members[member.value];
        members.push_back({member, data.topics, cooperative ? data.assigned : data.owned});
    }
    const auto wanted = assignPartitions(group.options.assignor, topics, members);
    ++group.generation;
    bool again = false;
    for (std::size_t i = 0; i < members.size(); ++i) {
        const std::vector<TopicPartition> had = m_members[members[i].member.value].assigned;
        for (const TopicPartition of : had) {
            if (std::binary_search(wanted[i].begin(), wanted[i].end(), of))
                continue;
            if (group.options.autoCommit)
                commit(members[i].member, of, progress(index, of).position);
            revoke(members[i].member, of);
            again = true;
        }
    }
    for (std::size_t i = 0; i < members.size(); ++i) {
        for (const TopicPartition of : wanted[i]) {
            // In a first cooperative round what another had until now waits for the second.
            const bool moves = std::any_of(members.begin(), members.end(), [&](const AssignedMember& other) {
                return cooperative && other.member != members[i].member &&
                       std::find(other.owned.begin(), other.owned.end(), of) != other.owned.end();
            });
            if (!moves && ownerOf(index, of) != members[i].member)
                assign(members[i].member, of);
        }
    }
    LogEffect& effect = note(LogEffectKind::RebalanceCompleted);
    effect.group = index;
    effect.generation = group.generation;
    effect.count = static_cast<std::uint32_t>(group.members.size());
    group.rebalancing = false;
    if (again)
        startRebalance(index, group.options.rejoinTime, now);
}

void LogBroker::pointCursors(Member& member) {
    member.cursors.clear();
    for (const TopicPartition of : member.assigned) {
        progress(member.group, of).place = static_cast<std::uint32_t>(member.cursors.size());
        member.cursors.push_back({of, &log(of), &progress(member.group, of)});
    }
    // Looked at once, a partition without anything to read loses its mark.
    member.unread = member.cursors.size() < 64 ? (std::uint64_t{1} << member.cursors.size()) - 1 : UINT64_MAX;
}

void LogBroker::revoke(MemberIndex index, TopicPartition of) {
    Member& member = m_members[index.value];
    std::erase(member.assigned, of);
    pointCursors(member);
    progress(member.group, of).owner = {};
    LogEffect& effect = note(LogEffectKind::Revoked, of);
    effect.group = member.group;
    effect.member = index;
}

void LogBroker::assign(MemberIndex index, TopicPartition of) {
    Member& member = m_members[index.value];
    member.assigned.insert(std::upper_bound(member.assigned.begin(), member.assigned.end(), of), of);
    pointCursors(member);
    Progress& reading = progress(member.group, of);
    reading.owner = index;
    reading.position = startOf(member.group, of);
    LogEffect& effect = note(LogEffectKind::Assigned, of);
    effect.group = member.group;
    effect.member = index;
    effect.offset = reading.position;
    effect.generation = m_groups[member.group.value].generation;
}

void LogBroker::advance(Duration now) {
    while (m_timers.next() <= now) {
        const Duration due = m_timers.next();
        const std::uint32_t timer = m_timers.first();
        m_timers.disarm(timer);
        if (timer % 2 == 0)
            completeRebalance(GroupIndex{timer / 2}, due);
        else
            remove(MemberIndex{timer / 2}, due);
    }
}

std::string LogBroker::checkInvariants() const {
    for (std::uint32_t g = 0; g < m_groups.size(); ++g) {
        const Group& group = m_groups[g];
        for (const GroupTopic& topic : group.topics) {
            for (std::uint32_t p = 0; p < topic.partitions.size(); ++p) {
                const TopicPartition of{topic.topic, p};
                const Progress& reading = topic.partitions[p];
                if (reading.committed > log(of).end() || reading.position > log(of).end())
                    return fmt::format("group {} is past the end of {}-{}", group.name, topicName(of.topic),
                                       p);
                std::size_t readers = 0;
                for (const MemberIndex member : group.members) {
                    const auto& had = m_members[member.value].assigned;
                    const bool reads = std::find(had.begin(), had.end(), of) != had.end();
                    readers += reads;
                    if (reads != (reading.owner == member))
                        return fmt::format("group {} disagrees on who reads {}-{}", group.name,
                                           topicName(of.topic), p);
                }
                if (readers > 1)
                    return fmt::format("group {} reads {}-{} more than once", group.name, topicName(of.topic),
                                       p);
            }
        }
    }
    return {};
}

}  // namespace sluice
