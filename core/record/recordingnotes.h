#pragma once

#include <optional>
#include <span>
#include <string>
#include <vector>

#include "core/base/result.h"
#include "core/record/recordingfile.h"
#include "core/story/runnotes.h"

namespace sluice {

/// The notes as a chunk holds them.
std::vector<std::uint8_t> notesChunk(const RunNotes& notes);
/// Reads them again; nothing for bytes that are none.
std::optional<RunNotes> notesFromChunk(std::span<const std::uint8_t> bytes);

/// What a finished file holds after its index.
struct LaterNotes {
    std::optional<RunNotes> notes{};  ///< the last that are whole
    std::uint64_t end = 0;            ///< where the last whole chunk or end mark ends
};
/// `from`: where the index' chunk ends.
LaterNotes notesAfterIndex(const RecordingFile& file, std::uint64_t from);

/// Keeps the notes in a recording, in place of those that are there; no event of the file changes, and
/// whoever reads it meanwhile can go on. In one that was cut off they stand behind the last whole chunk, in
/// place of what is left of the next. Any thread, one at a time. Errors: the file cannot be read or written,
/// is no recording, is still being written, or is damaged before its end (then only a new recording can hold
/// them).
Result<void> saveNotes(const std::string& path, const RunNotes& notes);

}  // namespace sluice
