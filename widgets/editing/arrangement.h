#pragma once

#include <span>

#include "widgets/editing/edits.h"

namespace sluice {

enum class Alignment : std::uint8_t { Left, Centre, Right, Top, Middle, Bottom };

/// Brings elements and groups to one line: the outermost edge, or the middle of their bounds. Needs two.
Edit alignItems(const Document& document, std::span<const Id> ids, Alignment alignment);

/// Equal gaps between neighbours, the outermost staying where they are. Needs three.
Edit distributeItems(const Document& document, std::span<const Id> ids, bool horizontally);

/// A group around the elements and groups, inside the one that holds all of them. Ids: the group's.
Insertion groupItems(const Document& document, std::span<const Id> ids);

/// The groups go; what they held belongs to the group around them. Ids of others are passed over.
Edit ungroupItems(const Document& document, std::span<const Id> ids);

Edit bringToFront(const Document& document, std::span<const Id> ids);
Edit sendToBack(const Document& document, std::span<const Id> ids);

}  // namespace sluice
