#pragma once

#include <vector>

#include "core/metrics/watermarkhistory.h"
#include "core/trace/entitytable.h"

namespace sluice {

/// How old that is which each consumer group of a live broker reads next, out of what was reported of the
/// ends of partitions and of committed offsets. A value; any thread.
class TimeLagMeter {
public:
    explicit TimeLagMeter(const EntityTable& table);

    /// Takes in what a broker reports (EndOffset, Committed, and what was counted of a topic); passes over
    /// everything else.
    void apply(const TraceEvent& event);
    /// A group has committed something: there is something to tell.
    [[nodiscard]] bool isActive() const { return m_active; }

    [[nodiscard]] TraceTime lastReport() const { return m_reported; }
    /// The time up to which the reports tell how things stood: that of the last one, since nobody knows what
    /// was read meanwhile; or `now`, when there was none for so long that nothing can have changed.
    [[nodiscard]] TraceTime asOf(TraceTime now) const;
    /// Of the partition in which the group of this link is furthest behind, as of asOf(now); nothing when
    /// nothing is known of the group.
    [[nodiscard]] std::optional<WatermarkHistory::Age> age(EntityId link, TraceTime now) const;
    /// The group has records to read: what is known of it grows older with time alone.
    [[nodiscard]] bool isBehind(EntityId link) const;
    /// No more than age(), and found at once: how old it is in the partition that was furthest behind when
    /// age() was asked last.
    [[nodiscard]] std::optional<WatermarkHistory::Age> ageAtLeast(EntityId link, TraceTime now) const;
    /// Calls `tell(link, age)` for every group of which something is known, likewise.
    template <class Tell>
    void visit(TraceTime now, const Tell& tell) const {
        for (const Group& group : m_groups) {
            if (const auto age = ageOf(group, asOf(now)))
                tell(group.link, *age);
        }
    }

private:
    static constexpr std::uint32_t kNone = 0xffffffff;
    struct Topic {
        std::vector<WatermarkHistory> partitions;
        TraceTime countedAt{};
        Duration period{};  ///< over which was counted, up to countedAt
    };
    struct Group {
        EntityId link = kNoEntity;
        std::uint32_t topic = kNone;
        std::vector<std::int64_t> committed;  ///< by partition; -1 nothing
        mutable std::size_t furthest = 0;     ///< the partition that was it when it was looked at last
    };
    [[nodiscard]] std::optional<WatermarkHistory::Age> ageOf(const Group& group, TraceTime now) const;

    [[nodiscard]] Topic* topicOf(EntityId id);
    [[nodiscard]] Group* groupOf(EntityId id);

    std::vector<std::uint32_t> m_topicOf;  ///< by entity, in m_topics
    std::vector<std::uint32_t> m_groupOf;  ///< by entity, in m_groups
    std::vector<Topic> m_topics;
    std::vector<Group> m_groups;
    TraceTime m_reported{};
    bool m_active = false;
};

}  // namespace sluice
