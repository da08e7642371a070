#pragma once

#include <span>

#include "core/diagram/scenario.h"
#include "core/report/reportdocument.h"
#include "core/trace/tracestore.h"

namespace sluice {

/// Appends the log of what was redriven: when, from where to where, with which verdict, by whom, and what
/// somebody changed of a payload before. `redriven` are the trace's events of that kind; `scenario` tells of
/// those who did it by hand, null: nobody did. Appends nothing when nothing was redriven.
void tellRedrives(ReportDocument& report, std::span<const TraceEvent> redriven, const TraceStore& store,
                  const Scenario* scenario, const std::vector<std::string>& masks);

}  // namespace sluice
