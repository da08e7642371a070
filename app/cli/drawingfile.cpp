#include "app/cli/drawingfile.h"

#include <fmt/format.h>

#include <cstdio>

#include "core/diagram/jsontext.h"

namespace sluice::cli {
namespace {

Result<LoadedDiagram> readInput() {
    std::string text;
    std::string chunk(std::size_t{1} << 16U, '\0');
    // Beyond the limit parseDiagram() says so.
    while (text.size() <= kLargestText) {
        const std::size_t count = std::fread(chunk.data(), 1, chunk.size(), stdin);
        if (count == 0)
            break;
        text.append(chunk, 0, count);
    }
    if (std::ferror(stdin))
        return Error{ErrorCode::InputOutput, "standard input cannot be read", "-"};
    return parseDiagram(text);
}

}  // namespace

Result<LoadedDiagram> loadFile(const std::string& file) {
    return file == "-" ? readInput() : loadDiagram(file);
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
