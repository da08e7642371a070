#pragma once

#include <string_view>

#include "plugins/api/brokerconnection.h"

namespace sluice::rabbitmq {

/// The management API's answers about one virtual host, as they came. What was not asked for is empty.
struct TopologyAnswers {
    std::string_view virtualHost = "/";
    std::string_view exchanges;
    std::string_view queues;
    std::string_view bindings;
    std::string_view policies;
    std::string_view consumers;
    std::string_view connections;
    std::string_view channels;
    std::string_view
        published;  ///< detailed Prometheus endpoint: channel_exchange and channel_queue_exchange
};

/// Draws what RabbitMQ has: exchanges, queues with their settings (arguments and policies), bindings,
/// dead-letter links, applications that consume or publish, by their connection's name. Without places.
/// Errors: an answer that is no JSON, or JSON of something else; `where` names it ("queues").
Result<Discovery> drawBroker(const TopologyAnswers& answers, const std::string& name);

/// "warehouse-2" is an instance of "warehouse": a name without the number, port or address at its end.
std::string applicationOf(std::string_view connectionName);

}  // namespace sluice::rabbitmq
