#pragma once

#include <compare>
#include <cstdint>

namespace sluice {

/// A handle into one of a broker's pools: 32 bits, its own type for each pool, so that a queue is never taken
/// for a consumer. Default-constructed it names nothing.
template <class Tag>
struct BrokerIndex {
    static constexpr std::uint32_t kNone = 0xffffffff;

    std::uint32_t value = kNone;

    [[nodiscard]] constexpr bool valid() const { return value != kNone; }
    // NOLINTNEXTLINE(modernize-use-nullptr): clang-tidy 14 takes the 0 inside a defaulted <=> for a pointer.
    constexpr auto operator<=>(const BrokerIndex&) const = default;
};

using QueueIndex = BrokerIndex<struct QueueTag>;
using ExchangeIndex = BrokerIndex<struct ExchangeTag>;
using ConsumerIndex = BrokerIndex<struct ConsumerTag>;
using ChannelIndex = BrokerIndex<struct ChannelTag>;
/// A message's place in one queue. The same payload in three queues has three of them.
using MessageIndex = BrokerIndex<struct MessageTag>;
/// An interned string: a routing key or a name. A queue's name and the routing key that reaches it through
/// the default exchange are the same index.
using RoutingKeyIndex = BrokerIndex<struct RoutingKeyTag>;

}  // namespace sluice
