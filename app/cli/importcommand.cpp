#include <fmt/format.h>

#include <array>
#include <filesystem>

#include "app/cli/command.h"
#include "app/cli/plural.h"
#include "core/interchange/importtrace.h"
#include "widgets/share/importedrecording.h"

namespace sluice::cli {
namespace {

int importFile(const Arguments& arguments) {
    const std::string& file = arguments.files.front();
    const std::string out = arguments.value("-o");
    if (out.empty())
        return complain(
            Error{ErrorCode::InvalidInput, "-o OUT.sluicerec is missing: say which file to write", {}});
    auto trace = importTraceFile(file);
    if (!trace)
        return complain(file, trace.error());
    for (const Error& warning : trace->warnings)
        fmt::print(stderr, "sluice-cli: {}: {}\n", file, warning.text());
    const auto written = recordImported(std::move(*trace), out);
    if (!written)
        return complain(out, written.error());
    fmt::print("{}, {}, {}, {}\n", plural(written->events, "event"), plural(written->elements, "element"),
               plural(written->links, "link"), plural(written->messages, "message"));
    return kWell;
}

constexpr std::array<Option, 1> kImportOptions{{
    {"-o", "OUT.sluicerec", "the recording to write"},
}};

}  // namespace

const Command& importCommand() {
    static const Command command{
        "import",
        "FILE -o OUT.sluicerec",
        "Make a recording of a trace from elsewhere: CSV, OpenTelemetry, RabbitMQ firehose",
        kImportOptions,
        1,
        1,
        importFile};
    return command;
}

}  // namespace sluice::cli
