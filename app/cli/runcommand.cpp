#include <fmt/format.h>

#include <array>
#include <charconv>

#include "app/cli/command.h"
#include "app/cli/report.h"
#include "core/diagram/file.h"

namespace sluice::cli {
namespace {

Result<RunOptions> optionsOf(const Arguments& arguments) {
    RunOptions options;
    options.scenario = arguments.value("--scenario");
    if (arguments.has("--until")) {
        const auto until = parseDuration(arguments.value("--until"));
        if (!until)
            return Error{ErrorCode::InvalidInput, until.error().sentence, "--until"};
        options.until = *until;
    }
    if (arguments.has("--seed")) {
        const std::string text = arguments.value("--seed");
        std::uint64_t seed = 0;
        const auto parsed = std::from_chars(text.data(), text.data() + text.size(), seed);
        if (text.empty() || parsed.ec != std::errc() || parsed.ptr != text.data() + text.size())
            return Error{ErrorCode::InvalidInput,
                         fmt::format("must be a whole number from 0 to 18446744073709551615, is '{}'", text),
                         "--seed"};
        options.seed = seed;
    }
    return options;
}

int run(const Arguments& arguments) {
    const auto options = optionsOf(arguments);
    if (!options)
        return complain(options.error());
    const std::string& file = arguments.files.front();
    const auto loaded = loadDiagram(file == "-" ? "/dev/stdin" : file);
    if (!loaded)
        return complain(file, loaded.error());
    for (const Error& warning : loaded->warnings)
        fmt::print(stderr, "sluice-cli: {}: {}\n", file, warning.text());
    const auto finished = play(loaded->diagram, *options);
    if (!finished)
        return complain(file, finished.error());
    if (arguments.has("--json"))
        fmt::print("{}\n",
                   toJson(loaded->diagram, *finished).dump(2, ' ', false, Json::error_handler_t::replace));
    else
        fmt::print("{}", describe(loaded->diagram, *finished));
    return finished->met() ? kWell : kFailed;
}

constexpr std::array<Option, 4> kOptions{{
    {"--scenario", "NAME", "the scenario to play, by id or name; by default the first in the file"},
    {"--until", "DURATION", "stop at this time of the run, such as 90s, 2min or 1h30m"},
    {"--seed", "N", "the seed of all random streams, instead of the scenario's"},
    {"--json", "", "print JSON instead of tables; durations are in seconds"},
}};

}  // namespace

const Command& runCommand() {
    static const Command command{"run",
                                 "FILE [--scenario NAME] [--until DURATION] [--seed N] [--json]",
                                 "Play a scenario and print its outcome",
                                 kOptions,
                                 1,
                                 1,
                                 run};
    return command;
}

}  // namespace sluice::cli
