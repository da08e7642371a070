#include "core/trace/grouplag.h"

#include <algorithm>

namespace sluice {

bool isTopic(const EntityTable& table, EntityId id) {
    return id < table.entities.size() && !table.entities[id].isLink &&
           table.entities[id].elementKind == ElementKind::Topic;
}

std::int64_t recordsBehind(const EntityState& topic, const GroupState& group) {
    std::int64_t behind = 0;
    for (std::size_t i = 0; i < topic.partitions.size() && i < group.position.size(); ++i)
        behind += recordsBehind(topic.partitions[i].end, group.position[i]);
    return behind;
}

std::optional<Duration> timeToDrain(const SystemState& state, EntityId topic, const GroupState& group) {
    const std::int64_t behind = recordsBehind(state.entities[topic], group);
    if (behind == 0)
        return Duration::zero();
    if (topic >= state.observed.size() || group.link >= state.observed.size())
        return std::nullopt;
    const std::uint64_t in = state.observed[topic].inRate;
    const std::uint64_t out = state.observed[group.link].outRate;
    if (out <= in)
        return std::nullopt;
    constexpr double kMost = 1e9;  // s, some thirty years
    const double seconds = static_cast<double>(behind) * 1000 / static_cast<double>(out - in);
    return fromSeconds(std::min(seconds, kMost));
}

std::optional<bool> keepsPace(const SystemState& state, EntityId topic, const GroupState& group) {
    if (topic >= state.observed.size() || group.link >= state.observed.size())
        return std::nullopt;
    const std::uint64_t in = state.observed[topic].inRate;
    const std::uint64_t out = state.observed[group.link].outRate;
    if (in == 0 && out == 0)
        return std::nullopt;
    return out > 0 && out * 20 >= in * 19;
}

}  // namespace sluice
