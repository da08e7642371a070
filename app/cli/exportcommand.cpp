#include <array>

#include "app/cli/command.h"

namespace sluice::cli {
namespace {

int exportDrawing(const Arguments& arguments) {
    if (arguments.value("-o").empty())
        return complain(Error{ErrorCode::InvalidInput, "-o OUT is missing: say which file to write", {}});
    return complain(Error{ErrorCode::Unsupported, "this build cannot paint", {}});
}

constexpr std::array<Option, 1> kOptions{
    {{"-o", "OUT", "the file to write; its ending decides the format: svg, png or pdf"}}};

}  // namespace

const Command& exportCommand() {
    static const Command command{"export",
                                 "FILE -o OUT.svg|OUT.png|OUT.pdf",
                                 "Write the drawing as SVG, PNG or PDF",
                                 kOptions,
                                 1,
                                 1,
                                 exportDrawing};
    return command;
}

}  // namespace sluice::cli
