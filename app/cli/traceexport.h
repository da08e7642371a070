#pragma once

#include <QString>

#include "core/record/recording.h"

namespace sluice::cli {

/// Whether the name ends in .csv, .jsonl or .otlp.json.
bool isTracePath(const QString& path);

/// Writes the recording's events in that format, of CSV and JSON Lines those that the query holds for; beside
/// the file at first, so that a failure leaves an older one untouched. Errors: the query, the file.
Result<void> exportTrace(const Recording& recording, TraceTime from, TraceTime to, const std::string& query,
                         const QString& path);

}  // namespace sluice::cli
