#pragma once

#include "core/diagram/file.h"

namespace sluice::cli {

/// A file of the command line; "-" is standard input. Errors: those of loadDiagram.
Result<LoadedDiagram> loadFile(const std::string& file);

/// Likewise; what the loader warns of goes to standard error.
Result<Diagram> drawingIn(const std::string& file);

}  // namespace sluice::cli
