#pragma once

#include <optional>

#include "core/trace/systemstate.h"

namespace sluice {

/// Whether that is an element of the table, and a topic.
bool isTopic(const EntityTable& table, EntityId id);

/// Records of a partition that a group at `position` has yet to read. -1 is no position: a live group that
/// has committed nothing there may begin anywhere, and is behind by nothing that could be told.
constexpr std::int64_t recordsBehind(std::int64_t end, std::int64_t position) {
    return position < 0 || position > end ? 0 : end - position;
}

/// Over all partitions of its topic.
std::int64_t recordsBehind(const EntityState& topic, const GroupState& group);

/// Until a group of a live topic has read everything, if records go on to come and to be read as they did
/// last. Zero when it has; nothing when it reads no faster than they come.
std::optional<Duration> timeToDrain(const SystemState& state, EntityId topic, const GroupState& group);

/// Whether a group of a live topic reads about as fast as records come, to a twentieth. Nothing when neither
/// comes nor is read anything that was counted, as before a broker's second answer.
std::optional<bool> keepsPace(const SystemState& state, EntityId topic, const GroupState& group);

}  // namespace sluice
