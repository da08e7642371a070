#pragma once

#include <cstdint>
#include <memory>
#include <span>
#include <vector>

#include "core/base/result.h"
#include "core/diagram/diagram.h"
#include "core/trace/entitytable.h"

namespace sluice {

/// What a recording says of itself before its first event: everything that is needed to show it.
struct RecordingHeader {
    Diagram diagram;
    Scenario scenario;  ///< as it was run
    std::uint64_t seed = 0;
    std::shared_ptr<const EntityTable> table;
};

/// The header as the recording's first chunk holds it.
std::vector<std::uint8_t> writeRecordingHeader(const RecordingHeader& header);

/// Reads it again. `warnings` gets what was wrong with the drawing that did not prevent reading. Errors: no
/// header, and those of parseDiagram.
Result<RecordingHeader> readRecordingHeader(std::span<const std::uint8_t> bytes,
                                            std::vector<Error>& warnings);

}  // namespace sluice
