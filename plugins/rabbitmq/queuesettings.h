#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "core/diagram/properties.h"

namespace sluice::rabbitmq {

/// What a policy asks of the queues or exchanges whose names it matches.
struct Policy {
    std::string name;
    std::string pattern;    ///< regular expression
    std::string appliesTo;  ///< queues, classic_queues, quorum_queues, streams, exchanges, all
    int priority = 0;
    Json definition;
};

/// Where a queue sends its dead letters. No exchange: nowhere.
struct DeadLetterTarget {
    bool set = false;
    std::string exchange;  ///< empty: the default exchange, to the queue that the key names
    std::string routingKey;
};

/// A queue's settings in the words of the catalogue, out of its arguments and the policy that holds for it:
/// of limits that both set the lower holds, else the argument wins (Policies, "Combining Policy
/// Definitions"). `queue` is its object of the management API.
Properties queueProperties(const Json& queue, const Json& policy);
/// The other way: what a queue is declared with, {"durable":…,"auto_delete":…,"arguments":{…}}, out of the
/// settings of a step of a plan (BrokerStep::settings).
Json queueDeclaration(const Properties& settings);
DeadLetterTarget deadLetterTarget(const Json& queue, const Json& policy);

/// Reads the answer of /api/policies. Not an array: none.
std::vector<Policy> policiesOf(const Json& answer);
/// The definition of the one that holds: the highest priority whose pattern is found in the name. An empty
/// object: none. `queueType` empty: an exchange.
Json definitionFor(const std::vector<Policy>& policies, const std::string& name, std::string_view queueType);

/// Text of a member; empty when it is no text.
std::string textIn(const Json& object, std::string_view key);
bool flagIn(const Json& object, std::string_view key);

}  // namespace sluice::rabbitmq
