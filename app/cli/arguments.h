#pragma once

#include <map>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "core/base/result.h"

namespace sluice::cli {

/// An option that a command understands.
struct Option {
    std::string_view name;   ///< "--seed"
    std::string_view value;  ///< what follows it, for the help: "N"; empty for a switch
    std::string_view help;
};

/// What stands on a command line after the command's name.
struct Arguments {
    std::vector<std::string> files;
    /// By name, with every value that it was given; a switch has an empty one.
    std::map<std::string, std::vector<std::string>, std::less<>> options;
    [[nodiscard]] bool has(std::string_view option) const { return options.contains(option); }
    /// The last one counts. Empty when it was not given.
    [[nodiscard]] std::string value(std::string_view option) const;
    /// All of an option that may be repeated, in their order.
    [[nodiscard]] std::vector<std::string> values(std::string_view option) const;
};

/// "--name value" and "--name=value"; "--" ends the options; "-" is a file (standard input). Errors: unknown
/// option, with a suggestion; a value missing or too many.
Result<Arguments> parseArguments(std::span<const std::string> words, std::span<const Option> options);

}  // namespace sluice::cli
