#pragma once

#include <QStatusBar>

class QLabel;
class QProgressBar;
class QToolButton;

namespace sluice {

struct Theme;

/// The window's last row: what happens, the run, events a second, the selection, the zoom, memory. Lives on
/// the window's thread; owned by the main window.
class StatusLine : public QStatusBar {
    Q_OBJECT

public:
    explicit StatusLine(const Theme& theme, QWidget* parent = nullptr);

    void setTheme(const Theme& theme);
    void setRun(const QString& state, double eventsPerSecond);
    /// What is being recorded; empty: nothing.
    void setRecording(const QString& text);
    void setSelection(const QString& text);
    void setZoom(double zoom);
    /// Work under way; an empty text ends it. `fraction` below 0: nobody knows how long.
    void setProgress(const QString& what, double fraction, bool cancellable);

signals:
    void cancelled();

private:
    void showMemory();

    QLabel* m_run;
    QLabel* m_rate;
    QLabel* m_recording;
    QLabel* m_selection;
    QLabel* m_zoom;
    QLabel* m_memory;
    QLabel* m_work;
    QProgressBar* m_progress;
    QToolButton* m_cancel;
};

}  // namespace sluice
