#pragma once

#include "core/diagram/properties.h"
#include "plugins/rabbitmq/httptransport.h"

namespace sluice::rabbitmq {

/// Asks the management API, and waits for what it answers; for threads that may. JSON that cannot be read
/// comes as a discarded value.
BrokerProblem waitForAnswer(HttpTransport& transport, const QString& path, Json& answer);

}  // namespace sluice::rabbitmq
