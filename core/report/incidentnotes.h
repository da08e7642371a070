#pragma once

#include <vector>

#include "core/incident/incidentstates.h"
#include "core/story/runnotes.h"

namespace sluice {

/// What people said of a run's incidents, as its notes keep it; states that nobody knows are left out.
IncidentStates statesOf(const std::vector<IncidentNote>& notes);
/// The same for the notes to keep.
std::vector<IncidentNote> notesOf(const IncidentStates& states);

}  // namespace sluice
