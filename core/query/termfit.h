#pragma once

#include <nlohmann/json.hpp>
#include <string_view>

#include "core/query/eventquery.h"

namespace sluice {

/// Whether what a term looks at is what it asks for. Of several values one has to fit, but with `!=` none may
/// be it. `text` in lower case.
bool textFits(const QueryTerm& term, std::string_view text);
bool numbersFit(const QueryTerm& term, double number);
/// Null: there is no such member. "address.city" may be one name, or a name within another.
const nlohmann::ordered_json* memberNamed(const nlohmann::ordered_json& object, std::string_view name);
/// The member with the term's name; "address.city" may be one name, or a name within another.
bool jsonFits(const QueryTerm& term, const nlohmann::ordered_json& object);
bool jsonValueFits(const QueryTerm& term, const nlohmann::ordered_json& value);

}  // namespace sluice
