#pragma once

#include <QString>

#include "core/diagram/catalogue.h"

namespace sluice {

struct Theme;

/// "rejectPublish" as "Reject publish"; abbreviations in capitals.
QString readableChoice(std::string_view choice);

}  // namespace sluice

/// What the inspector says of a property, in the language of the program.
namespace sluice::propertywords {

/// A text of the catalogue.
QString translated(std::string_view text);
/// What stands behind a number: "messages", "/s", "%"; empty for none. `one`: behind a one, "message".
QString unit(const PropertyInfo& property, bool one = false);
/// What the least value of a number stands for: "all" where that is -1; empty when it is a number as any.
QString leastWord(const PropertyInfo& property);
/// Text of a value: a string without its quotes, anything else as JSON; empty for null.
QString text(const Json& value);
/// Rich text: label and the broker's own name, help, and what may be written with unit, range and default.
QString description(const PropertyInfo& property, const Theme& theme);

}  // namespace sluice::propertywords
