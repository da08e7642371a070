#pragma once

#include "core/diagram/document.h"

namespace sluice {

/// Adds the alert rule, or replaces the one with its id; a new one without an id gets one of its name or
/// condition.
Edit putAlertRule(const Document& document, AlertRule rule);
Edit removeAlertRule(const Document& document, const std::string& id);

}  // namespace sluice
