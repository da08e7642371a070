#pragma once

#include <string>
#include <string_view>

#include "core/interchange/importedtrace.h"

namespace sluice {

/// Events from a CSV whose first row names its columns, in any order; those of eventCsvColumns() and, in
/// their place, what others call them: `timestamp`, `time_ms`, `event`, `queue`, `service`, `message_id`, ...
/// Needed are a time and a kind. Columns that nobody knows are passed over. Parted by commas, semicolons or
/// tabs.
///
/// A row that cannot be used is passed over with a warning that names its line. Errors: no such columns, no
/// row that can be used.
Result<ImportedTrace> importCsv(std::string_view text, const std::string& name);

}  // namespace sluice
