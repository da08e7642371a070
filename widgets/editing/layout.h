#pragma once

#include <span>

#include "core/base/result.h"
#include "core/diagram/diagram.h"
#include "core/diagram/edit.h"

namespace sluice {

/// Places elements in layers from left to right along their links, by Graphviz' dot; groups become clusters
/// that hold their elements; bends of the links go. With fewer than two ids everything is laid out, else
/// those elements alone, about the centre they had. Any thread; one layout at a time (Graphviz is not
/// reentrant). Errors: Graphviz cannot lay the drawing out.
Result<Edit> arrangeDiagram(const Diagram& diagram, std::span<const Id> ids = {});

}  // namespace sluice
