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
    std::map<std::string, std::string, std::less<>> options;  ///< by name; a switch has an empty value
    [[nodiscard]] bool has(std::string_view option) const { return options.contains(option); }
    /// Empty when it was not given.
    [[nodiscard]] std::string value(std::string_view option) const;
};

/// "--name value" and "--name=value"; "--" ends the options; "-" is a file (standard input). Errors: unknown
/// option, with a suggestion; a value missing or too many.
Result<Arguments> parseArguments(std::span<const std::string> words, std::span<const Option> options);

}  // namespace sluice::cli
