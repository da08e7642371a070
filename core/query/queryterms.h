#pragma once

#include <optional>
#include <string_view>

#include "core/query/eventquery.h"

namespace sluice {

/// The term that begins with this field, without values yet: "queue", "duration", "field.email". Nothing when
/// there is no such field.
std::optional<QueryTerm> termFor(std::string_view field);

/// Takes a value as written into the term. Errors, without a place: not what the field compares with.
Result<void> addValue(QueryTerm& term, std::string_view text);

}  // namespace sluice
