#pragma once

#include "core/diagram/properties.h"

#include "core/share/excerpt.h"

namespace sluice {

/// The excerpt as the player of a shared page reads it: columns, whose times and ids are differences from
/// the row before, and the names that its numbers stand for. `masks` as in ExcerptScope: where a key's field
/// is masked, so are the keys.
Json excerptJson(const Excerpt& excerpt, const EntityTable& table, const std::vector<std::string>& masks);

/// JSON that stands inside a <script> element and cannot end it: no "<", which begins every tag and comment.
std::string embeddedJson(const Json& json);

}  // namespace sluice
