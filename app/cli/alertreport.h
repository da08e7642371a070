#pragma once

#include <string>
#include <vector>

#include "core/diagram/properties.h"
#include "core/trace/alertlist.h"
#include "core/trace/tracestore.h"

namespace sluice::cli {

/// "warning   Orders pile up, orders: raised at 12s with 1004, cleared at 34s", a line each.
std::string alertLine(const Alert& alert, const EntityTable& table);
std::string describeAlerts(const std::vector<Alert>& alerts, const EntityTable& table);
/// Times are in seconds, levels in the metric's unit.
Json alertsToJson(const std::vector<Alert>& alerts, const EntityTable& table);

/// The alerts that a trace holds.
std::vector<Alert> alertsIn(const TraceStore& store);
/// The alerts that these rules would have raised: the trace is asked again. `table` has the rules' names.
std::vector<Alert> alertsBy(const Diagram& rules, const TraceStore& store, EntityTable& table);

/// One of the rules from place `from` on raised an alert that is more than worth knowing.
bool isAlarming(const std::vector<Alert>& alerts, std::size_t from);

}  // namespace sluice::cli
