#pragma once

#include "core/diagram/diagram.h"

namespace sluice {

/// Moves the parts of a drawing that nothing joins (no link, no group in common) beside each other, the
/// highest first, so that the whole is about as wide as a window: laid out on their own they stand in one
/// column, and what a broker has is mostly many small parts. Within a part nothing moves.
void packParts(Diagram& diagram);

}  // namespace sluice
