#pragma once

#include "core/diagram/properties.h"
#include "plugins/api/brokerbrowse.h"

namespace sluice::rabbitmq {

/// What it does to a queue when `held` of its messages are taken and given back. `queue` is its object of the
/// management API, `major` the broker's version. From the broker's documentation: a classic queue marks what
/// came back as redelivered (Consumer Acknowledgements); a quorum queue counts it against the delivery limit,
/// and past that kills the message (Quorum Queues, "Poison Message Handling"; since 4.0 the limit is 20 where
/// none is set); what comes back to a queue that is full meanwhile pushes others out (Queue Length Limit);
/// reading a stream changes nothing (Streams).
BrowseForecast peekForecast(const Json& queue, int major, qint64 held);

}  // namespace sluice::rabbitmq
