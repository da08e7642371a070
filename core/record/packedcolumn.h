#pragma once

#include <cstdint>
#include <span>

#include "core/record/bytestream.h"

namespace sluice {

/// Numbers of one kind, packed: each takes as few bytes as the widest needs, none when all are alike. They
/// stand as what they exceed the smallest by, or as their differences, whichever is narrower. That takes
/// about as long as copying them.
void putColumn(ByteWriter& out, std::span<const std::uint64_t> numbers);
/// Who reads them looks at the lower halves only.
void putColumn(ByteWriter& out, std::span<const std::uint32_t> numbers);

/// As many again; the reader fails when the bytes are not putColumn()'s.
void takeColumn(ByteReader& in, std::span<std::uint64_t> numbers);

}  // namespace sluice
