#pragma once

#include <optional>
#include <string>
#include <string_view>

#include "core/browse/brokermessage.h"
#include "core/trace/entitytable.h"

namespace sluice {

/// What a message says of itself, wherever its sender's framework puts it: AMQP's properties, Kafka's
/// headers, CloudEvents, W3C Trace Context. What was masked says nothing.

/// The id of the conversation that it belongs to, the same on every broker: correlation id, else the trace id
/// of `traceparent` or of B3. Empty: it names none.
std::string correlationOf(const BrokerMessage& message);
/// Its own id. Empty: it has none.
std::string identityOf(const BrokerMessage& message);
/// The id of the message that caused it. Empty: it names none.
std::string causeOf(const BrokerMessage& message);
/// The name of its type, without the namespace of a class. Empty: it names none.
std::string typeNameOf(const BrokerMessage& message);
/// When what it tells of happened, since 1970: from a header, else from the first field of `type` that is a
/// time and that the body has. Nothing: it does not say. The broker's own timestamp is none.
std::optional<TraceTime> eventTimeOf(const BrokerMessage& message, const nlohmann::ordered_json& body,
                                     const TracedType* type);

}  // namespace sluice
