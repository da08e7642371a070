#pragma once

#include "core/record/bytestream.h"
#include "core/trace/blockindex.h"

namespace sluice {

/// How what is known of a block stands before it, and once more in the recording's index.
inline constexpr std::size_t kBlockIndexBytes = 8 + 8 + 8 + 4 + 4 + 64 * 8;

inline void putBlockIndex(ByteWriter& out, const BlockIndex& index) {
    out.fixed(index.first);
    out.fixed(index.firstTime.count());
    out.fixed(index.lastTime.count());
    out.fixed(index.highestCreated);
    out.fixed(index.count);
    out.fixed(index.touched);
}

inline BlockIndex takeBlockIndex(ByteReader& in) {
    BlockIndex index;
    index.first = in.fixed<Sequence>();
    index.firstTime = TraceTime(in.fixed<std::int64_t>());
    index.lastTime = TraceTime(in.fixed<std::int64_t>());
    index.highestCreated = in.fixed<MessageId>();
    index.count = in.fixed<std::uint32_t>();
    index.touched = in.fixed<std::array<std::uint64_t, 64>>();
    return index;
}

}  // namespace sluice
