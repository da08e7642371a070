#pragma once

#include <cstdint>
#include <memory>
#include <optional>
#include <span>
#include <vector>

#include "core/trace/blockindex.h"
#include "core/trace/systemstate.h"
#include "core/trace/timerange.h"

namespace sluice {

/// A file of blocks that somebody else keeps. Any thread may read.
class BlockFile {
public:
    virtual ~BlockFile() = default;
    /// A block's bytes as they were written; empty when they cannot be read or are not those any more.
    [[nodiscard]] virtual std::vector<std::uint8_t> read(std::int64_t offset, std::size_t size) const = 0;
};

/// States that lie in a file. Any thread may read.
class StateFile {
public:
    virtual ~StateFile() = default;
    /// The last one that contains no event from `end` on; null when there is none or it cannot be read.
    [[nodiscard]] virtual std::shared_ptr<const SystemState> before(Sequence end) const = 0;
};

/// A full block that lies in a file.
struct StoredBlock {
    BlockIndex index;
    std::int64_t offset = 0;
    std::size_t size = 0;
};

/// A trace as a file holds it.
struct StoredTrace {
    std::vector<StoredBlock> blocks;  ///< full ones; their indexes follow each other
    std::shared_ptr<const BlockFile> file;
    std::shared_ptr<const StateFile> states;
    std::vector<TraceEvent> tail;  ///< what came after the full blocks, less than one
    TraceTime horizon{};
    Result<void> outcome;
    /// Parts that are known to be unreadable: their events are there as events that say nothing.
    std::vector<TimeRange> gaps{};
};

/// Is told by a TraceStore what there is to keep of a trace, in order, on the thread that appends.
class TraceJournal {
public:
    virtual ~TraceJournal() = default;
    /// A full block. Where it can be read again in file(), or nothing when it was not kept.
    virtual std::optional<std::int64_t> block(const BlockIndex& index,
                                              std::span<const std::uint8_t> bytes) = 0;
    /// Where its blocks can be read; the same all the time.
    [[nodiscard]] virtual std::shared_ptr<const BlockFile> file() const = 0;
    /// A state after all blocks so far; they come every kBlocksPerState blocks.
    virtual void state(const SystemState& state) = 0;
    /// Events that no full block contains yet: those from `first` on, which were not told before. A block
    /// that contains them will come if the trace goes on.
    virtual void tail(Sequence first, std::span<const TraceEvent> events, TraceTime horizon) = 0;
    virtual void finish(const Result<void>& outcome, TraceTime horizon) = 0;

    static constexpr Sequence kBlocksPerState = 4;
};

}  // namespace sluice
