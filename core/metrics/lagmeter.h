#pragma once

#include <cstdint>
#include <vector>

#include "core/trace/entitytable.h"
#include "core/trace/event.h"

namespace sluice {

/// How many records of its topic each consumer group is behind: those it has not committed yet, or, as long
/// as it never committed, those it has not fetched. Of a live broker's groups only what they committed
/// counts. An event costs the number of groups of its topic, whatever the number of partitions.
class LagMeter {
public:
    explicit LagMeter(const EntityTable& table);

    /// Appended, Fetched and Committed count, and the same as a live broker reports it; calls `changed(link,
    /// records)` for each group whose lag the event may have changed.
    template <class Changed>
    void apply(const TraceEvent& event, const Changed& changed) {
        if (event.subject >= m_slots.size() || m_slots[event.subject] == kNone)
            return;
        const std::uint32_t slot = m_slots[event.subject];
        if (event.kind == EventKind::Appended) {
            append(m_topics[slot], event.peer, event.value + 1);
            for (const std::uint32_t group : m_topics[slot].groups)
                changed(m_groups[group].link, m_groups[group].lag());
        } else if (event.kind == EventKind::Fetched || event.kind == EventKind::Committed) {
            Group& group = m_groups[slot];
            if (event.kind == EventKind::Fetched)
                read(group, group.fetched, event.peer, event.value + 1);
            else
                commit(group, event.peer, event.value);
            changed(group.link, group.lag());
        } else if (event.kind == EventKind::Observed &&
                   static_cast<Gauge>(event.detail) == Gauge::EndOffset && slot < m_topics.size()) {
            append(m_topics[slot], event.peer, event.value);
            for (const std::uint32_t group : m_topics[slot].groups)
                changed(m_groups[group].link, m_groups[group].lag());
        } else if (event.kind == EventKind::Observed &&
                   static_cast<Gauge>(event.detail) == Gauge::Committed && slot < m_groups.size()) {
            Group& group = m_groups[slot];
            group.reported = true;
            commit(group, event.peer, event.value);
            changed(group.link, group.lag());
        }
    }

private:
    static constexpr std::uint32_t kNone = 0xffffffff;
    struct Topic {
        std::vector<std::int64_t> ends;  ///< a partition: offset of the next record
        std::vector<std::uint32_t> groups;
    };
    struct Reading {
        std::vector<std::int64_t> offsets;  ///< a partition
        std::int64_t behind = 0;            ///< over all partitions
    };
    struct Group {
        EntityId link = kNoEntity;
        std::uint32_t topic = kNone;
        Reading fetched;
        Reading committed;
        std::size_t partitionsCommitted = 0;
        bool reported = false;  ///< by a live broker, which tells nothing of what is fetched
        [[nodiscard]] std::uint64_t lag() const {
            return static_cast<std::uint64_t>(reported || partitionsCommitted > 0 ? committed.behind
                                                                                  : fetched.behind);
        }
    };

    void append(Topic& topic, std::uint32_t partition, std::int64_t end);
    void read(const Group& group, Reading& reading, std::uint32_t partition, std::int64_t offset) const;
    void commit(Group& group, std::uint32_t partition, std::int64_t offset);

    std::vector<std::uint32_t> m_slots;  ///< by entity: topics in m_topics, links in m_groups
    std::vector<Topic> m_topics;
    std::vector<Group> m_groups;
};

}  // namespace sluice
