#pragma once

#include "core/base/result.h"
#include "core/diagram/document.h"

namespace sluice {

/// Adds the entry to the message catalogue, or with `old` replaces that one: properties and handlers that use
/// it follow to a new id. Errors: the id is empty, or another entry has it.
Result<Edit> putMessage(const Document& document, const std::string& old, const MessageType& message);
/// With the handlers for it; properties that name it have their default again.
Edit removeMessage(const Document& document, const std::string& id);

/// Adds the scenario, or replaces the one with its id.
Edit putScenario(const Document& document, const Scenario& scenario, const std::string& mergeKey = {});
Edit removeScenario(const Document& document, const std::string& id);

/// "Something", "Something 2", ...: what no message type (scenario) has as its id (name) yet.
std::string freeMessageId(const Diagram& diagram, const std::string& wanted);
std::string freeScenarioId(const Diagram& diagram, const std::string& wanted);

}  // namespace sluice
