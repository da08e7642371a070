#pragma once

#include <string>

#include "core/trace/entitytable.h"
#include "core/trace/event.h"

namespace sluice::cli {

/// "   12.5s  dead lettered  Commands  m-17  target Dead commands, reason rejected, cause unexpected error"
std::string textLine(Sequence sequence, const TraceEvent& event, const EntityTable& table);

}  // namespace sluice::cli
