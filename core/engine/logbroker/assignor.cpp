#include "core/engine/logbroker/assignor.h"

#include <algorithm>
#include <array>

namespace sluice {

namespace {

using Assignment = std::vector<std::vector<TopicPartition>>;

bool subscribes(const AssignedMember& member, TopicIndex topic) {
    return std::find(member.topics.begin(), member.topics.end(), topic) != member.topics.end();
}

/// Topic by topic: each subscriber a run of neighbours, the first ones one more when it does not come out
/// even.
void assignRange(const std::vector<AssignedTopic>& topics, const std::vector<AssignedMember>& members,
                 Assignment& assignment) {
    for (const AssignedTopic& topic : topics) {
        std::vector<std::size_t> takers;
        for (std::size_t i = 0; i < members.size(); ++i) {
            if (subscribes(members[i], topic.topic))
                takers.push_back(i);
        }
        std::uint32_t next = 0;
        for (std::size_t i = 0; i < takers.size(); ++i) {
            const std::size_t share =
                topic.partitions / takers.size() + (i < topic.partitions % takers.size());
            for (std::size_t k = 0; k < share; ++k)
                assignment[takers[i]].push_back({topic.topic, next++});
        }
    }
}

/// All partitions of all topics dealt in turn; who does not subscribe is passed over.
void assignRoundRobin(const std::vector<AssignedTopic>& topics, const std::vector<AssignedMember>& members,
                      Assignment& assignment) {
    std::size_t turn = 0;
    for (const AssignedTopic& topic : topics) {
        for (std::uint32_t partition = 0; partition < topic.partitions; ++partition) {
            for (std::size_t tries = 0; tries < members.size(); ++tries) {
                const std::size_t taker = turn++ % members.size();
                if (subscribes(members[taker], topic.topic)) {
                    assignment[taker].push_back({topic.topic, partition});
                    break;
                }
            }
        }
    }
}

/// Everyone keeps what it has; what is free goes to whoever has least; then single partitions move while that
/// evens out a difference of more than one.
void assignSticky(const std::vector<AssignedTopic>& topics, const std::vector<AssignedMember>& members,
                  Assignment& assignment) {
    std::vector<TopicPartition> free;
    for (const AssignedTopic& topic : topics) {
        for (std::uint32_t partition = 0; partition < topic.partitions; ++partition) {
            const TopicPartition wanted{topic.topic, partition};
            const auto owner =
                std::find_if(members.begin(), members.end(), [&](const AssignedMember& member) {
                    return subscribes(member, topic.topic) &&
                           std::find(member.owned.begin(), member.owned.end(), wanted) != member.owned.end();
                });
            if (owner == members.end())
                free.push_back(wanted);
            else
                assignment[static_cast<std::size_t>(owner - members.begin())].push_back(wanted);
        }
    }
    const auto leastLoaded = [&](TopicIndex topic) {
        std::size_t best = members.size();
        for (std::size_t i = 0; i < members.size(); ++i) {
            if (subscribes(members[i], topic) &&
                (best == members.size() || assignment[i].size() < assignment[best].size()))
                best = i;
        }
        return best;
    };
    for (const TopicPartition& partition : free) {
        if (const std::size_t taker = leastLoaded(partition.topic); taker < members.size())
            assignment[taker].push_back(partition);
    }
    for (bool moved = true; moved;) {
        moved = false;
        for (std::size_t from = 0; from < members.size() && !moved; ++from) {
            for (std::size_t i = assignment[from].size(); i-- > 0 && !moved;) {
                const std::size_t to = leastLoaded(assignment[from][i].topic);
                if (assignment[from].size() <= assignment[to].size() + 1)
                    continue;
                assignment[to].push_back(assignment[from][i]);
                assignment[from].erase(assignment[from].begin() + static_cast<std::ptrdiff_t>(i));
                moved = true;
            }
        }
    }
}

}  // namespace

std::optional<Assignor> findAssignor(std::string_view name) {
    constexpr std::array<std::string_view, 4> names{"range", "roundrobin", "sticky", "cooperative-sticky"};
    for (std::size_t i = 0; i < names.size(); ++i) {
        if (names[i] == name)
            return static_cast<Assignor>(i);
    }
    return std::nullopt;
}

Assignment assignPartitions(Assignor assignor, const std::vector<AssignedTopic>& topics,
                            const std::vector<AssignedMember>& members) {
    Assignment assignment(members.size());
    if (members.empty())
        return assignment;
    switch (assignor) {
        case Assignor::Range:
            assignRange(topics, members, assignment);
            break;
        case Assignor::RoundRobin:
            assignRoundRobin(topics, members, assignment);
            break;
        case Assignor::Sticky:
        case Assignor::CooperativeSticky:
            assignSticky(topics, members, assignment);
            break;
    }
    for (std::vector<TopicPartition>& list : assignment)
        std::sort(list.begin(), list.end());
    return assignment;
}

}  // namespace sluice
