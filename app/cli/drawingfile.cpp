#include "app/cli/drawingfile.h"

#include <fmt/format.h>

namespace sluice::cli {

Result<LoadedDiagram> loadFile(const std::string& file) {
    return loadDiagram(file == "-" ? "/dev/stdin" : file);
}

Result<Diagram> drawingIn(const std::string& file) {
    auto loaded = loadFile(file);
    if (!loaded)
        return loaded.error();
    for (const Error& warning : loaded->warnings)
        fmt::print(stderr, "sluice-cli: {}: {}\n", file, warning.text());
    return std::move(loaded->diagram);
}

}  // namespace sluice::cli
