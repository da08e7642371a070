#pragma once

#include <optional>
#include <string>

#include "core/live/messagesighting.h"

namespace sluice::rabbitmq {

/// What a message of the exchange amq.rabbitmq.trace tells of another. Source: "Firehose Tracer", the format
/// of its messages. Nothing when it is none of these.
std::optional<MessageSighting> sightingOf(BrokerMessage traced);

}  // namespace sluice::rabbitmq
