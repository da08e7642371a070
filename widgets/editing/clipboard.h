#pragma once

#include <span>
#include <string>

#include "widgets/editing/edits.h"

namespace sluice {

/// What is offered on the clipboard beside plain text.
inline constexpr const char* kDiagramMime = "application/x-sluice+json";
/// What the palette drags: the name of an element kind, or "group".
inline constexpr const char* kKindMime = "application/x-sluice-kind";

/// The named things, what the groups among them hold, the links between them and the message types they
/// use, as a diagram of its own.
Diagram excerptOf(const Diagram& diagram, std::span<const Id> ids);

/// Adds an excerpt: with ids nothing has, references among its own things followed, message types that are
/// missing added; its bounds centred at the point.
Insertion insertDiagram(const Document& document, const Diagram& excerpt, Point centre);

/// A copy beside each original, 40 units to the right and down, inside the same groups.
Insertion duplicateItems(const Document& document, std::span<const Id> ids);

}  // namespace sluice
