#include "plugins/kafka/reporter.h"

#include <algorithm>
#include <set>

#include "plugins/api/brokerwatcher.h"

namespace sluice::kafka {
namespace {

TraceEvent gauge(Gauge gauge, TraceTime at, EntityId subject, int partition, std::int64_t value) {
    TraceEvent made = observation(EventKind::Observed, at, subject);
    made.detail = static_cast<std::uint16_t>(gauge);
    made.peer = static_cast<std::uint32_t>(partition);
    made.value = value;
    return made;
}

}  // namespace

Reporter::Reporter(std::shared_ptr<const EntityTable> table, const std::vector<std::string>& names)
    : m_table(std::move(table)) {
    std::vector<std::size_t> topicOf(m_table->entities.size());
    for (EntityId id = 0; id < m_table->entities.size() && id < names.size(); ++id) {
        const Entity& entity = m_table->entities[id];
        if (entity.isLink || entity.elementKind != ElementKind::Topic)
            continue;
        // Of two with one name the first is the cluster's.
        topicOf[id] = m_byName.try_emplace(names[id], m_topics.size()).first->second;
        m_topics.push_back({.entity = id, .name = names[id], .ends = {}, .in = {}});
    }
    std::set<std::string> groups;
    for (EntityId id = 0; id < m_table->entities.size() && id < names.size(); ++id) {
        const Entity& link = m_table->entities[id];
        if (!link.isLink || names[id].empty() || link.from == kNoEntity)
            continue;
        const Entity& from = m_table->entities[link.from];
        if (from.isLink || from.elementKind != ElementKind::Topic)
            continue;
        m_readers.push_back(
            {.link = id, .group = names[id], .topic = topicOf[link.from], .committed = {}, .out = {}});
        groups.insert(names[id]);
    }
    m_groups.assign(groups.begin(), groups.end());
}

void Reporter::setCluster(const ClusterAnswer& cluster) {
    m_partitions.clear();
    m_topicOf.clear();
    m_knownTopics = 0;
    for (Topic& topic : m_topics)
        topic.there = false;
    for (const TopicAnswer& answer : cluster.topics) {
        const auto it = m_byName.find(answer.name);
        if (it == m_byName.end())
            continue;
        Topic& topic = m_topics[it->second];
        topic.there = true;
        ++m_knownTopics;
        topic.ends.resize(answer.partitions.size());
        for (const PartitionAnswer& partition : answer.partitions) {
            if (partition.id < 0 || static_cast<std::size_t>(partition.id) >= topic.ends.size())
                continue;
            m_partitions.emplace_back(topic.name, partition.id);
            m_topicOf.push_back(it->second);
        }
    }
    for (Reader& reader : m_readers)
        reader.committed.resize(m_topics[reader.topic].ends.size());
}

void Reporter::tell(Meter& meter, EntityId subject, bool out, std::int64_t many, TraceTime at,
                    std::vector<TraceEvent>& events) const {
    if (!m_fresh && (many > 0 || meter.flowing)) {
        TraceEvent told = observation(EventKind::Counted, at, subject);
        told.detail = static_cast<std::uint16_t>(out ? Flow::Out : Flow::In);
        told.value = many;
        told.peer = static_cast<std::uint32_t>(std::max<std::int64_t>(
            1, std::chrono::duration_cast<std::chrono::milliseconds>(at - meter.since).count()));
        events.push_back(told);
        meter.flowing = many > 0;
    }
    meter.since = at;
}

std::vector<TraceEvent> Reporter::take(std::span<const std::optional<std::int64_t>> ends,
                                       const std::map<std::string, Offsets>& committed, TraceTime at) {
    std::vector<TraceEvent> events;
    // Groups before the ends of what they read: so nobody who looks in between sees a lag that never was.
    takeCommitted(committed, at, events);
    std::vector<std::int64_t> came(m_topics.size());
    std::vector<TraceEvent> changed;
    for (std::size_t i = 0; i < ends.size() && i < m_partitions.size(); ++i) {
        if (!ends[i])
            continue;
        Topic& topic = m_topics[m_topicOf[i]];
        const int partition = m_partitions[i].second;
        std::optional<std::int64_t>& known = topic.ends[static_cast<std::size_t>(partition)];
        if (known == ends[i])
            continue;
        // A topic that was made anew begins again from 0.
        if (known)
            came[m_topicOf[i]] += *ends[i] >= *known ? *ends[i] - *known : *ends[i];
        known = ends[i];
        changed.push_back(gauge(Gauge::EndOffset, at, topic.entity, partition, *known));
    }
    for (std::size_t i = 0; i < m_topics.size(); ++i) {
        if (m_topics[i].there)
            tell(m_topics[i].in, m_topics[i].entity, false, came[i], at, events);
    }
    events.insert(events.end(), changed.begin(), changed.end());
    m_fresh = false;
    return events;
}

void Reporter::takeCommitted(const std::map<std::string, Offsets>& committed, TraceTime at,
                             std::vector<TraceEvent>& events) {
    std::set<std::string_view> known;
    for (Reader& reader : m_readers) {
        const auto group = committed.find(reader.group);
        if (group == committed.end())
            continue;
        std::int64_t went = 0;
        const std::string& topic = m_topics[reader.topic].name;
        for (std::size_t i = 0; i < reader.committed.size(); ++i) {
            const auto it = group->second.find(Partition(topic, static_cast<int>(i)));
            const std::int64_t offset = it == group->second.end() ? -1 : it->second;
            if (offset >= 0)
                known.insert(reader.group);
            std::optional<std::int64_t>& before = reader.committed[i];
            if (before == offset)
                continue;
            // Moved back by somebody: nothing was read.
            if (before && *before >= 0)
                went += std::max<std::int64_t>(0, offset - *before);
            before = offset;
            events.push_back(gauge(Gauge::Committed, at, reader.link, static_cast<int>(i), offset));
        }
        tell(reader.out, reader.link, true, went, at, events);
    }
    m_knownGroups = static_cast<int>(known.size());
}

std::vector<TraceEvent> Reporter::takeMembers(std::span<const GroupAnswer> groups, TraceTime at) {
    std::vector<TraceEvent> events;
    std::unordered_map<std::string_view, const GroupAnswer*> byId;
    for (const GroupAnswer& group : groups)
        byId.emplace(group.id, &group);
    for (Reader& reader : m_readers) {
        const auto it = byId.find(reader.group);
        if (it == byId.end())
            continue;
        const std::string& topic = m_topics[reader.topic].name;
        const auto& members = it->second->members;
        const auto many =
            static_cast<int>(std::count_if(members.begin(), members.end(), [&](const MemberAnswer& member) {
                return std::any_of(member.assigned.begin(), member.assigned.end(),
                                   [&](const Partition& one) { return one.first == topic; });
            }));
        if (std::exchange(reader.members, many) != many)
            events.push_back(gauge(Gauge::Consumers, at, reader.link, 0, many));
    }
    return events;
}

void Reporter::forget() {
    m_fresh = true;
    for (Topic& topic : m_topics) {
        std::fill(topic.ends.begin(), topic.ends.end(), std::nullopt);
        topic.in = {};
    }
    for (Reader& reader : m_readers) {
        std::fill(reader.committed.begin(), reader.committed.end(), std::nullopt);
        reader.out = {};
        reader.members = -1;
    }
}

}  // namespace sluice::kafka
