#pragma once

#include <cstdint>
#include <memory>
#include <nlohmann/json.hpp>
#include <span>
#include <string>
#include <vector>

#include "core/base/duration.h"
#include "core/engine/queuebroker/brokerindex.h"
#include "core/engine/queuebroker/routingkeys.h"
#include "core/trace/event.h"

namespace sluice {

/// Several routing keys of one message (CC, BCC), interned like a single one; none when there is but one.
using KeyListIndex = BrokerIndex<struct KeyListTag>;

/// One entry of x-death: the deaths of a message in one queue for one reason. All but the count are those of
/// the first such death, as in RabbitMQ.
struct Death {
    RoutingKeyIndex queue{};
    RoutingKeyIndex exchange{};  ///< name of the exchange it had come through
    RoutingKeyIndex routingKey{};
    KeyListIndex routingKeys{};  ///< instead of routingKey when there was a CC header
    std::uint32_t count = 0;
    DeathReason reason = DeathReason::Rejected;
    Duration time{};
    std::uint32_t ttl = 0xffffffff;  ///< original-expiration in milliseconds; the largest: none
};

/// What few messages have; looked up only when a message says that it has one.
struct ColdMessage {
    std::shared_ptr<const nlohmann::json> headers;  ///< as published, without BCC; null: none
    std::string replyTo;
    KeyListIndex keys{};         ///< all keys it is routed by; the first is the record's own
    KeyListIndex ccKeys{};       ///< the first and those of the CC header, while it is there
    std::vector<Death> deaths;   ///< the newest first; see addDeath
    Death firstDeath{};          ///< count 0: it has not died here
    bool withoutCc = false;      ///< the CC header fell to a dead-letter-routing-key
    bool diedElsewhere = false;  ///< it was published with an x-death header

    void reset();
};

/// Adds a death as RabbitMQ updates x-death: the entry of the same queue and reason counts on and comes
/// first, else a new one does. Source: "Dead Letter Exchanges", dead-lettered effects on messages.
void addDeath(ColdMessage& message, const Death& death);

/// Whether a dead letter that would now enter `queue` closes a cycle that must be dropped: it died there
/// before, and neither then nor since was it rejected.
bool closesCycle(std::span<const Death> deaths, RoutingKeyIndex queue);

/// The reason's name in x-death: "rejected", "expired", "maxlen", "delivery_limit".
std::string_view xDeathReason(DeathReason reason);

}  // namespace sluice
