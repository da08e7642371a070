#pragma once

#include <cstdint>
#include <string_view>

namespace sluice {

/// Why one thing followed from another: a rule of a broker, a handler, or what the scenario did.
enum class CausalRule : std::uint8_t {
    // Where a message is, or how it ended.
    Waits,
    Acknowledged,
    Consumed,
    RowWritten,
    Lost,
    Returned,
    Nacked,
    LateArrival,
    // Why it left a queue.
    Rejected,
    Expired,
    MaxLength,
    DeliveryLimit,
    QueueDeleted,
    Purged,
    Unroutable,
    Cycle,
    BrokerStopped,
    NoDeadLetterExchange,
    // Why it came to one.
    DeadLetterRouting,
    DirectRouting,
    FanoutRouting,
    TopicRouting,
    HeadersRouting,
    QueueByName,
    Retried,
    PublishedAgain,
    ChannelClosed,
    GivenBack,
    Redriven,
    // What topics and services did with it.
    Dispatched,
    Partitioned,
    Fetched,
    Called,
    HandlerFailed,
    HandlerPublished,
    TimedOut,
    InstanceStopped,
    ScenarioAction,
    ClientActed,
};
inline constexpr int kCausalRuleCount = static_cast<int>(CausalRule::ClientActed) + 1;

/// The rule as a sentence, and where it is written.
struct CausalRuleText {
    std::string_view sentence;
    std::string_view source;
};

CausalRuleText textOf(CausalRule rule);

}  // namespace sluice
