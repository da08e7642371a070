#pragma once

#include <unordered_map>
#include <vector>

#include "core/incident/incident.h"
#include "core/metrics/outcome.h"
#include "core/report/incidentreport.h"

namespace sluice {

/// What an incident report rests on: everything it tells of the trace but for single messages.
struct ReportEvidence {
    TraceTime from{};
    TraceTime to{};
    /// Those the scope asks for, by the time they opened, each with its state by trace and people.
    std::vector<Incident> incidents;
    std::unordered_map<MessageId, TraceEvent> told;  ///< what each client's message came to for its user
    std::vector<TraceEvent> redriven;                ///< and dead letters that were discarded
    std::vector<TraceEvent> marks;                   ///< actions, instances and alerts
    Outcome outcome;                                 ///< of everything up to `to`
};

/// One pass over the trace, up to the end of the range. Any thread. Errors: the range ends before it begins.
Result<ReportEvidence> collectEvidence(const TraceStore& store, const ReportScope& scope);

}  // namespace sluice
