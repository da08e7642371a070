#pragma once

#include <cstdint>
#include <memory>
#include <span>
#include <vector>

#include "core/base/result.h"
#include "core/trace/blockindex.h"

namespace sluice {

/// Packs runs of events into blocks. Keeps its buffers between blocks; one thread at a time.
///
/// A block is: count, first time, the table of shapes, then a byte for each event, the number of its shape,
/// and the fields. Of a field stands there only how it differs from what an EventPredictor, which knows the
/// events before it in this block, makes of it: at most times nothing. A shape is what recurs: kind, marks
/// and how many bytes each field takes; one that has no room in the table (number 255) stands before the
/// fields. Count, first time and number of shapes are little-endian base 128; all else is little-endian. Time
/// is what passed since the last event; message and value are differences, zigzag; subject, peer and detail
/// exclusive ors.
class BlockEncoder {
public:
    BlockEncoder();
    ~BlockEncoder();
    BlockEncoder(const BlockEncoder&) = delete;
    BlockEncoder& operator=(const BlockEncoder&) = delete;

    /// 1 to kBlockEvents events whose times do not go back.
    std::vector<std::uint8_t> encode(std::span<const TraceEvent> events);

private:
    struct Private;
    std::unique_ptr<Private> d;
};

/// The events of a block that encode() made. Bytes from elsewhere may be anything: what is no block is an
/// error, never a crash, and takes no more memory than a full block does.
Result<std::vector<TraceEvent>> decodeBlock(std::span<const std::uint8_t> bytes);

}  // namespace sluice
