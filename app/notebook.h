#pragma once

#include <QObject>
#include <functional>
#include <optional>

#include "app/runsession.h"
#include "core/story/runnotes.h"

namespace sluice {

/// The bookmarks, the story and the watches of the run that is shown: a recording brings its own, a run that
/// is run again as it was keeps them, another one begins without. Lives on the window's thread; owned by the
/// main window.
class Notebook : public QObject {
    Q_OBJECT

public:
    /// `recorded` gives those of the recording that is shown; nothing when none is.
    Notebook(RunSession& session, std::function<std::optional<RunNotes>()> recorded, QObject* parent);

    [[nodiscard]] const RunNotes& notes() const { return m_notes; }
    void set(const RunNotes& notes);
    /// At the playhead, right after the last event; the id of the new one, 0 without a run.
    BookmarkId addBookmark(const std::string& name);
    /// At a moment, after all that happened up to then.
    BookmarkId addBookmark(const std::string& name, TraceTime at);
    /// Puts the playhead there; passes over what there is not.
    void go(BookmarkId id);
    /// To the next or last bookmark; false when there is none.
    bool goOn(bool forward);
    /// Those that another run left behind are taken over for this one.
    void takeFormer();

signals:
    void changed();
    /// Somebody changed them: they should be kept.
    void keepWanted();
    /// They are those of another run, as they were kept or new.
    void begun();
    /// Another run began, and these were not kept in a recording.
    void leftBehind(int count);

private:
    void begin();
    [[nodiscard]] bool isTheSameRun() const;

    RunSession& m_session;
    std::function<std::optional<RunNotes>()> m_recorded;
    RunNotes m_notes;
    RunNotes m_former;
    bool m_fromRecording = false;
    // What the notes are of.
    std::shared_ptr<const Diagram> m_diagram;
    std::string m_scenario;
    std::uint64_t m_seed = 0;
};

}  // namespace sluice
