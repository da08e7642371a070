#pragma once

#include <array>
#include <cstdint>

#include "core/trace/event.h"

namespace sluice {

/// Events in a full block: enough for columns to compress, few enough to decode for a single one.
inline constexpr std::size_t kBlockEvents = 16'384;

/// What is known of a block without decoding it.
struct BlockIndex {
    Sequence first = 0;
    TraceTime firstTime{};
    TraceTime lastTime{};
    MessageId highestCreated = 0;             ///< of this block and all before it
    std::array<std::uint64_t, 64> touched{};  ///< which messages its events name: see touch()
    std::uint32_t count = 0;

    /// Messages share a bit by sixteens, and all over again after 65,536: a clear bit is certain, a set one
    /// is not.
    void touch(MessageId message) {
        touched[message >> 10U & 63U] |= std::uint64_t{1} << (message >> 4U & 63U);
    }
    [[nodiscard]] bool mayTouch(MessageId message) const {
        return (touched[message >> 10U & 63U] >> (message >> 4U & 63U) & 1U) != 0;
    }
};

}  // namespace sluice
