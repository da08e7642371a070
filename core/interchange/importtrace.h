#pragma once

#include <string>
#include <string_view>

#include "core/interchange/importedtrace.h"

namespace sluice {

/// A trace that something else has written. What the text is, is found out from the text: OTLP JSON, a log of
/// RabbitMQ's firehose (text or JSON), else a CSV of events; UTF-8, UTF-16 with its mark, or else taken as
/// Windows-1252 with a warning. `name` is what the drawing is called. Any thread. Errors: those of
/// importOtlp(), importFirehose() and importCsv().
Result<ImportedTrace> importTrace(std::string_view bytes, const std::string& name);

/// The same from a file; the drawing is called as the file is. Errors: also that it cannot be read, or is
/// larger than 2 GB.
Result<ImportedTrace> importTraceFile(const std::string& path);

}  // namespace sluice
