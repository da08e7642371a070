#pragma once

#include <cstdint>
#include <optional>
#include <string_view>
#include <vector>

#include "core/engine/logbroker/logindex.h"

namespace sluice {

/// partition.assignment.strategy. Source: Kafka 3.x, RangeAssignor, RoundRobinAssignor, StickyAssignor,
/// CooperativeStickyAssignor.
enum class Assignor : std::uint8_t { Range, RoundRobin, Sticky, CooperativeSticky };

/// "range", "roundrobin", "sticky", "cooperative-sticky".
std::optional<Assignor> findAssignor(std::string_view name);

struct AssignedTopic {
    TopicIndex topic{};
    std::uint32_t partitions = 0;
};

struct AssignedMember {
    MemberIndex member{};
    std::vector<TopicIndex> topics;     ///< what it subscribes to
    std::vector<TopicPartition> owned;  ///< what it has now; the sticky ones keep as much of it as they can
};

/// Who gets which partitions: one list for each member, in the order given, each sorted. Members and topics
/// must be in the order of their names, as the strategies deal in that order. A partition whose topic nobody
/// subscribes to is left out.
std::vector<std::vector<TopicPartition>> assignPartitions(Assignor assignor,
                                                          const std::vector<AssignedTopic>& topics,
                                                          const std::vector<AssignedMember>& members);

}  // namespace sluice
