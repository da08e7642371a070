#pragma once

#include <cstdint>
#include <string_view>
#include <type_traits>

#include "core/engine/logbroker/logindex.h"

namespace sluice {

/// What a LogBroker did. Each comment names the fields it fills; others are unset.
enum class LogEffectKind : std::uint8_t {
    Committed,           ///< topic, partition, group, member, offset: the next to read
    RebalanceStarted,    ///< group, generation: of the assignment that ends
    Revoked,             ///< topic, partition, group, member: has stopped reading it
    Assigned,            ///< topic, partition, group, member, offset: where it begins, generation
    RebalanceCompleted,  ///< group, generation: of the new assignment; count: members
    MemberLeft,          ///< group, member: it left, or its session timed out
    Deleted,    ///< topic, partition, offset: the new begin, count: records that retention took (at most
                ///< 2^32-1)
    Compacted,  ///< topic, partition, count: records that went
};

/// One thing that happened, 40 bytes; effects stand in the order in which they happened.
struct LogEffect {
    LogEffectKind kind = LogEffectKind::Committed;
    std::uint32_t partition = 0;
    TopicIndex topic{};
    GroupIndex group{};
    MemberIndex member{};
    std::uint32_t generation = 0;
    Offset offset = 0;
    std::uint32_t count = 0;
};
static_assert(sizeof(LogEffect) == 40 && std::is_trivially_copyable_v<LogEffect>);

/// "committed", "rebalance started": for logs and tests.
std::string_view kindName(LogEffectKind kind);

}  // namespace sluice
