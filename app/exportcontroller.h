#pragma once

#include <QObject>
#include <atomic>
#include <memory>

#include "app/documentcontroller.h"
#include "app/exportdialog.h"
#include "app/runsession.h"

namespace sluice {

class CanvasView;
class MessageBar;
class StatusLine;
class ThemeController;

/// Pictures of the drawing: to a file on another thread with progress and cancel, to the clipboard, to the
/// printer. Lives on the window's thread; owned by the main window.
class ExportController : public QObject {
    Q_OBJECT

public:
    ExportController(QWidget& window, DocumentController& documents, RunSession& session, CanvasView& canvas,
                     const ThemeController& theme, MessageBar& messages, StatusLine& status,
                     QSettings& settings);

    void exportDrawing();
    void copyAsImage();
    void print();
    void cancel();

private:
    struct Job;

    void askForFile(const ExportOptions& options, bool withState);
    void begin(const ExportOptions& options, bool withState, const QString& path);
    [[nodiscard]] ExportScope scope() const;
    /// The run's state for a picture that is painted at once.
    void addState(ExportOptions& options) const;

    QWidget& m_window;
    DocumentController& m_documents;
    RunSession& m_session;
    CanvasView& m_canvas;
    const ThemeController& m_theme;
    MessageBar& m_messages;
    StatusLine& m_status;
    QSettings& m_settings;
    std::shared_ptr<std::atomic<bool>> m_cancelled;
};

}  // namespace sluice
