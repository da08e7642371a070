#include <fmt/format.h>

#include <array>
#include <cstdio>

#include "app/cli/command.h"
#include "app/cli/texttable.h"
#include "core/diagram/spelling.h"

namespace sluice::cli {

int complain(const Error& error) {
    fmt::print(stderr, "sluice-cli: {}\n", error.text());
    return kUnusable;
}

int complain(const std::string& file, const Error& error) {
    // An error of the file system names the file itself; one of its content names the place inside.
    if (error.where == file)
        return complain(error);
    fmt::print(stderr, "sluice-cli: {}: {}\n", file, error.text());
    return kUnusable;
}

namespace {

std::array<const Command*, 19> commands() {
    return {&runCommand(),      &replayCommand(),  &compareCommand(),  &sweepCommand(),    &checkCommand(),
            &validateCommand(), &exportCommand(),  &importCommand(),   &discoverCommand(), &watchCommand(),
            &driftCommand(),    &applyCommand(),   &browseCommand(),   &publishCommand(),  &purgeCommand(),
            &offsetsCommand(),  &redriveCommand(), &examplesCommand(), &newCommand()};
}

void printHelp() {
    fmt::print(
        "Run, check and export drawings of event-driven architectures.\n\nUsage: sluice-cli COMMAND ...\n\n");
    for (const Command* command : commands())
        fmt::print("  {}  {}\n", padded(command->name, 8, false), command->summary);
    fmt::print(
        "\n  --help     this text; sluice-cli COMMAND --help for one command\n"
        "  --version  the version\n\n"
        "Exit status: 0 all is well, 1 an expectation or a validation failed, 2 the input cannot be used.\n");
}

void printHelp(const Command& command) {
    fmt::print("{}.\n\nUsage: sluice-cli {} {}\n", command.summary, command.name, command.usage);
    std::size_t width = 6;
    const auto left = [](const Option& option) {
        return std::string(option.name) + (option.value.empty() ? "" : " " + std::string(option.value));
    };
    for (const Option& option : command.options)
        width = std::max(width, lengthOf(left(option)));
    fmt::print("\n");
    for (const Option& option : command.options)
        fmt::print("  {}  {}\n", padded(left(option), width, false), option.help);
    fmt::print("  {}  this text\n", padded("--help", width, false));
}

/// What stands at that place of a usage, counted without options: the ADDRESS of "FILE ADDRESS [--json]".
std::string placeInUsage(std::string_view usage, std::size_t place) {
    while (!usage.empty()) {
        const std::size_t space = std::min(usage.find(' '), usage.size());
        const std::string_view word = usage.substr(0, space);
        if (word.starts_with('-') || word.starts_with('['))
            break;
        if (place-- == 0)
            return std::string(word);
        usage.remove_prefix(std::min(space + 1, usage.size()));
    }
    return "a file";
}

int start(const Command& command, std::span<const std::string> words) {
    for (const std::string& word : words) {
        if (word == "--help" || word == "-h") {
            printHelp(command);
            return kWell;
        }
    }
    const auto arguments = parseArguments(words, command.options);
    if (!arguments)
        return complain(arguments.error());
    const std::size_t files = arguments->files.size();
    if (files < command.leastFiles || files > command.mostFiles) {
        const std::string what =
            files < command.leastFiles
                ? fmt::format("{} is missing", placeInUsage(command.usage, files))
                : fmt::format("'{}' is one too many", arguments->files[command.mostFiles]);
        return complain(Error{ErrorCode::InvalidInput,
                              fmt::format("{}; usage: sluice-cli {} {}", what, command.name, command.usage),
                              {}});
    }
    return command.run(*arguments);
}

int start(std::span<const std::string> words) {
    if (words.empty()) {
        printHelp();
        return kUnusable;
    }
    if (words.front() == "--help" || words.front() == "-h" || words.front() == "help") {
        printHelp();
        return kWell;
    }
    if (words.front() == "--version") {
        fmt::print("sluice-cli {}\n", SLUICE_VERSION);
        return kWell;
    }
    std::vector<std::string_view> names;
    for (const Command* command : commands()) {
        if (command->name == words.front())
            return start(*command, words.subspan(1));
        names.push_back(command->name);
    }
    return complain(Error{ErrorCode::InvalidInput,
                          fmt::format("there is no command '{}'{} (sluice-cli --help lists them)",
                                      words.front(), suggestion(words.front(), names)),
                          {}});
}

}  // namespace
}  // namespace sluice::cli

int main(int argc, char** argv) {
    const std::vector<std::string> words(argv + 1, argv + argc);
    const int status = sluice::cli::start(words);
    // Output that did not arrive (a full disk, a closed pipe) is no success.
    if (std::fflush(stdout) != 0 || std::ferror(stdout) != 0)
        return status == 0 ? sluice::cli::kUnusable : status;
    return status;
}
