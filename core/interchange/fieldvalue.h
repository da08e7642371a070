#pragma once

#include <string>

#include "core/diagram/properties.h"
#include "core/trace/entitytable.h"
#include "core/trace/eventfields.h"

namespace sluice {

/// A field of an event for people and for programs.
struct FieldValue {
    std::string text;  ///< "m-17", "Dead commands", "2", "1.25 ms", "expired"
    Json json;         ///< 17, "dead-commands", 2, 0.00125, "expired"; null when the event has no such field
};

/// Instances count from 1, durations are in seconds.
FieldValue valueOf(EventField field, const TraceEvent& event, const EntityTable& table);

/// The name of an element or link, or its id where it has none; empty for none.
std::string nameOf(EntityId id, const EntityTable& table);

}  // namespace sluice
