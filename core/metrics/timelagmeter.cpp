#include "core/metrics/timelagmeter.h"

#include "core/trace/grouplag.h"

namespace sluice {
TimeLagMeter::TimeLagMeter(const EntityTable& table)
    : m_topicOf(table.entities.size(), kNone), m_groupOf(table.entities.size(), kNone) {
    for (EntityId id = 0; id < table.entities.size(); ++id) {
        if (!isTopic(table, id))
            continue;
        m_topicOf[id] = static_cast<std::uint32_t>(m_topics.size());
        m_topics.emplace_back().partitions.resize(table.entities[id].partitions);
    }
    for (EntityId id = 0; id < table.entities.size(); ++id) {
        const Entity& link = table.entities[id];
        if (!link.isLink || !isTopic(table, link.from) ||
            (link.linkKind != LinkKind::Consume && link.linkKind != LinkKind::Materialize))
            continue;
        const std::uint32_t topic = m_topicOf[link.from];
        m_groupOf[id] = static_cast<std::uint32_t>(m_groups.size());
        m_groups.push_back({id, topic, std::vector<std::int64_t>(m_topics[topic].partitions.size(), -1), 0});
    }
}

TimeLagMeter::Topic* TimeLagMeter::topicOf(EntityId id) {
    return id < m_topicOf.size() && m_topicOf[id] != kNone ? &m_topics[m_topicOf[id]] : nullptr;
}

TimeLagMeter::Group* TimeLagMeter::groupOf(EntityId id) {
    return id < m_groupOf.size() && m_groupOf[id] != kNone ? &m_groups[m_groupOf[id]] : nullptr;
}

TraceTime TimeLagMeter::asOf(TraceTime now) const {
    constexpr auto kLongest = std::chrono::seconds(15);  // from one report to the next
    return now - m_reported > kLongest ? now : m_reported;
}

void TimeLagMeter::apply(const TraceEvent& event) {
    if (event.kind == EventKind::Observed || event.kind == EventKind::Counted)
        m_reported = event.at;
    if (event.kind == EventKind::Counted && static_cast<Flow>(event.detail) == Flow::In) {
        if (Topic* topic = topicOf(event.subject)) {
            topic->countedAt = event.at;
            topic->period = std::chrono::milliseconds(event.peer);
        }
    } else if (event.kind == EventKind::Observed && static_cast<Gauge>(event.detail) == Gauge::EndOffset) {
        Topic* topic = topicOf(event.subject);
        if (!topic || event.peer >= topic->partitions.size())
            return;
        WatermarkHistory& history = topic->partitions[event.peer];
        // Only changes are told: up to the time from which on was counted it stood
        // still.
        if (topic->countedAt == event.at && !history.empty())
            history.add(event.at - topic->period, history.end());
        history.add(event.at, event.value);
    } else if (event.kind == EventKind::Observed && static_cast<Gauge>(event.detail) == Gauge::Committed) {
        Group* group = groupOf(event.subject);
        if (!group || event.peer >= group->committed.size())
            return;
        group->committed[event.peer] = event.value;
        m_active = m_active || event.value >= 0;
    }
}

std::optional<WatermarkHistory::Age> TimeLagMeter::ageOf(const Group& group, TraceTime now) const {
    std::optional<WatermarkHistory::Age> oldest;
    for (std::size_t i = 0; i < group.committed.size(); ++i) {
        const WatermarkHistory& history = m_topics[group.topic].partitions[i];
        if (group.committed[i] < 0 || history.empty())
            continue;
        const WatermarkHistory::Age age = history.ageOf(group.committed[i], now);
        if (!oldest || age.value > oldest->value) {
            oldest = age;
            group.furthest = i;
        }
    }
    return oldest;
}

std::optional<WatermarkHistory::Age> TimeLagMeter::age(EntityId link, TraceTime now) const {
    if (link >= m_groupOf.size() || m_groupOf[link] == kNone)
        return std::nullopt;
    return ageOf(m_groups[m_groupOf[link]], asOf(now));
}

bool TimeLagMeter::isBehind(EntityId link) const {
    if (link >= m_groupOf.size() || m_groupOf[link] == kNone)
        return false;
    const Group& group = m_groups[m_groupOf[link]];
    for (std::size_t i = 0; i < group.committed.size(); ++i) {
        const WatermarkHistory& history = m_topics[group.topic].partitions[i];
        if (group.committed[i] >= 0 && !history.empty() && group.committed[i] < history.end())
            return true;
    }
    return false;
}

std::optional<WatermarkHistory::Age> TimeLagMeter::ageAtLeast(EntityId link, TraceTime now) const {
    if (link >= m_groupOf.size() || m_groupOf[link] == kNone)
        return std::nullopt;
    const Group& group = m_groups[m_groupOf[link]];
    if (group.furthest >= group.committed.size() || group.committed[group.furthest] < 0)
        return std::nullopt;
    const WatermarkHistory& history = m_topics[group.topic].partitions[group.furthest];
    return history.empty() ? std::nullopt
                           : std::optional(history.ageOf(group.committed[group.furthest], asOf(now)));
}

}  // namespace sluice
