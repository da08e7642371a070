#pragma once

#include <functional>
#include <span>
#include <string>
#include <string_view>

#include "core/trace/tracestore.h"

namespace sluice {

/// The columns of a CSV of events: what every event has (time in seconds with nine decimals, kind, element
/// with its kind and, of links, its ends, message; of a delivery the ends are those of the link it goes to),
/// then one for each field that some kind has, then cause and marks. Numbers are exact: importCsv() gives the
/// same events again. Instances count from 1; durations are in seconds with nine decimals.
std::span<const std::string_view> eventCsvColumns();

/// The head, with its line break.
std::string eventCsvHead();
/// One row, with its line break.
std::string eventCsvRow(const TraceEvent& event, const EntityTable& table);

}  // namespace sluice
