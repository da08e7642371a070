#pragma once

#include <QHash>
#include <QMainWindow>
#include <QTimer>
#include <memory>

#include "app/documentcontroller.h"
#include "app/headbar.h"
#include "app/recentfiles.h"
#include "app/runsession.h"
#include "core/live/driftghosts.h"
#include "core/review/finding.h"
#include "core/story/runnotes.h"

class QSettings;
class QStackedWidget;

namespace sluice {

class AlertController;
class CanvasView;
class CompareController;
class ExportController;
class ImportController;
class ShareController;
class FileController;
class IncidentController;
class LiveBar;
class LiveController;
class BrokerRuns;
class LiveMessages;
class LivePage;
class MessageBar;
class PanelDocks;
class RangeOutcome;
class RecordingController;
class RunController;
class SideBySide;
class StatusLine;
class ThemeController;
class Thumbnails;
class Notebook;
class StepController;
class StoryPlayer;
class TimeSelection;
class Timeline;
class TimelineIndex;
class TraceDigest;
class TransportBar;
class WelcomePage;
struct Command;
struct TimelineMark;

/// The window: one drawing, its modes, the canvas and the panels around it. It makes the parts and joins
/// their signals; what they say to each other is in the controllers. On the window's thread; owned by main.
class MainWindow : public QMainWindow {
    Q_OBJECT

public:
    MainWindow(ThemeController& theme, QSettings& settings, const AutosaveFolder& autosaves);
    ~MainWindow() override;

    [[nodiscard]] DocumentController& documents() { return m_documents; }
    [[nodiscard]] RunSession& session() { return m_session; }
    [[nodiscard]] FileController& files() { return *m_files; }
    [[nodiscard]] RunController& runs() { return *m_runs; }
    [[nodiscard]] RecordingController& recordings() { return *m_recordings; }
    [[nodiscard]] ShareController& sharing() { return *m_sharing; }
    [[nodiscard]] ImportController& imports() { return *m_imports; }
    [[nodiscard]] CompareController& comparisons() { return *m_comparisons; }
    [[nodiscard]] LiveController& live() { return *m_live; }
    [[nodiscard]] CanvasView& canvas() { return *m_canvas; }
    [[nodiscard]] StepController& steps() { return *m_steps; }
    [[nodiscard]] Notebook& notebook() { return *m_notebook; }
    [[nodiscard]] StoryPlayer& story() { return *m_story; }
    [[nodiscard]] TimeSelection& time() { return *m_time; }
    [[nodiscard]] MessageBar& messages() { return *m_messages; }
    [[nodiscard]] PanelDocks& panels() { return *m_panels; }
    [[nodiscard]] IncidentController& incidents() { return *m_incidents; }
    [[nodiscard]] AlertController& alerts() { return *m_alerts; }

    [[nodiscard]] Mode mode() const { return m_mode; }
    void setMode(Mode mode);
    /// Selects and shows an element, link or group; passes over what is not there.
    void reveal(const std::string& id);
    /// Brings a message of the run to the front; passes over 0 and what there is not.
    void showMessage(MessageId message);

protected:
    void closeEvent(QCloseEvent* event) override;
    bool eventFilter(QObject* watched, QEvent* event) override;
    void dragEnterEvent(QDragEnterEvent* event) override;
    void dropEvent(QDropEvent* event) override;

private:
    void makeParts();
    void makePanels();
    void makeRunPanels();
    void makeAlertsPanel();
    void connectIncidents();
    /// Of what is looked at: the message shown, the queue or the incident selected.
    void askWhy();
    /// What waits in the selected dead-letter queue, or in the first that has something.
    void redrive();
    void makeMenus();
    void makeFileMenu();
    void makeViewMenu();
    void makeGoMenu();
    void makeHelpMenu();
    void makeSteps();
    void makeNotebook();
    void makeNotesPanels();
    void makeNotesActions(QMenu* go);
    void addBookmark(std::optional<TraceTime> at);
    [[nodiscard]] StoryView currentView() const;
    void showView(const StoryView& view);
    QAction* addAction(QMenu* menu, const char* name, const QString& text, const QKeySequence& keys,
                       const QString& icon, std::function<void()> triggered);
    void connectDocument();
    void connectRun();
    void applyTheme();
    void applyMotion();
    void refreshWelcome();
    void refreshRecentMenu();
    void refreshTitle();
    void refreshStatus();
    void refreshRecording();
    void refreshSelection();
    void refreshActions();
    [[nodiscard]] std::vector<EntityId> selectedEntities() const;
    /// The fork and the first difference of what is compared.
    [[nodiscard]] std::vector<TimelineMark> comparedMarks() const;
    std::vector<std::string> groupsOfEntities();
    void search();
    void stayOnScreen();
    /// The keyboard goes to the next panel, the canvas being one of them.
    void focusPanel(bool next);
    [[nodiscard]] QList<Command> commands();
    /// At what they speak of on the drawing: the review's, and how it differs from a live broker.
    void showFindings();
    void showRunEnd();
    void showTimeline(bool shown);

    ThemeController& m_theme;
    QSettings& m_settings;
    DocumentController m_documents;
    RecentFiles m_recent;
    RunSession m_session;
    Mode m_mode = Mode::Design;
    MessageId m_shownMessage = 0;  ///< the last that somebody asked for, of this run
    bool m_closing = false;
    QSize m_firstSize;
    bool m_placed = false;                       ///< with its frame on the screen, once it had one
    std::array<bool, kModes.size()> m_fitted{};  ///< modes in which this drawing was shown as a whole

    HeadBar* m_head;
    MessageBar* m_messages;
    QStackedWidget* m_pages;
    WelcomePage* m_welcome;
    CanvasView* m_canvas;
    SideBySide* m_canvases;
    LivePage* m_livePage;
    LiveBar* m_liveBar;
    QWidget* m_replayPage;
    QAction* m_recordAction = nullptr;
    TransportBar* m_transport;
    StatusLine* m_status;
    PanelDocks* m_panels;
    FileController* m_files;
    RunController* m_runs;
    RecordingController* m_recordings;
    ShareController* m_sharing;
    ImportController* m_imports;
    CompareController* m_comparisons;
    LiveController* m_live;
    LiveMessages* m_liveMessages;
    BrokerRuns* m_brokerRuns;
    ExportController* m_exports;
    IncidentController* m_incidents;
    AlertController* m_alerts;
    Thumbnails* m_thumbnails;
    StepController* m_steps;
    Notebook* m_notebook;
    StoryPlayer* m_story;
    TimeSelection* m_time;  ///< the part of the run that the panels show
    RangeOutcome* m_rangeOutcome;
    Timeline* m_timeline = nullptr;
    std::shared_ptr<TraceDigest> m_digest;
    std::shared_ptr<TimelineIndex> m_timeIndex;
    QTimer m_slowRefresh;
    QMenu* m_recentMenu = nullptr;
    QList<QAction*> m_drawingActions;      ///< only with an open drawing
    QHash<QAction*, QString> m_iconNames;  ///< to tint them again when the theme changes
    QList<std::function<void(const Theme&)>> m_themed;
    void showSamples();
    DriftGhosts m_ghosts;            ///< what only the broker has
    SharedFindings m_driftFindings;  ///< marks of how the drawing and the broker differ
};

}  // namespace sluice
