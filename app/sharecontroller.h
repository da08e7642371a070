#pragma once

#include <QObject>

#include "app/backgroundjob.h"
#include "app/rememberedfolder.h"
#include "app/runsession.h"
#include "app/sharedialog.h"
#include "core/story/runnotes.h"

class QSettings;

namespace sluice {

class ThemeController;
class TimeSelection;

/// The run that is shown, handed on to others: a page that plays it, animations, incident reports, its
/// events. All is made on another thread, with progress and cancel. Lives on the window's thread; owned by
/// the main window.
class ShareController : public QObject {
    Q_OBJECT

public:
    /// `notes` gives the bookmarks and the story of the run that is shown.
    ShareController(QWidget& window, RunSession& session, std::function<RunNotes()> notes,
                    const TimeSelection& time, const ThemeController& theme, MessageBar& messages,
                    StatusLine& status, QSettings& settings);

    /// Asks what, and where to.
    void share();
    /// Asks what of this incident to share, from the request that led to it to the moment that is shown; a
    /// report is on this incident alone.
    void shareIncident(const Incident& incident);
    /// The same without asking. The path's ending is that of the kind; of reports it decides the format.
    void shareTo(const ShareRequest& request, const QString& path);
    [[nodiscard]] bool isBusy() const { return m_job.isBusy(); }
    void cancel() { m_job.cancel(); }

private:
    void ask(const ShareRequest& request);
    void askForFile(const ShareRequest& request);

    QWidget& m_window;
    RunSession& m_session;
    std::function<RunNotes()> m_notes;
    const TimeSelection& m_time;
    const ThemeController& m_theme;
    MessageBar& m_messages;
    StatusLine& m_status;
    QSettings& m_settings;
    RememberedFolder m_folder;
    BackgroundJob m_job;
};

}  // namespace sluice
