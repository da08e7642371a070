#include "core/metrics/lagmeter.h"

#include "core/trace/grouplag.h"

namespace sluice {
LagMeter::LagMeter(const EntityTable& table) : m_slots(table.entities.size(), kNone) {
    for (EntityId id = 0; id < table.entities.size(); ++id) {
        if (!isTopic(table, id))
            continue;
        m_slots[id] = static_cast<std::uint32_t>(m_topics.size());
        m_topics.push_back({std::vector<std::int64_t>(table.entities[id].partitions), {}});
    }
    for (EntityId id = 0; id < table.entities.size(); ++id) {
        const Entity& link = table.entities[id];
        const bool reads = link.linkKind == LinkKind::Consume || link.linkKind == LinkKind::Materialize;
        if (!link.isLink || !reads || !isTopic(table, link.from))
            continue;
        Group group;
        group.link = id;
        group.topic = m_slots[link.from];
        Topic& topic = m_topics[group.topic];
        group.fetched.offsets.resize(topic.ends.size());
        group.committed.offsets.resize(topic.ends.size());
        m_slots[id] = static_cast<std::uint32_t>(m_groups.size());
        topic.groups.push_back(m_slots[id]);
        m_groups.push_back(std::move(group));
    }
}

void LagMeter::append(Topic& topic, std::uint32_t partition, std::int64_t end) {
    if (partition >= topic.ends.size())
        return;
    const std::int64_t before = topic.ends[partition];
    topic.ends[partition] = end;
    for (const std::uint32_t slot : topic.groups) {
        Group& group = m_groups[slot];
        for (Reading* reading : {&group.fetched, &group.committed}) {
            const std::int64_t offset = reading->offsets[partition];
            reading->behind += recordsBehind(end, offset) - recordsBehind(before, offset);
        }
    }
}

void LagMeter::read(const Group& group, Reading& reading, std::uint32_t partition,
                    std::int64_t offset) const {
    if (partition >= reading.offsets.size())
        return;
    const std::int64_t end = m_topics[group.topic].ends[partition];
    reading.behind += recordsBehind(end, offset) - recordsBehind(end, reading.offsets[partition]);
    reading.offsets[partition] = offset;
}

void LagMeter::commit(Group& group, std::uint32_t partition, std::int64_t offset) {
    if (partition >= group.committed.offsets.size())
        return;
    const bool before = group.committed.offsets[partition] > 0;
    read(group, group.committed, partition, offset);
    group.partitionsCommitted += (offset > 0 ? 1U : 0U) - (before ? 1U : 0U);
}

}  // namespace sluice
