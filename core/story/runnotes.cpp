#include "core/story/runnotes.h"

#include <algorithm>
#include <iterator>
#include <limits>

namespace sluice {
namespace {

/// How many events have happened at the bookmark, as far as it says; one that says nothing stands after all
/// of its time.
Sequence happenedAt(const Bookmark& bookmark) {
    return bookmark.event ? *bookmark.event + 1 : std::numeric_limits<Sequence>::max();
}

bool earlier(const Bookmark& one, const Bookmark& other) {
    return one.at != other.at ? one.at < other.at : happenedAt(one) < happenedAt(other);
}

auto placeOf(std::vector<Bookmark>& bookmarks, BookmarkId id) {
    return std::find_if(bookmarks.begin(), bookmarks.end(),
                        [id](const Bookmark& bookmark) { return bookmark.id == id; });
}

/// Below 0: the bookmark is before the moment; above: after it.
int compare(const Bookmark& bookmark, TraceTime at, Sequence happened) {
    if (bookmark.at != at)
        return bookmark.at < at ? -1 : 1;
    if (!bookmark.event || happenedAt(bookmark) == happened)
        return 0;
    return happenedAt(bookmark) < happened ? -1 : 1;
}

}  // namespace

const Bookmark* findBookmark(const RunNotes& notes, BookmarkId id) {
    for (const Bookmark& bookmark : notes.bookmarks) {
        if (bookmark.id == id)
            return &bookmark;
    }
    return nullptr;
}

BookmarkId addBookmark(RunNotes& notes, Bookmark bookmark) {
    bookmark.id = notes.nextId++;
    const auto place = std::upper_bound(notes.bookmarks.begin(), notes.bookmarks.end(), bookmark, earlier);
    return notes.bookmarks.insert(place, std::move(bookmark))->id;
}

void changeBookmark(RunNotes& notes, const Bookmark& bookmark) {
    const auto place = placeOf(notes.bookmarks, bookmark.id);
    if (place == notes.bookmarks.end())
        return;
    *place = bookmark;
    std::stable_sort(notes.bookmarks.begin(), notes.bookmarks.end(), earlier);
}

void removeBookmark(RunNotes& notes, BookmarkId id) {
    std::erase_if(notes.bookmarks, [id](const Bookmark& bookmark) { return bookmark.id == id; });
    std::erase_if(notes.story, [id](const StoryStep& step) { return step.bookmark == id; });
}

void moveStoryStep(RunNotes& notes, std::size_t from, std::size_t to) {
    if (from >= notes.story.size() || to >= notes.story.size())
        return;
    StoryStep step = std::move(notes.story[from]);
    notes.story.erase(notes.story.begin() + static_cast<std::ptrdiff_t>(from));
    notes.story.insert(notes.story.begin() + static_cast<std::ptrdiff_t>(to), std::move(step));
}

const std::string& textOf(const RunNotes& notes, const StoryStep& step) {
    const Bookmark* bookmark = step.text.empty() ? findBookmark(notes, step.bookmark) : nullptr;
    return bookmark ? bookmark->note : step.text;
}

const Bookmark* bookmarkBefore(const RunNotes& notes, TraceTime at, Sequence happened) {
    const auto found = std::find_if(notes.bookmarks.rbegin(), notes.bookmarks.rend(),
                                    [&](const Bookmark& each) { return compare(each, at, happened) < 0; });
    return found == notes.bookmarks.rend() ? nullptr : &*found;
}

const Bookmark* bookmarkAfter(const RunNotes& notes, TraceTime at, Sequence happened) {
    const auto found = std::find_if(notes.bookmarks.begin(), notes.bookmarks.end(),
                                    [&](const Bookmark& each) { return compare(each, at, happened) > 0; });
    return found == notes.bookmarks.end() ? nullptr : &*found;
}

}  // namespace sluice
