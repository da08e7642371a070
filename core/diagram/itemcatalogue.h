#pragma once

#include "core/diagram/catalogue.h"

namespace sluice {

/// The properties that the element or link of that id can have; none when there is no such.
std::span<const PropertyInfo> catalogueOf(const Diagram& diagram, std::string_view id);

}  // namespace sluice
