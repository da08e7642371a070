#pragma once

#include <string>

#include "core/base/result.h"
#include "core/interchange/importedtrace.h"

namespace sluice {

/// What came of an import.
struct ImportCounts {
    std::size_t events = 0;
    std::size_t elements = 0;
    std::size_t links = 0;
    std::size_t messages = 0;
};

/// Lays the drawing of an imported trace out and writes it with its events as a recording. Any thread; one at
/// a time (see arrangeDiagram). Errors: those of RecordingWriter.
Result<ImportCounts> recordImported(ImportedTrace trace, const std::string& path);

}  // namespace sluice
