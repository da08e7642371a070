#pragma once

#include "core/base/result.h"
#include "core/diagram/properties.h"
#include "core/trace/entitytable.h"

namespace sluice {

/// The table as an object with the keys "entities", "types" and "names".
Json entityTableToJson(const EntityTable& table);

/// Reads it again. Errors: a member of another type, a kind that this version does not know, links to what is
/// not in the table, and a table whose states would not fit in memory.
Result<EntityTable> entityTableFromJson(const Json& json);

}  // namespace sluice
