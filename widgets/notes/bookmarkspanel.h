#pragma once

#include <QWidget>
#include <memory>

#include "core/story/runnotes.h"

namespace sluice {

struct Theme;

/// The bookmarks of a run and the story that is told with them: listed, named, annotated, put in order. It
/// shows the notes it is given and asks for others. Lives on the window's thread; owned by the window.
class BookmarksPanel : public QWidget {
    Q_OBJECT

public:
    explicit BookmarksPanel(const Theme& theme, QWidget* parent = nullptr);
    ~BookmarksPanel() override;

    void setTheme(const Theme& theme);
    /// Without a run there is nothing to put a bookmark at.
    void setRun(bool there);
    void setNotes(const RunNotes& notes);
    /// Chooses it and, when it is new, lets its name be typed.
    void choose(BookmarkId id, bool rename);
    /// Which station is told; nothing: none.
    void setStation(std::optional<std::size_t> station);

signals:
    void edited(const sluice::RunNotes& notes);
    /// At the playhead.
    void bookmarkWanted();
    void bookmarkActivated(sluice::BookmarkId id);
    /// A station of the story on that bookmark, as everything is looked at now.
    void stationWanted(sluice::BookmarkId id);
    /// The station is to be looked at as everything is now.
    void viewWanted(int station);
    /// The story is to be told from there.
    void storyWanted(int station);

private:
    struct Private;
    void refresh();
    void refreshEditor();
    void change(const std::function<void(RunNotes&)>& edit);
    void removeChosen();
    void moveStation(int by);
    std::unique_ptr<Private> d;
};

}  // namespace sluice
