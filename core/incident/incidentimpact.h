#pragma once

#include <string>
#include <vector>

#include "core/incident/incident.h"
#include "core/trace/tracestore.h"

namespace sluice {

/// A later message that was worked off while an earlier one of its business operation and key was a dead
/// letter: the two are out of order now.
struct Overtaking {
    MessageId letter = 0;
    MessageId later = 0;
    TraceTime at{};              ///< when the later one was worked off
    Sequence sequence = 0;       ///< that event
    EntityId place = kNoEntity;  ///< the service
    bool operator==(const Overtaking&) const = default;
};

/// Whom and what an incident touched. Computed when somebody looks at it.
struct IncidentImpact {
    std::vector<std::string> users;      ///< distinct acting users, sorted
    std::vector<std::string> keys;       ///< distinct keys, as text
    std::vector<std::string> types;      ///< of its messages
    std::vector<Overtaking> outOfOrder;  ///< by time; at most 1,000
    double perSecond = 0;                ///< dead letters; 0 for a single one
    bool operator==(const IncidentImpact&) const = default;
};

/// Of the events before `end`. Reads the trace from the incident's first message on.
IncidentImpact impactOf(const Incident& incident, const TraceStore& store, Sequence end);

/// The incidents as a text to paste elsewhere: a paragraph each.
std::string textOf(const std::vector<Incident>& incidents, const TraceStore& store, Sequence end);

}  // namespace sluice
