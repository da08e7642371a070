#pragma once

#include "core/diagram/properties.h"
#include "core/story/runnotes.h"

namespace sluice {

/// The notes as recordings keep them and exports may take them:
///
///     {"bookmarks": [{"id": 1, "at": 12300000000, "event": 4711, "name": "…", "note": "…"}],
///      "story": [{"bookmark": 1, "text": "…", "view": {"zoom": 1.5, "centre": [320, 200],
///                 "selection": ["orders"], "panel": "incidents", "shown": [0, 90000000000],
///                 "filtered": [12000000000, 14000000000]}}],
///      "watches": [{"name": "…", "query": "dead-lettered queue:orders"}]}
///
/// Times are nanoseconds of the trace. What has its default is left out.
Json notesToJson(const RunNotes& notes);

/// Reads them from JSON that may be anything: what does not make sense is left out, and what is kept holds
/// what RunNotes promises.
RunNotes notesFromJson(const Json& json);

}  // namespace sluice
