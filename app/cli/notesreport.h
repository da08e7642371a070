#pragma once

#include "core/record/recording.h"

namespace sluice::cli {

/// Prints the bookmarks, the story and the watches that people added to a recording, and what they said of
/// its incidents.
int printNotes(const Recording& recording, bool json);

/// Prints the incidents as they stood after so many events, each with its state by trace and people, whom it
/// touched, and what is out of order because of it.
int printIncidents(const Recording& recording, Sequence end, bool json);

}  // namespace sluice::cli
