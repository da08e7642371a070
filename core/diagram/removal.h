#pragma once

#include <span>
#include <vector>

#include "core/diagram/edit.h"

namespace sluice {

/// The changes of one edit that take away the elements, links and groups named (others are passed over) and
/// everything that would point to nothing without them: the links of removed elements, handlers for and steps
/// over a removed link, actions, expectations and overrides of what is removed, and properties that name it.
/// What a handler or an expectation was for cannot be guessed anew, so it goes instead of meaning "any".
std::vector<AnyChange> removalOf(const Diagram& diagram, std::span<const Id> ids);

/// The same for a message type: handlers for it go, and properties that name it have their default again.
std::vector<AnyChange> removalOfMessage(const Diagram& diagram, const std::string& message);

}  // namespace sluice
