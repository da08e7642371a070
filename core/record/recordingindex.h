#pragma once

#include <optional>
#include <span>
#include <vector>

#include "core/record/recordedstates.h"
#include "core/trace/journal.h"

namespace sluice {

/// What a finished recording has at its end: where everything is, and how the run ended.
struct RecordingIndex {
    std::vector<StoredBlock> blocks;
    std::vector<StatePlace> states;
    std::vector<std::uint64_t> tails;  ///< chunks of the events after the last block
    TraceTime horizon{};
    Result<void> outcome;
    std::vector<std::uint64_t> texts{};  ///< chunks of what live messages carried
};

std::vector<std::uint8_t> writeRecordingIndex(const RecordingIndex& index);

/// Reads it again; nothing for bytes that are none, or whose blocks or states are out of order.
std::optional<RecordingIndex> readRecordingIndex(std::span<const std::uint8_t> bytes);

/// True when a block with that index can follow those: it is full and neither ids nor times go back.
bool follows(const std::vector<StoredBlock>& blocks, const BlockIndex& next);
/// The same of a state, which cannot be of more blocks than there are.
bool follows(const std::vector<StatePlace>& states, const StatePlace& next, std::size_t blocks);

}  // namespace sluice
