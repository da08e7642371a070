#pragma once

#include <optional>
#include <string>
#include <vector>

#include "core/diagram/diagram.h"
#include "core/incident/incident.h"
#include "core/incident/incidentstates.h"
#include "core/report/reportdocument.h"
#include "core/share/excerpt.h"
#include "core/trace/tracestore.h"

namespace sluice {

/// What an incident report is made of.
struct ReportScope {
    TraceTime from{};
    TraceTime to = TraceTime::max();  ///< included
    /// This incident alone (see areSame()), with the redrives of its messages; nothing: all.
    std::optional<Incident> only{};
    std::vector<ExcerptNote> notes{};
    std::vector<std::string> masks{};  ///< names of fields and headers whose values are not told
    IncidentStates states{};           ///< what people said of the incidents
};

/// What a person who was not there wants to know of dead letters: a summary, what happened when, for each
/// incident its state and what people did with it, its cause step by step with the rules behind it, whom and
/// what it touched, the drawing at that moment and the messages; and the log of what was redriven, by whom,
/// and with which payloads changed, where something was. `scenario` is the one that was run; null: none. The
/// incidents are those that had a message die within the range. Any thread. Errors: the range ends before it
/// begins.
Result<ReportDocument> incidentReport(const Diagram& diagram, const Scenario* scenario,
                                      const TraceStore& store, const ReportScope& scope);

}  // namespace sluice
