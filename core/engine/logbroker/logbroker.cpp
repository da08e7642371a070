#include "core/engine/logbroker/logbroker.h"

#include <fmt/format.h>
#include <algorithm>
#include <bit>

namespace sluice {

Result<TopicIndex> LogBroker::createTopic(std::string_view name, std::uint32_t partitions,
                                          const LogOptions& options) {
    if (partitions == 0)
        return Error{ErrorCode::InvalidInput, "a topic needs at least one partition", std::string(name)};
    if (const auto known = findTopic(name)) {
        const Topic& topic = m_topics[known->value];
        if (topic.logs.size() != partitions || !(topic.options == options))
            return Error{ErrorCode::Conflict, fmt::format("topic \"{}\" exists with other options", name),
                         std::string(name)};
        return *known;
    }
    Topic& topic = m_topics.emplace_back();
    topic.name = name;
    topic.options = options;
    for (std::uint32_t i = 0; i < partitions; ++i)
        topic.logs.emplace_back(options);
    return TopicIndex{static_cast<std::uint32_t>(m_topics.size() - 1)};
}

std::optional<TopicIndex> LogBroker::findTopic(std::string_view name) const {
    for (std::uint32_t i = 0; i < m_topics.size(); ++i) {
        if (m_topics[i].name == name)
            return TopicIndex{i};
    }
    return std::nullopt;
}

void LogBroker::maintain(TopicIndex topic, Duration now) {
    for (std::uint32_t i = 0; i < m_topics[topic.value].logs.size(); ++i) {
        const TopicPartition of{topic, i};
        const Offset before = log(of).begin();
        if (log(of).applyRetention(now)) {
            LogEffect& effect = note(LogEffectKind::Deleted, of);
            effect.offset = log(of).begin();
            effect.count = static_cast<std::uint32_t>(std::min<Offset>(effect.offset - before, UINT32_MAX));
        }
        if (const std::uint64_t removed = log(of).compact(now); removed > 0)
            note(LogEffectKind::Compacted, of).count =
                static_cast<std::uint32_t>(std::min<std::uint64_t>(removed, UINT32_MAX));
    }
}

std::optional<Fetched> LogBroker::fetch(MemberIndex index, Duration now) {
    Member& member = m_members[index.value];
    if (!member.alive || member.failed)
        return std::nullopt;
    const GroupOptions& options = m_groups[member.group.value].options;
    if (options.autoCommit && now >= member.nextAutoCommit)
        autoCommit(member, index, now);
    // Members wait for one of many partitions: those that are read to their end are not looked at.
    std::size_t turn = member.turn;
    for (std::size_t tries = member.cursors.size(); tries > 0 && member.unread != 0; --tries) {
        const std::size_t place = nextUnread(member, turn);
        const Cursor& cursor = member.cursors[place];
        const Offset end = cursor.log->end();
        const Offset offset = cursor.log->skipRemoved(cursor.reading->position);
        if (offset + 1 >= end && member.cursors.size() <= 64)
            member.unread &= ~(std::uint64_t{1} << place);
        turn = place + 1;
        if (offset >= end)
            continue;
        member.turn = turn;
        cursor.reading->position = offset + 1;
        return Fetched{cursor.from, offset, &cursor.log->at(offset)};
    }
    return std::nullopt;
}

std::size_t LogBroker::nextUnread(const Member& member, std::size_t turn) {
    if (turn >= member.cursors.size())
        turn = 0;
    if (member.cursors.size() > 64)
        return turn;
    const std::uint64_t fromTurn = member.unread >> turn << turn;
    return static_cast<std::size_t>(std::countr_zero(fromTurn != 0 ? fromTurn : member.unread));
}

std::size_t LogBroker::fetch(MemberIndex member, std::size_t max, std::vector<Fetched>& records,
                             Duration now) {
    std::size_t count = 0;
    while (count < max) {
        std::optional<Fetched> fetched = fetch(member, now);
        if (!fetched)
            break;
        records.push_back(*fetched);
        ++count;
    }
    return count;
}

bool LogBroker::hasRecords(MemberIndex index) const {
    const Member& member = m_members[index.value];
    return member.alive && !member.failed &&
           std::any_of(member.assigned.begin(), member.assigned.end(), [&](TopicPartition of) {
               return log(of).skipRemoved(position(member.group, of)) < log(of).end();
           });
}

void LogBroker::autoCommit(Member& member, MemberIndex index, Duration now) {
    commitAll(index);
    member.nextAutoCommit = now + m_groups[member.group.value].options.autoCommitInterval;
}

CommitOutcome LogBroker::commitQuietly(MemberIndex member, TopicPartition of, Offset next) {
    Progress* known = findProgress(m_members[member.value].group, of);
    if (known == nullptr || known->owner != member || m_members[member.value].failed)
        return CommitOutcome::NotTheirs;
    if (known->committed == next)
        return CommitOutcome::Unchanged;
    known->committed = next;
    return CommitOutcome::Moved;
}

bool LogBroker::commit(MemberIndex member, TopicPartition of, Offset next) {
    const CommitOutcome outcome = commitQuietly(member, of, next);
    if (outcome == CommitOutcome::Moved) {
        LogEffect& effect = note(LogEffectKind::Committed, of);
        effect.group = m_members[member.value].group;
        effect.member = member;
        effect.offset = next;
    }
    return outcome != CommitOutcome::NotTheirs;
}

void LogBroker::commitAll(MemberIndex member) {
    for (const TopicPartition of : m_members[member.value].assigned)
        commit(member, of, progress(m_members[member.value].group, of).position);
}

bool LogBroker::seek(MemberIndex member, TopicPartition of, Offset offset) {
    const GroupIndex group = m_members[member.value].group;
    const Progress* known = findProgress(group, of);
    if (known == nullptr || known->owner != member)
        return false;
    progress(group, of).position = std::clamp(offset, log(of).begin(), log(of).end());
    noteUnread(*known);
    return true;
}

MemberIndex LogBroker::ownerOf(GroupIndex group, TopicPartition of) const {
    const Progress* known = findProgress(group, of);
    return known == nullptr ? MemberIndex{} : known->owner;
}

Offset LogBroker::position(GroupIndex group, TopicPartition of) const {
    const Progress* known = findProgress(group, of);
    return known == nullptr ? -1 : known->position;
}

Offset LogBroker::committed(GroupIndex group, TopicPartition of) const {
    const Progress* known = findProgress(group, of);
    return known == nullptr ? -1 : known->committed;
}

Offset LogBroker::startOf(GroupIndex group, TopicPartition of) const {
    const bool earliest = m_groups[group.value].options.reset == OffsetReset::Earliest;
    const Offset known = committed(group, of);
    // What retention has taken is out of range, and auto.offset.reset holds there as well.
    if (known >= log(of).begin())
        return known;
    return earliest ? log(of).begin() : log(of).end();
}

std::int64_t LogBroker::lag(GroupIndex group, TopicPartition of) const {
    return log(of).end() - startOf(group, of);
}

std::string_view kindName(LogEffectKind kind) {
    constexpr std::string_view names[] = {"committed",           "rebalance started", "revoked", "assigned",
                                          "rebalance completed", "member left",       "deleted", "compacted"};
    return names[static_cast<std::size_t>(kind)];
}

}  // namespace sluice
