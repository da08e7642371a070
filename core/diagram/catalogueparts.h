#pragma once

#include "core/diagram/catalogue.h"

namespace sluice {

/// The part of the catalogue that describes what a broker holds: exchange, queue, topic and table.
std::span<const PropertyInfo> brokerProperties(ElementKind kind);

}  // namespace sluice
