#pragma once

#include <nlohmann/json.hpp>
#include <string>

#include "core/trace/tracestore.h"

namespace sluice {

/// A simulated message as a person would see it on the broker: the body with the type's fields, and its
/// headers (message-id, correlation-id, causation-id, type, schema-version, event-time, and the acting
/// user with roles where a client began the chain). Derived from the seed, the message's key and id alone, so
/// that it is never stored and always the same. A live message has what it had on the broker, masked and cut.
struct Payload {
    nlohmann::ordered_json body;
    nlohmann::ordered_json headers;
};

/// The message must be one of a trace made with that table.
Payload payloadOf(const MessageInfo& message, const EntityTable& table);

}  // namespace sluice
