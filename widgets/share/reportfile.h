#pragma once

#include <QString>

#include "core/report/incidentreport.h"
#include "widgets/theme/theme.h"

namespace sluice {

/// Writes an incident report with its pictures; the path's ending decides what it is: `md` (pictures lie
/// beside it, "NAME-1.png"), `html` (one file, light or dark as its reader's browser) or `pdf` (A4).
/// `progress` is called with the share that is done, 0 to 1; false cancels. Needs a QGuiApplication; on any
/// thread. Errors: those of incidentReport(), another ending, a folder that cannot be written, Cancelled.
Result<void> exportReport(const Diagram& diagram, const Scenario* scenario, const TraceStore& store,
                          const ReportScope& scope, const QString& path,
                          const std::function<bool(double)>& progress = {});

}  // namespace sluice
