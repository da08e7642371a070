#pragma once

#include <span>

#include "core/diagram/scenario.h"
#include "core/report/reportdocument.h"
#include "core/trace/tracestore.h"

namespace sluice {

/// Appends the log of what was redriven: when, from where to where, with which verdict, by whom, and what
/// somebody changed of a payload before; and of what was discarded. `redriven` are those events of the trace;
/// `scenario` tells of those who did it by hand, null: nobody did. Appends nothing when there were none.
void tellRedrives(ReportDocument& report, std::span<const TraceEvent> redriven, const TraceStore& store,
                  const Scenario* scenario, const std::vector<std::string>& masks);

}  // namespace sluice
