#pragma once

#include <string>
#include <string_view>

#include "core/trace/event.h"

namespace sluice {

/// "redelivered late": the flags of an event in words, with spaces between.
std::string marksText(const TraceEvent& event);
/// The flags for such words; nothing for those that are none.
std::uint8_t flagsOf(std::string_view words, EventKind kind);

}  // namespace sluice
