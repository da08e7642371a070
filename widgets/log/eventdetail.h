#pragma once

#include <QString>

#include "core/trace/entitytable.h"
#include "core/trace/event.h"

namespace sluice::eventwords {

/// What there is to say of an event besides its title and place, in plain words: "to instance 2 after 3.20 ms
/// in the queue". Empty for nothing.
QString detail(const TraceEvent& event, const EntityTable& table);

}  // namespace sluice::eventwords
