#pragma once

#include <string>
#include <vector>

#include "core/base/kinds.h"
#include "core/diagram/properties.h"

namespace sluice {

/// When somebody wants to be told about a run, a replay or a live broker.
struct AlertRule {
    std::string id;
    std::string name;
    std::string when;  ///< "queue:orders depth > 1000 for 30s, clear < 500"; core/alerts reads it
    AlertSeverity severity = AlertSeverity::Warning;
    std::vector<std::string> quiet{};  ///< "22:00-07:00", local time: raised as ever, but nobody is disturbed
    bool record = false;               ///< keep a recording of what led to it
    bool enabled = true;
    std::string note{};
    Properties properties{};  ///< keys a newer version added
    bool operator==(const AlertRule&) const = default;
};

}  // namespace sluice
