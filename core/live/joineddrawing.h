#pragma once

#include "core/diagram/diagram.h"

namespace sluice {

/// Two drawings as one. Services, clients and other applications of the same kind and name are one element,
/// whichever broker they use; what brokers have stays apart. Ids and places of the second give way.
Diagram joined(Diagram first, const Diagram& second);

}  // namespace sluice
