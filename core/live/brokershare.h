#pragma once

#include <span>

#include "core/diagram/diagram.h"

namespace sluice {

/// Of a drawing that stands for several brokers of one kind, what one of them is to have: all but what it
/// lacks and another one has. `own` is what it has, `others` what they have. What is drawn more than once by
/// one name is one thing there: as that broker has it, if it is drawn so, else as it is drawn first.
Diagram shareOf(const Diagram& drawing, const Diagram& own, std::span<const Diagram* const> others);

}  // namespace sluice
