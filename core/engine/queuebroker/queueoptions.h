#pragma once

#include <nlohmann/json.hpp>
#include <optional>
#include <string>
#include <string_view>

#include "core/base/duration.h"
#include "core/base/result.h"

namespace sluice {

enum class QueueType : std::uint8_t { Classic, Quorum };
/// x-overflow: what a full queue does with one more message.
enum class Overflow : std::uint8_t { DropHead, RejectPublish, RejectPublishDlx };
enum class ExchangeType : std::uint8_t { Direct, Fanout, Topic, Headers };

/// How a queue is declared. Source of every field: RabbitMQ documentation, "Queues", "TTL", "Queue Length
/// Limit", "Dead Letter Exchanges", "Priority Queue", "Quorum Queues" (3.10).
struct QueueOptions {
    QueueType type = QueueType::Classic;
    bool durable = true;                ///< survives a restart of the broker
    bool autoDelete = false;            ///< goes with its last consumer, once it has had one
    bool singleActiveConsumer = false;  ///< x-single-active-consumer
    Overflow overflow = Overflow::DropHead;
    std::uint8_t maxPriority = 0;                       ///< x-max-priority, 1..255; 0: not a priority queue
    std::optional<Duration> messageTtl{};               ///< x-message-ttl, >= 0
    std::optional<Duration> expires{};                  ///< x-expires, > 0: deleted when unused for so long
    std::optional<std::uint64_t> maxLength{};           ///< x-max-length, ready messages
    std::optional<std::uint64_t> maxLengthBytes{};      ///< x-max-length-bytes, bodies of ready messages
    std::optional<std::uint32_t> deliveryLimit{};       ///< x-delivery-limit, quorum only
    std::optional<std::string> deadLetterExchange{};    ///< "" is the default exchange
    std::optional<std::string> deadLetterRoutingKey{};  ///< absent: the message keeps its own keys
    bool operator==(const QueueOptions&) const = default;
};

/// Reads RabbitMQ's own argument names. Errors: an argument the broker would refuse (PRECONDITION_FAILED),
/// with its name as the place. Unknown arguments without meaning to the broker are passed over, as it does.
Result<QueueOptions> queueOptionsOf(const nlohmann::json& arguments);

/// How an exchange is declared.
struct ExchangeOptions {
    bool autoDelete = false;                         ///< goes with its last binding, once it has had one
    bool internal = false;                           ///< clients may not publish to it
    std::optional<std::string> alternateExchange{};  ///< takes what this one cannot route
    bool operator==(const ExchangeOptions&) const = default;
};

/// "direct", "fanout", "topic", "headers".
std::optional<ExchangeType> findExchangeType(std::string_view name);

}  // namespace sluice
