#pragma once

#include <optional>
#include <string>

#include "core/record/recording.h"

namespace sluice::cli {

/// Prints why a message, "m-17" or "17", is where it is at a time of the recording (at its end), backwards,
/// with the rule behind each step. An exit status.
int printWhy(const Recording& recording, const std::string& message, std::optional<TraceTime> at, bool json);

}  // namespace sluice::cli
