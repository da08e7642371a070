#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "core/diagram/element.h"
#include "core/trace/event.h"
#include "core/trace/timerange.h"

namespace sluice {

/// Names a bookmark within its notes: 1, 2, 3, ... and never used again; 0 is none.
using BookmarkId = std::uint32_t;

/// A moment of a run that somebody wants to find again.
struct Bookmark {
    BookmarkId id = 0;
    TraceTime at{};
    /// The event it stands right after; nothing: after all that happened up to `at`. Events of equal time
    /// make the difference.
    std::optional<Sequence> event{};
    std::string name{};
    std::string note{};
    bool operator==(const Bookmark&) const = default;
};

/// How the drawing and the panels stood. What is not told stays as it is.
struct StoryView {
    double zoom = 0;                      ///< of the canvas, 1 is actual size; 0: the whole drawing
    Point centre{};                       ///< canvas units in the middle of the canvas
    std::vector<Id> selection{};          ///< of the drawing; those that are not there are passed over
    std::string panel{};                  ///< the one in front below the canvas ("incidents"); empty: any
    std::optional<TimeRange> shown{};     ///< what of the run the timeline shows; nothing: all
    std::optional<TimeRange> filtered{};  ///< the range that everything is filtered by
    bool operator==(const StoryView&) const = default;
};

/// A station of a story: a bookmark, how it is looked at, and what is said there.
struct StoryStep {
    BookmarkId bookmark = 0;
    std::string text{};  ///< empty: the bookmark's note
    StoryView view{};
    bool operator==(const StoryStep&) const = default;
};

/// A query that is asked of the whole run.
struct Watch {
    std::string name{};
    std::string query{};  ///< as EventQuery::parse() takes it
    bool operator==(const Watch&) const = default;
};

/// What somebody said of an incident of the run, which is known by where, why and when it opened.
struct IncidentNote {
    EntityId queue = kNoEntity;
    FailureKind cause = FailureKind::None;
    DeathReason reason = DeathReason::Rejected;
    TraceTime opened{};
    std::string state{};  ///< "open", "acknowledged", "redriven", "discarded"
    TraceTime at{};       ///< where the run stood
    std::string by{};     ///< who
    std::string when{};   ///< ISO 8601, by the clock on the wall
    std::string why{};
    bool operator==(const IncidentNote&) const = default;
};

/// What people add to a run without changing it: bookmarks, one story, watches, and what they say of its
/// incidents. A value; recordings keep it.
struct RunNotes {
    std::vector<Bookmark> bookmarks{};  ///< by time and event; their ids are unique
    std::vector<StoryStep> story{};     ///< in the order in which it is told; of bookmarks that there are
    std::vector<Watch> watches{};
    std::vector<IncidentNote> incidents{};  ///< in the order in which they were said
    BookmarkId nextId = 1;
    [[nodiscard]] bool isEmpty() const { return bookmarks.empty() && watches.empty() && incidents.empty(); }
    bool operator==(const RunNotes&) const = default;
};

/// Null when there is no such bookmark.
const Bookmark* findBookmark(const RunNotes& notes, BookmarkId id);

/// Puts a new one where it belongs; its id is made here and returned.
BookmarkId addBookmark(RunNotes& notes, Bookmark bookmark);
/// Name, note and moment of the one with that id; passes over what there is not.
void changeBookmark(RunNotes& notes, const Bookmark& bookmark);
/// Together with the steps of the story that stand on it.
void removeBookmark(RunNotes& notes, BookmarkId id);
/// The step from one place of the story to another; places that there are not change nothing.
void moveStoryStep(RunNotes& notes, std::size_t from, std::size_t to);

/// What a station says: its own text, or the bookmark's note.
const std::string& textOf(const RunNotes& notes, const StoryStep& step);

/// The last bookmark before a moment, and the first after it. The moment is the time and the number of events
/// that have happened. Null when there is none.
const Bookmark* bookmarkBefore(const RunNotes& notes, TraceTime at, Sequence happened);
const Bookmark* bookmarkAfter(const RunNotes& notes, TraceTime at, Sequence happened);

}  // namespace sluice
