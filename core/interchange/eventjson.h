#pragma once

#include <string>

#include "core/trace/entitytable.h"
#include "core/trace/event.h"

namespace sluice {

/// An event as a JSON object on one line: sequence, time in seconds and in ns, kind, element's id, and the
/// fields of the kind; durations in seconds.
std::string eventJson(Sequence sequence, const TraceEvent& event, const EntityTable& table);

}  // namespace sluice
