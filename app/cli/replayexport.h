#pragma once

#include "app/cli/arguments.h"
#include "core/record/recording.h"

namespace sluice::cli {

/// Writes what `--export` asks for, by the ending of its name. Gives back the exit status.
int exportRecording(const Recording& recording, const Arguments& arguments);

/// Writes the incident report that `--report` asks for. Gives back the exit status.
int reportOnRecording(const Recording& recording, const Arguments& arguments);

/// Writes the sequence diagram that `--sequence` asks for: of --message and all that came of what its client
/// did, or of --from and --to. Gives back the exit status.
int sequenceOfRecording(const Recording& recording, const Arguments& arguments);

}  // namespace sluice::cli
