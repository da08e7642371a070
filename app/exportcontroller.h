#pragma once

#include <QObject>
#include <functional>
#include <memory>

#include "app/backgroundjob.h"
#include "app/documentcontroller.h"
#include "app/exportdialog.h"
#include "app/runsession.h"

namespace sluice {

class CanvasView;
class MessageBar;
class SequenceView;
class StatusLine;
class ThemeController;

/// Pictures of the drawing: to a file, to the clipboard, to the printer, all on another thread with progress
/// and cancel. Lives on the window's thread; owned by the main window.
class ExportController : public QObject {
    Q_OBJECT

public:
    ExportController(QWidget& window, DocumentController& documents, RunSession& session, CanvasView& canvas,
                     const ThemeController& theme, MessageBar& messages, StatusLine& status,
                     QSettings& settings);

    /// A picture is being made.
    [[nodiscard]] bool isBusy() const { return m_job.isBusy(); }
    void exportDrawing();
    void copyAsImage();
    void print();
    /// Asks for the file and writes what the view shows.
    void exportSequence(SequenceView& view);
    void cancel() { m_job.cancel(); }

private:
    struct Job;

    void askForFile(const ExportOptions& options, bool withState);
    void begin(const ExportOptions& options, bool withState, const QString& path);
    [[nodiscard]] std::shared_ptr<Job> makeJob(const ExportOptions& options, bool withState);
    /// `work` on another thread, with the job's progress; then `done` here, or what went wrong in `failure`.
    void run(const std::shared_ptr<Job>& job, const QString& what, const std::function<Result<void>()>& work,
             const std::function<void()>& done, const QString& failure);
    [[nodiscard]] ExportScope scope() const;

    QWidget& m_window;
    DocumentController& m_documents;
    RunSession& m_session;
    CanvasView& m_canvas;
    const ThemeController& m_theme;
    MessageBar& m_messages;
    StatusLine& m_status;
    QSettings& m_settings;
    BackgroundJob m_job;
};

}  // namespace sluice
