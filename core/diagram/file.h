#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "core/base/result.h"
#include "core/diagram/diagram.h"

namespace sluice {

/// The version of the .sluice format this program writes.
inline constexpr int kFileVersion = 1;

/// A diagram that was read, and what was wrong with it that did not prevent reading.
struct LoadedDiagram {
    Diagram diagram;
    std::vector<Error> warnings;
};

/// Reads the text of a .sluice file. Errors have the place as in "nodes[3].ttl" or "line 12, column 5".
/// Limits: 64 MiB of text, nesting of 64.
Result<LoadedDiagram> parseDiagram(std::string_view text);

/// One element, link, group, message type and scenario per line, in the diagram's order; keys in a fixed
/// order; ends with a newline. parseDiagram(writeDiagram(d)) == d.
std::string writeDiagram(const Diagram& diagram);

/// Errors: the file cannot be read (with the system's reason), and those of parseDiagram.
Result<LoadedDiagram> loadDiagram(const std::string& path);

/// Atomic: written beside, flushed, then renamed over; the old file stays whole until the new one is on disk.
/// Errors: read-only folder, full disk, each with the system's reason.
Result<void> saveDiagram(const Diagram& diagram, const std::string& path);

}  // namespace sluice
