#pragma once

#include <cstdint>
#include <memory>
#include <span>
#include <vector>

#include "core/base/result.h"
#include "core/trace/event.h"

namespace sluice {

/// Events in a full block: enough for columns to compress, few enough to decode for a single one.
inline constexpr std::size_t kBlockEvents = 16'384;

enum class Packing : std::uint8_t {
    Columns,     ///< variable-length integers by column
    Compressed,  ///< the same, each column through zstd level 1
};

/// Packs runs of events into blocks. Keeps its buffers between blocks; one thread at a time.
///
/// A block is: count, first time, the table of shapes, then the columns. A shape is what recurs: kind, marks,
/// detail and which of peer and value are not zero, so that an event needs one byte for all of them. The
/// other columns hold variable-length integers: subject, time since the last event, distance to the last
/// event's message, peer and value. Numbers are little-endian base 128; those that may be negative are
/// zigzag.
class BlockEncoder {
public:
    BlockEncoder();
    ~BlockEncoder();
    BlockEncoder(const BlockEncoder&) = delete;
    BlockEncoder& operator=(const BlockEncoder&) = delete;

    /// 1 to kBlockEvents events whose times do not go back.
    std::vector<std::uint8_t> encode(std::span<const TraceEvent> events, Packing packing);

private:
    struct Private;
    std::unique_ptr<Private> d;
};

/// The events of a block that encode() made. Bytes from elsewhere may be anything: what is no block is an
/// error, never a crash, and takes no more memory than a full block does.
Result<std::vector<TraceEvent>> decodeBlock(std::span<const std::uint8_t> bytes);

}  // namespace sluice
