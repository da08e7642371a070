#include "app/cli/optionvalues.h"

namespace sluice::cli {

Result<std::optional<Duration>> durationOf(const Arguments& arguments, std::string_view option) {
    if (!arguments.has(option))
        return std::optional<Duration>();
    const auto duration = parseDuration(arguments.value(option));
    if (!duration)
        return Error{ErrorCode::InvalidInput, duration.error().sentence, std::string(option)};
    return std::optional(*duration);
}

}  // namespace sluice::cli
