#pragma once

#include "core/engine/queuebroker/brokerindex.h"

namespace sluice {

using TopicIndex = BrokerIndex<struct TopicTag>;
using GroupIndex = BrokerIndex<struct GroupTag>;
/// A member of a consumer group; never given out again.
using MemberIndex = BrokerIndex<struct MemberTag>;

/// Position in a partition: 0 is the first record ever appended. A committed offset is the next to read.
using Offset = std::int64_t;

/// A partition of a topic.
struct TopicPartition {
    TopicIndex topic{};
    std::uint32_t partition = 0;
    // NOLINTNEXTLINE(modernize-use-nullptr): clang-tidy 14 takes the 0 inside a defaulted <=> for a pointer.
    auto operator<=>(const TopicPartition&) const = default;
};

}  // namespace sluice
