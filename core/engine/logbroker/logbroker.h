#pragma once

#include <cstdint>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "core/base/duration.h"
#include "core/base/result.h"
#include "core/engine/logbroker/assignor.h"
#include "core/engine/logbroker/logeffect.h"
#include "core/engine/logbroker/logindex.h"
#include "core/engine/logbroker/partitionlog.h"
#include "core/engine/queuebroker/timerheap.h"

namespace sluice {

/// Where a group begins on a partition it never committed: auto.offset.reset.
enum class OffsetReset : std::uint8_t { Earliest, Latest };

/// A consumer group. Source of every field: Kafka 3.x consumer and broker configuration of the same names.
struct GroupOptions {
    Assignor assignor = Assignor::Range;
    OffsetReset reset = OffsetReset::Latest;
    bool autoCommit = true;                                    ///< enable.auto.commit
    Duration autoCommitInterval = std::chrono::seconds(5);     ///< auto.commit.interval.ms
    Duration initialRebalanceDelay = std::chrono::seconds(3);  ///< group.initial.rebalance.delay.ms
    Duration sessionTimeout = std::chrono::seconds(45);        ///< session.timeout.ms
    /// From the start of a later rebalance (or of a cooperative one's second round) until all members have
    /// joined again. Not an option of Kafka's: there it comes from the members' heartbeats and poll loops.
    Duration rejoinTime = Duration::zero();
};

enum class CommitOutcome : std::uint8_t {
    Moved,
    Unchanged,  ///< committed already
    NotTheirs,  ///< the partition is no longer the member's; nothing happened
};

/// One record read by a member.
struct Fetched {
    TopicPartition from;
    Offset offset = 0;
    const LogRecord* record = nullptr;  ///< good until the topic is maintained
};

/// A Kafka 3.x cluster as far as records, offsets and groups go, as a state machine: commands and a time in,
/// effects out. No clock, no thread, no randomness; it belongs to whoever plays the time (the Engine).
///
/// Time and effects are as in QueueBroker: every command takes `now`, which never goes back; what was due
/// before is performed first by advance(nextTimer()); effects accumulate until clearEffects().
///
/// In a group each partition has at most one member. An eager group (range, roundrobin, sticky) stops reading
/// altogether while it rebalances; a cooperative one revokes only what moves, in a first round, and assigns
/// it in a second.
class LogBroker {
public:
    /// partitions >= 1. Errors: exists with other options.
    Result<TopicIndex> createTopic(std::string_view name, std::uint32_t partitions,
                                   const LogOptions& options = {});
    [[nodiscard]] std::optional<TopicIndex> findTopic(std::string_view name) const;
    [[nodiscard]] const std::string& topicName(TopicIndex topic) const { return m_topics[topic.value].name; }
    [[nodiscard]] std::uint32_t partitions(TopicIndex topic) const {
        return static_cast<std::uint32_t>(m_topics[topic.value].logs.size());
    }

    /// Appends one record; choose the partition with partitionOfKey() or a StickyPartitioner.
    Offset append(TopicPartition to, const LogRecord& record) {
        const Offset offset = log(to).append(record);
        for (const GroupIndex group : m_topics[to.topic.value].groups)
            noteUnread(progress(group, to));
        return offset;
    }
    [[nodiscard]] Offset beginOffset(TopicPartition of) const { return log(of).begin(); }
    [[nodiscard]] Offset endOffset(TopicPartition of) const { return log(of).end(); }
    /// Nobody will read or ask for a record before `offset` any more, whoever joins later: it takes no memory
    /// then, and changes nothing else. Every group must have committed that far, or begin at the end.
    void forget(TopicPartition of, Offset offset) { log(of).forget(offset); }
    /// beginOffset <= offset < endOffset, and not forgotten.
    [[nodiscard]] const LogRecord& recordAt(TopicPartition of, Offset offset) const {
        return log(of).at(offset);
    }

    /// Retention and compaction of one topic; Kafka looks every 5 minutes and 15 seconds
    /// (log.retention.check. interval.ms, log.cleaner.backoff.ms).
    void maintain(TopicIndex topic, Duration now);

    GroupIndex createGroup(std::string_view name, const GroupOptions& options = {});
    /// Starts a rebalance. `name` orders the members as member.id does.
    MemberIndex join(GroupIndex group, std::string_view name, std::vector<TopicIndex> topics, Duration now);
    /// A clean close: with auto-commit its positions are committed first. Starts a rebalance.
    void leave(MemberIndex member, Duration now);
    /// It sends no more heartbeats: what it has is read by nobody until its session times out. Nothing is
    /// committed, so what it read since the last commit will be read again.
    void fail(MemberIndex member, Duration now);
    [[nodiscard]] bool isMember(MemberIndex member) const { return m_members[member.value].alive; }

    /// The next record for the member, from its partitions in turn; nothing when all are read to their end,
    /// or while the group rebalances. Moves the position; with auto-commit, commits what was handed out
    /// before when the interval is over.
    std::optional<Fetched> fetch(MemberIndex member, Duration now);
    /// At most `max` records (max.poll.records), appended to `records`; returns how many.
    std::size_t fetch(MemberIndex member, std::size_t max, std::vector<Fetched>& records, Duration now);
    /// Whether fetch() would find something.
    [[nodiscard]] bool hasRecords(MemberIndex member) const;

    /// Commits the next offset to read. False: the partition is no longer the member's (a rebalance came
    /// between, ILLEGAL_GENERATION); nothing happens then.
    bool commit(MemberIndex member, TopicPartition of, Offset next);
    /// The same without an effect, for the caller who commits one record after the other.
    CommitOutcome commitQuietly(MemberIndex member, TopicPartition of, Offset next);
    /// Commits all of the member's positions.
    void commitAll(MemberIndex member);
    /// Reads on from `offset`, within begin and end. False: not the member's partition.
    bool seek(MemberIndex member, TopicPartition of, Offset offset);

