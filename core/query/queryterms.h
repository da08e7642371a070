#pragma once

#include <optional>
#include <string_view>

#include "core/query/eventquery.h"

namespace sluice {

/// The term that begins with this field, without values yet: "queue", "duration", "field.email". Nothing when
/// there is no such field.
std::optional<QueryTerm> termFor(std::string_view field);

/// What is asked: the events of a trace, whose time counts from its beginning, or messages that a broker
/// keeps, whose times are dates.
enum class QueryTarget : std::uint8_t { Events, Messages };

/// Takes a value as written into the term. Errors, without a place: not what the field compares with.
Result<void> addValue(QueryTerm& term, std::string_view text, QueryTarget target = QueryTarget::Events);

/// Whether messages that a broker keeps have what the term looks at.
bool isOfMessages(const QueryTerm& term);

}  // namespace sluice
