// When the clock stops: something goes round for ever within one instant.
#include <fmt/format.h>

#include <algorithm>

#include "core/engine/engine.h"

namespace sluice {
namespace {

constexpr std::uint64_t kWatchedSteps = 20'000;

/// Keeps which elements messages come by.
class Watch : public TraceSink {
public:
    explicit Watch(std::size_t entities) : m_seen(entities, false) {}
    void accept(std::span<const TraceEvent> batch, TraceTime /*horizon*/) override {
        for (const TraceEvent& event : batch) {
            if (event.subject < m_seen.size())
                m_seen[event.subject] = true;
            const bool namesLink =
                event.kind == EventKind::Delivered || event.kind == EventKind::DeadLettered;
            if (namesLink && event.peer < m_seen.size())
                m_seen[event.peer] = true;
        }
    }
    void finish(const Result<void>& /*outcome*/) override {}
    [[nodiscard]] bool saw(EntityId entity) const { return m_seen[entity]; }

private:
    std::vector<bool> m_seen;
};

/// The shortest way from an element back to itself over `next`, as the elements on it; empty: none.
std::vector<std::uint32_t> circleFrom(std::uint32_t start,
                                      const std::vector<std::vector<std::uint32_t>>& next) {
    std::vector<std::uint32_t> cameFrom(next.size(), kNone);
    std::vector<std::uint32_t> line{start};
    for (std::size_t at = 0; at < line.size(); ++at) {
        for (const std::uint32_t to : next[line[at]]) {
            if (to == start) {
                std::vector<std::uint32_t> way{line[at]};
                while (way.back() != start)
                    way.push_back(cameFrom[way.back()]);
                std::reverse(way.begin(), way.end());
                return way;
            }
            if (cameFrom[to] == kNone) {
                cameFrom[to] = line[at];
                line.push_back(to);
            }
        }
    }
    return {};
}

}  // namespace

void Engine::noteBurst(std::uint64_t messages) {
    if (m_burstAt != m_now)
        m_burst = 0;
    m_burstAt = m_now;
    m_burst += messages;
}

/// Looks up from the work: false when the run was stopped, or stands still.
bool Engine::goesOn(const std::stop_token& stop) {
    if (stop.stop_requested())
        return false;
    if (m_messages.size() > kMostMessages || m_due.size() > kMostPending) {
        m_failure = crowded();
        return false;
    }
    if (m_instant.at != m_now) {
        m_instant = {m_now, 0, kMostAtOnce + kMostForEach * m_messages.size()};
        return true;
    }
    m_instant.steps += kStepsBetweenLooks;
    const std::uint64_t bursts = m_burstAt == m_now ? kMostForEach * m_burst : 0;
    m_stands = m_instant.steps > m_instant.most + bursts;
    return !m_stands;
}

std::string Engine::nameOf(EntityId element) const {
    const Entity& entity = m_table.entities[element];
    return fmt::format("'{}'", entity.name.empty() ? entity.id : entity.name);
}

/// More comes in than is taken out, or each message leads to several: names where the most wait.
Error Engine::crowded() const {
    std::uint64_t most = 0;
    EntityId where = kNoEntity;
    const auto note = [&](std::uint64_t count, EntityId entity) {
        if (count <= most)
            return;
        most = count;
        where = entity;
    };
    for (std::size_t i = 0; i < m_queueOf.size(); ++i) {
        if (m_queueOf[i].valid())
            note(m_queues.ready(m_queueOf[i]), m_topology->queues[i].entity);
    }
    for (std::size_t i = 0; i < m_services.size(); ++i) {
        std::uint64_t waiting = 0;
        for (const Instance& instance : m_services[i].instances)
            waiting += instance.waiting.size();
        note(waiting, m_handling[i].entity);
    }
    for (const Group& group : m_groups) {
        std::uint64_t unread = 0;
        for (std::uint32_t p = 0; p < group.released.size(); ++p)
            unread +=
                static_cast<std::uint64_t>(m_logs.endOffset({m_topicOf[group.topic], p}) - group.released[p]);
        note(unread, m_topology->topics[group.topic].entity);
    }
    const std::string named =
        where == kNoEntity ? std::string() : fmt::format(", {} of them at {}", most, nameOf(where));
    return {
        ErrorCode::InvalidInput,
        fmt::format("at {} more messages are under way than a run has room for ({} in all{}); let less come "
                    "in, or more be taken out",
                    describeDuration(m_now), std::max(m_messages.size(), m_due.size()), named),
        where == kNoEntity ? std::string() : fmt::format("nodes[{}]", where)};
}

/// Plays on for a while to see where messages pass, and names the circle.
Error Engine::standstill(const std::stop_token& stop) {
    m_tracer.flush(m_now);
    Watch watch(m_table.entities.size());
    m_tracer.setSink(&watch);
    m_instant.most += kWatchedSteps;
    play(m_now, stop);
    m_tracer.flush(m_now);
    m_tracer.setSink(nullptr);

    const auto count = static_cast<std::uint32_t>(m_topology->elements.size());
    std::vector<std::vector<std::uint32_t>> next(count);
    for (const LinkPlan& link : m_topology->links) {
        // An exchange is passed without an event of its own.
        const auto passed = [&](std::uint32_t element) {
            return watch.saw(element) || m_topology->elements[element].kind == ElementKind::Exchange;
        };
        if (passed(link.from) && passed(link.to))
            next[link.from].push_back(link.to);
    }
    std::vector<std::uint32_t> way;
    for (std::uint32_t i = 0; i < count && way.empty(); ++i) {
        if (watch.saw(i))
            way = circleFrom(i, next);
    }
    std::string names;
    for (const std::uint32_t element : way)
        names += nameOf(element) + " → ";
    if (!way.empty()) {
        names += nameOf(way.front());
    } else {
        for (std::uint32_t i = 0; i < count; ++i) {
            if (!watch.saw(i))
                continue;
            names += (names.empty() ? "" : ", ") + nameOf(i);
            way.push_back(i);
        }
    }
    return {
        ErrorCode::InvalidInput,
        fmt::format("at {} the run gets no further: messages go round without taking any time ({}); give a "
                    "service or a link of this circle a time, or end the circle",
                    describeDuration(m_now), names),
        way.empty() ? std::string() : fmt::format("nodes[{}]", way.front())};
}

}  // namespace sluice
