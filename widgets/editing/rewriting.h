#pragma once

#include <functional>

#include "core/diagram/diagram.h"

namespace sluice {

/// Gives the new id for an old one; the same when it stays.
using IdMap = std::function<std::string(const std::string&)>;

/// Replaces the ids that properties and handlers refer to (catalogue types Reference and Message).
/// True when something changed.
bool rewriteReferences(Element& element, const IdMap& references, const IdMap& messages);
bool rewriteReferences(Link& link, const IdMap& references, const IdMap& messages);
bool rewriteReferences(Scenario& scenario, const IdMap& references, const IdMap& messages,
                       const Diagram& diagram);

}  // namespace sluice
