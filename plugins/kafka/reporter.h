#pragma once

#include <memory>
#include <optional>
#include <span>
#include <string>
#include <unordered_map>
#include <vector>

#include "core/trace/entitytable.h"
#include "plugins/kafka/clusteranswers.h"

namespace sluice::kafka {

/// Turns what a cluster says of partitions and groups into the trace: where topics end, what groups have
/// committed, and how many records came and went in between. Only what changed is told. A value; any thread.
class Reporter {
public:
    /// `names`: by EntityId, topics' names and the groups of the links that read them.
    Reporter(std::shared_ptr<const EntityTable> table, const std::vector<std::string>& names);

    /// What there is, before anything is asked of it and whenever it may have changed.
    void setCluster(const ClusterAnswer& cluster);
    /// The partitions whose ends are wanted: those of drawn topics that the cluster has.
    [[nodiscard]] const std::vector<Partition>& partitions() const { return m_partitions; }
    /// The groups of drawn links.
    [[nodiscard]] const std::vector<std::string>& groups() const { return m_groups; }

    /// One round of answers, asked at the same time: `ends` in the order of partitions(). What groups have
    /// committed was asked before the ends were, so that none is ahead; of a partition in which a group has
    /// committed nothing -1 is told.
    std::vector<TraceEvent> take(std::span<const std::optional<std::int64_t>> ends,
                                 const std::map<std::string, Offsets>& committed, TraceTime at);
    /// How many members read each link's topic.
    std::vector<TraceEvent> takeMembers(std::span<const GroupAnswer> groups, TraceTime at);
    /// Nothing is known any more: the next round is the first of its kind.
    void forget();

    /// Topics and groups of the drawing that the cluster has.
    [[nodiscard]] int knownTopics() const { return m_knownTopics; }
    [[nodiscard]] int knownGroups() const { return m_knownGroups; }

private:
    /// Something that records go through, counted from one round to the next.
    struct Meter {
        TraceTime since{};
        bool flowing = false;
    };
    struct Topic {
        EntityId entity = kNoEntity;
        std::string name;
        std::vector<std::optional<std::int64_t>> ends;  ///< by partition
        Meter in;
        bool there = false;  ///< the cluster had it when asked last
    };
    struct Reader {
        EntityId link = kNoEntity;
        std::string group;
        std::size_t topic = 0;
        std::vector<std::optional<std::int64_t>> committed;  ///< by partition
        Meter out;
        int members = -1;  ///< not told yet
    };
    void takeCommitted(const std::map<std::string, Offsets>& committed, TraceTime at,
                       std::vector<TraceEvent>& events);
    void tell(Meter& meter, EntityId subject, bool out, std::int64_t many, TraceTime at,
              std::vector<TraceEvent>& events) const;

    std::shared_ptr<const EntityTable> m_table;
    std::vector<Topic> m_topics;
    std::vector<Reader> m_readers;
    std::unordered_map<std::string, std::size_t> m_byName;  ///< topics
    std::vector<Partition> m_partitions;
    std::vector<std::size_t> m_topicOf;  ///< of each of m_partitions
    std::vector<std::string> m_groups;
    int m_knownTopics = 0;
    int m_knownGroups = 0;
    bool m_fresh = true;
};

}  // namespace sluice::kafka
