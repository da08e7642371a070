#pragma once

#include <span>
#include <string_view>

#include "app/cli/arguments.h"

namespace sluice::cli {

/// What a command's end means to whoever called it.
enum ExitStatus : int { kWell = 0, kFailed = 1, kUnusable = 2 };

/// One of sluice-cli's commands.
struct Command {
    std::string_view name;
    std::string_view usage;  ///< what follows the name: "FILE [--seed N]"
    std::string_view summary;
    std::span<const Option> options;
    std::size_t leastFiles = 0;
    std::size_t mostFiles = 0;
    /// Prints to standard output; errors to standard error.
    int (*run)(const Arguments& arguments);
};

const Command& runCommand();
const Command& replayCommand();
const Command& compareCommand();
const Command& sweepCommand();
const Command& checkCommand();
const Command& validateCommand();
const Command& exportCommand();
const Command& importCommand();
const Command& discoverCommand();
const Command& watchCommand();
const Command& driftCommand();
const Command& applyCommand();
const Command& browseCommand();
const Command& publishCommand();
const Command& purgeCommand();
const Command& offsetsCommand();
const Command& redriveCommand();
const Command& examplesCommand();
const Command& newCommand();

/// "sluice-cli: PLACE: SENTENCE" on standard error; gives back kUnusable.
int complain(const Error& error);
int complain(const std::string& file, const Error& error);

}  // namespace sluice::cli
