#pragma once

#include <QString>
#include <functional>
#include <memory>

#include "core/trace/tracestore.h"

namespace sluice {

/// Whether the name ends in .csv, .jsonl or .otlp.json.
bool isTracePath(const QString& path);

/// Writes the events from `from` to `to`, both included, in that format, of CSV and JSON Lines those that the
/// query holds for (empty: all); beside the file at first, so that a failure leaves an older one untouched.
/// Any thread; `progress` takes the share that is done, false cancels. Errors: the query, the file,
/// Cancelled.
Result<void> exportTrace(const std::shared_ptr<const TraceStore>& store, TraceTime from, TraceTime to,
                         const std::string& query, const QString& path,
                         const std::function<bool(double)>& progress = {});

}  // namespace sluice
