#pragma once

#include <memory>
#include <string>
#include <vector>

#include "core/record/recordingheader.h"
#include "core/story/runnotes.h"
#include "core/trace/tracestore.h"

namespace sluice {

/// A recording that was opened: everything that a run shows, without running.
struct Recording {
    RecordingHeader header;
    /// Finished, and read from the file as it is looked at: works for every view as a run's store does. It
    /// keeps the file open; a few megabytes of it are in memory at a time.
    std::shared_ptr<TraceStore> store;
    RunNotes notes;         ///< the last that were kept with it
    bool complete = false;  ///< the run or watch came to its end while it was recorded
    /// What a person should know: that its end is missing, and what was wrong with its drawing. What lacks in
    /// the middle is told by the store's gaps().
    std::vector<Error> warnings;
};

/// Opens a .sluicerec file. One whose end is missing (a crash, a full disk) opens up to its last whole chunk;
/// `warnings` says so. What is damaged in the middle becomes a gap, and what comes after is there. Errors:
/// the file cannot be read, is no recording, is of a newer version, or is damaged so early that nothing is
/// left to show.
Result<Recording> openRecording(const std::string& path);

}  // namespace sluice
