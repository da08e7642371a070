#pragma once

#include <string>
#include <string_view>

#include "core/interchange/importedtrace.h"

namespace sluice {

/// A log of RabbitMQ's firehose as the plugin rabbitmq_tracing writes it, in its text or its JSON format:
/// what was published and what was delivered. Source: rabbitmq_tracing, rabbit_tracing_consumer.erl.
///
/// Messages without a message id are told apart by their exchange, routing keys and payload: who is delivered
/// gets the one that has waited longest in that queue. The firehose does not tell of acknowledgements, so
/// what was delivered stays unacknowledged, and a warning says so. Records that cannot be used are passed
/// over with a warning that names their line. Errors: no record that can be used.
Result<ImportedTrace> importFirehose(std::string_view text, const std::string& name);

}  // namespace sluice
