#pragma once

#include <string>

#include "core/trace/entitytable.h"
#include "core/trace/event.h"

namespace sluice::cli {

/// "   12.5s  dead lettered  Commands  m-17  target Dead commands, reason rejected, cause unexpected error"
std::string textLine(Sequence sequence, const TraceEvent& event, const EntityTable& table);

/// The same as an object on one line: sequence, time in seconds, kind, element's id, and the fields of the
/// kind.
std::string jsonLine(Sequence sequence, const TraceEvent& event, const EntityTable& table);

}  // namespace sluice::cli