    [[nodiscard]] std::span<const GroupIndex> groupsOf(TopicIndex topic) const {
        return m_topics[topic.value].groups;
    }
    /// Who reads the partition for the group; none while it rebalances or has nobody.
    [[nodiscard]] MemberIndex ownerOf(GroupIndex group, TopicPartition of) const;
    [[nodiscard]] std::span<const TopicPartition> assignment(MemberIndex member) const {
        return m_members[member.value].assigned;
    }
    [[nodiscard]] GroupIndex groupOf(MemberIndex member) const { return m_members[member.value].group; }
    [[nodiscard]] std::uint32_t generation(GroupIndex group) const {
        return m_groups[group.value].generation;
    }
    [[nodiscard]] bool isRebalancing(GroupIndex group) const { return m_groups[group.value].rebalancing; }
    /// Next to read by whoever has the partition; -1: unknown, nobody has read it yet.
    [[nodiscard]] Offset position(GroupIndex group, TopicPartition of) const;
    /// -1: the group never committed there.
    [[nodiscard]] Offset committed(GroupIndex group, TopicPartition of) const;
    /// Records from the committed offset (or where the group would begin) to the end.
    [[nodiscard]] std::int64_t lag(GroupIndex group, TopicPartition of) const;

    [[nodiscard]] Duration nextTimer() const { return m_timers.next(); }
    void advance(Duration now);
    [[nodiscard]] std::span<const LogEffect> effects() const { return m_effects; }
    void clearEffects() { m_effects.clear(); }

    /// The first rule that does not hold, as a sentence; empty when all is well. For tests.
    [[nodiscard]] std::string checkInvariants() const;

private:
    struct Topic {
        std::string name;
        LogOptions options;
        std::vector<PartitionLog> logs;
        std::vector<GroupIndex> groups;
    };
    /// What a group knows of one partition.
    struct Progress {
        Offset position = -1;
        Offset committed = -1;
        MemberIndex owner{};
        std::uint32_t place = 0;  ///< of the partition among its owner's
    };
    /// A member's own way to a partition it reads: neither end moves once a topic and a group are there.
    struct Cursor {
        TopicPartition from;
        const PartitionLog* log = nullptr;
        Progress* reading = nullptr;
    };
    struct GroupTopic {
        TopicIndex topic{};
        std::vector<Progress> partitions;
    };
    struct Group {
        std::string name;
        GroupOptions options;
        std::vector<MemberIndex> members;
        std::vector<GroupTopic> topics;
        std::uint32_t generation = 0;
        bool rebalancing = false;
    };
    struct Member {
        std::string name;
        GroupIndex group{};
        std::vector<TopicIndex> topics;
        std::vector<TopicPartition> assigned;
        std::vector<TopicPartition> owned;  // before an eager rebalance, for the sticky assignor
        std::vector<Cursor> cursors;        // of what is assigned, in the same order
        std::uint64_t unread = 0;           // by cursor, modulo 64: there may be something to read
        std::size_t turn = 0;               // whose partition is next
        Duration nextAutoCommit{};
        bool alive = false;
        bool failed = false;
    };

    [[nodiscard]] const PartitionLog& log(TopicPartition of) const {
        return m_topics[of.topic.value].logs[of.partition];
    }
    PartitionLog& log(TopicPartition of) { return m_topics[of.topic.value].logs[of.partition]; }
    [[nodiscard]] const Progress* findProgress(GroupIndex group, TopicPartition of) const {
        for (const GroupTopic& topic : m_groups[group.value].topics) {
            if (topic.topic == of.topic)
                return &topic.partitions[of.partition];
        }
        return nullptr;
    }
    Progress* findProgress(GroupIndex group, TopicPartition of) {
        return const_cast<Progress*>(std::as_const(*this).findProgress(group, of));
    }
    Progress& progress(GroupIndex group, TopicPartition of) { return *findProgress(group, of); }
    void noteUnread(const Progress& reading) {
        if (reading.owner.valid())
            m_members[reading.owner.value].unread |= std::uint64_t{1} << (reading.place % 64);
    }
    /// The first cursor from `turn` on that may have something to read; there must be one.
    [[nodiscard]] static std::size_t nextUnread(const Member& member, std::size_t turn);
    [[nodiscard]] Offset startOf(GroupIndex group, TopicPartition of) const;
    void startRebalance(GroupIndex group, Duration delay, Duration now);
    void completeRebalance(GroupIndex group, Duration now);
    void pointCursors(Member& member);
    void revoke(MemberIndex member, TopicPartition partition);
    void assign(MemberIndex member, TopicPartition partition);
    void remove(MemberIndex member, Duration now);
    void autoCommit(Member& member, MemberIndex index, Duration now);
    LogEffect& note(LogEffectKind kind, TopicPartition of = {}) {
        LogEffect& effect = m_effects.emplace_back();
        effect.kind = kind;
        effect.topic = of.topic;
        effect.partition = of.partition;
        return effect;
    }
    [[nodiscard]] static std::uint32_t rebalanceTimer(GroupIndex group) { return group.value * 2; }
    [[nodiscard]] static std::uint32_t sessionTimer(MemberIndex member) { return member.value * 2 + 1; }

    std::vector<Topic> m_topics;
    std::vector<Group> m_groups;
    std::vector<Member> m_members;
    TimerHeap m_timers;
    std::vector<LogEffect> m_effects;
};

}  // namespace sluice
