#pragma once

#include <optional>
#include <string>
#include <vector>

#include "core/record/recordedstates.h"
#include "core/story/runnotes.h"

namespace sluice {

/// What a recording holds behind its header, as far as it can be read.
struct RecordingContents {
    StoredTrace trace;  ///< without its file and states
    std::vector<StatePlace> states;
    std::vector<std::uint64_t> texts{};  ///< where the chunks begin that tell what messages carried
    std::optional<RunNotes> notes{};     ///< the last
    bool complete = false;               ///< the run came to its end: an index says so
    bool finished = false;               ///< it has its end; what lacks before that is in `trace.gaps`
    std::uint64_t end = 0;               ///< where the last whole chunk ends; when complete, the index
};

/// Reads what there is after the header, which ends at `from`: by its index where there is one, else from
/// chunk to chunk. A damaged part is passed over: it becomes a gap, and what comes after is there. In a file
/// of more than `readThrough` bytes with an index a damaged block shows only when it is looked at.
RecordingContents readRecordingContents(const RecordingFile& file, std::uint64_t from,
                                        std::uint64_t readThrough);

}  // namespace sluice
