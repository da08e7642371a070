#pragma once

#include <string>
#include <string_view>

#include "core/trace/alertlist.h"
#include "core/trace/entitytable.h"

namespace sluice {

/// The rule's name for people.
std::string ruleName(const Alert& alert, const EntityTable& table);
/// What it is about: the element's or link's name; "broker".
std::string subjectName(const Alert& alert, const EntityTable& table);
/// The reading when it was raised, with its unit, as the rule's metric is written; the bare number where the
/// rule cannot be read. Empty for silence.
std::string levelText(const Alert& alert, const EntityTable& table);
/// The same for a rule that the table does not have, since it was made during a watch: `when` is its
/// condition.
std::string levelText(const Alert& alert, std::string_view when);

}  // namespace sluice
