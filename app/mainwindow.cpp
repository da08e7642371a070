#include "app/mainwindow.h"

#include <QApplication>
#include <QCloseEvent>
#include <QDockWidget>
#include <QPushButton>
#include <QSettings>
#include <QStackedWidget>
#include <QTimer>
#include <QVBoxLayout>

#include "app/alerts/alertcontroller.h"
#include "app/comparecontroller.h"
#include "app/exportcontroller.h"
#include "app/filecontroller.h"
#include "app/filedialogroom.h"
#include "app/importcontroller.h"
#include "app/incidentcontroller.h"
#include "app/live/brokerruns.h"
#include "app/live/livebar.h"
#include "app/live/livecontroller.h"
#include "app/live/livemessages.h"
#include "app/live/livepage.h"
#include "app/menukeys.h"
#include "app/messagebar.h"
#include "app/notebook.h"
#include "app/paneldocks.h"
#include "app/placeholderpage.h"
#include "app/rangeoutcome.h"
#include "app/recordingcontroller.h"
#include "app/runcontroller.h"
#include "app/sharecontroller.h"
#include "app/sidebyside.h"
#include "app/statusline.h"
#include "app/stepcontroller.h"
#include "app/storyplayer.h"
#include "app/themecontroller.h"
#include "app/thumbnails.h"
#include "app/timeselection.h"
#include "widgets/canvas/canvasview.h"
#include "widgets/charts/tracedigest.h"
#include "widgets/inspector/inspector.h"
#include "widgets/theme/icon.h"
#include "widgets/timeline/timeline.h"
#include "widgets/transport/transportbar.h"
#include "widgets/welcome/welcomepage.h"

namespace sluice {

namespace {

constexpr QSize kFirstSize{1280, 800};
constexpr auto kGeometryKey = "window/geometry";

}  // namespace

MainWindow::MainWindow(ThemeController& theme, QSettings& settings, const AutosaveFolder& autosaves)
    : m_theme(theme), m_settings(settings), m_documents(autosaves), m_recent(settings) {
    setObjectName("mainWindow");
    setWindowIcon(QIcon(":/icons/sluice.svg"));
    setAcceptDrops(true);
    setMinimumSize(900, 560);
    resize(kFirstSize);
    makeParts();
    makePanels();
    makeMenus();
    connectDocument();
    connectRun();
    connectIncidents();
    connect(&m_theme, &ThemeController::changed, this, &MainWindow::applyTheme);
    for (QObject* filter : {static_cast<QObject*>(this), static_cast<QObject*>(new MenuKeys(this)),
                            static_cast<QObject*>(new FileDialogRoom(this))})
        qApp->installEventFilter(filter);
    restoreGeometry(m_settings.value(kGeometryKey).toByteArray());
    m_firstSize = size();
    refreshWelcome();
    refreshTitle();
    refreshActions();
    refreshStatus();
    m_welcome->setFocus();
}

MainWindow::~MainWindow() {
    // The widgets look at the run and the document: they go first.
    m_comparisons->end();
    m_session.disconnect(this);
    m_documents.disconnect(this);
    m_documents.history().disconnect(this);
    m_canvas->disconnect(this);
    qDeleteAll(findChildren<QDockWidget*>(QString(), Qt::FindDirectChildrenOnly));
    delete takeCentralWidget();
}

void MainWindow::makeParts() {
    const Theme& theme = m_theme.theme();
    m_head = new HeadBar(theme);
    setMenuWidget(m_head);
    m_messages = new MessageBar(theme);
    m_welcome = new WelcomePage(theme);
    m_canvas = new CanvasView(theme);
    m_canvases = new SideBySide(m_canvas, theme);
    m_livePage = new LivePage(theme);
    m_liveBar = new LiveBar(theme);
    m_liveBar->hide();
    m_replayPage = new PlaceholderPage(
        theme, "record", tr("Play a recording back"),
        tr("A recording shows a run as it was: on the drawing, with the same timeline, log, charts and "
           "incidents, forwards and backwards. Record a run from the Run menu, or open a recording."));
    QPushButton* openRecording =
        static_cast<PlaceholderPage*>(m_replayPage)->addButton(tr("Open a recording…"));
    m_pages = new QStackedWidget;
    for (QWidget* page : {static_cast<QWidget*>(m_welcome), static_cast<QWidget*>(m_canvases),
                          static_cast<QWidget*>(m_livePage), m_replayPage})
        m_pages->addWidget(page);
    auto* centre = new QWidget;
    auto* column = new QVBoxLayout(centre);
    column->setContentsMargins(0, 0, 0, 0);
    column->setSpacing(0);
    column->addWidget(m_messages);
    column->addWidget(m_liveBar);
    column->addWidget(m_pages, 1);
    setCentralWidget(centre);
    m_status = new StatusLine(theme);
    setStatusBar(m_status);
    m_transport = new TransportBar(theme);
    m_transport->setSizePolicy(QSizePolicy::Preferred, QSizePolicy::Fixed);

    m_time = new TimeSelection(m_session, this);
    m_rangeOutcome = new RangeOutcome(m_session, *m_time, this);
    m_files = new FileController(*this, m_documents, m_recent, *m_messages, m_settings);
    m_runs = new RunController(m_documents, m_session, *m_transport, *m_messages, this);
    m_exports = new ExportController(*this, m_documents, m_session, *m_canvas, m_theme, *m_messages,
                                     *m_status, m_settings);
    m_recordings = new RecordingController(*this, m_documents, m_session, *m_files, *m_messages, m_settings);
    m_sharing = new ShareController(
        *this, m_session, [this] { return m_notebook->notes(); }, *m_time, m_theme, *m_messages, *m_status,
        m_settings);
    m_imports = new ImportController(*this, *m_files, *m_recordings, *m_messages, *m_status, m_settings);
    m_comparisons = new CompareController(*this, m_documents, m_session, *m_canvas, *m_canvases, m_theme,
                                          *m_messages, m_settings);
    m_live = new LiveController(
        {m_documents, m_session, *m_files, *m_messages, *m_livePage, *m_liveBar, m_settings}, this);
    m_liveMessages = new LiveMessages(*m_live, *m_liveBar, m_settings, this);
    m_brokerRuns =
        new BrokerRuns({m_documents, m_session, *m_runs, *m_live, *m_comparisons, *m_messages}, this);
    connect(m_brokerRuns, &BrokerRuns::began, this, [this] { setMode(Mode::Live); });
    m_panels = new PanelDocks(*this, m_settings);
    makeSteps();
    m_incidents = new IncidentController(*this, m_session, *m_panels, *m_recordings, *m_messages, m_settings);
    makeNotebook();
    m_alerts = new AlertController(
        {*this, m_documents, m_session, *m_recordings, *m_live, *m_notebook, *m_messages, m_settings}, this);
    m_thumbnails = new Thumbnails(*m_welcome, theme, this);
    applyMotion();

    connect(openRecording, &QPushButton::clicked, m_recordings, &RecordingController::open);
    connect(m_files, &FileController::recordingChosen, m_recordings, &RecordingController::openPath);
    connect(m_recordings, &RecordingController::opened, this, [this](const QString& path) {
        m_recent.add(path);
        setMode(Mode::Replay);
    });
    connect(m_recordings, &RecordingController::changed, this, &MainWindow::refreshRecording);
    connect(m_recordings, &RecordingController::busyChanged, this,
            [this](const QString& what) { m_status->setProgress(what, -1, false); });
    connect(m_live, &LiveController::watchingChanged, this, [this] {
        if (m_live->isWatching() || m_mode == Mode::Live)
            setMode(Mode::Live);
    });
    connect(m_live, &LiveController::busyChanged, this,
            [this](const QString& what) { m_status->setProgress(what, -1, false); });
    connect(m_liveBar, &LiveBar::tokensWanted, m_liveMessages, [this] { m_liveMessages->toggle(this); });
    connect(m_liveBar, &LiveBar::browseWanted, this, [this] {
        const std::vector<std::string> chosen = m_canvas->selection();
        m_live->browse(m_theme.theme(), chosen.size() == 1 ? chosen.front() : std::string(), this);
    });
    connect(m_canvas, &CanvasView::menuOpening, m_live, [this](QMenu* menu, const std::string& id) {
        m_live->extendMenu(*menu, id, m_theme.theme(), this);
    });
    connect(m_liveBar, &LiveBar::connectionsWanted, this, [this] {
        m_session.stop();
        setMode(Mode::Live);
    });
    connect(m_head, &HeadBar::modeChosen, this, &MainWindow::setMode);
    connect(m_head, &HeadBar::searchWanted, this, &MainWindow::search);
    connect(m_welcome, &WelcomePage::newWanted, m_files, &FileController::newDrawing);
    connect(m_welcome, &WelcomePage::openWanted, m_files, &FileController::open);
    connect(m_welcome, &WelcomePage::watchWanted, this, [this] {
        m_files->newDrawing();
        if (m_documents.isOpen())
            setMode(Mode::Live);
    });
    connect(m_welcome, &WelcomePage::exampleChosen, m_files, &FileController::openExample);
    connect(m_welcome, &WelcomePage::recentChosen, m_files, &FileController::openPath);
    connect(m_welcome, &WelcomePage::recentRemoved, &m_recent, &RecentFiles::remove);
    connect(&m_recent, &RecentFiles::changed, this, &MainWindow::refreshWelcome);
    connect(m_status, &StatusLine::cancelled, this, [this] {
        m_documents.cancel();
        m_exports->cancel();
        m_sharing->cancel();
        m_imports->cancel();
        m_steps->cancel();
        m_session.pause();
    });
}

void MainWindow::connectDocument() {
    connect(&m_documents, &DocumentController::opened, this, [this] {
        m_canvas->setRun(nullptr, nullptr);
        m_canvas->setHistory(m_documents.isOpen() ? &m_documents.history() : nullptr);
        if (m_documents.isOpen()) {
            m_fitted.fill(false);
            setMode(Mode::Design);
            m_canvas->setFocus();
            // Its badges and its count are there whether or not it is seen.
            QTimer::singleShot(0, this, [this] { m_panels->ensure("findings"); });
        } else {
            m_panels->hideAll();
            m_pages->setCurrentWidget(m_welcome);
            refreshWelcome();
            m_welcome->setFocus();
        }
        refreshActions();
        refreshSelection();
    });
    connect(&m_documents, &DocumentController::titleChanged, this, &MainWindow::refreshTitle);
    connect(&m_documents, &DocumentController::saved, this,
            [this](const QString& path) { m_status->showMessage(tr("Saved %1").arg(path), 4000); });
    connect(&m_documents, &DocumentController::busyChanged, this,
            [this](const QString& what) { m_status->setProgress(what, -1, true); });
    connect(m_canvas, &CanvasView::selectionChanged, this, &MainWindow::refreshSelection);
    connect(m_canvas, &CanvasView::messageActivated, this, &MainWindow::showMessage);
    connect(m_canvas, &CanvasView::spaceTapped, m_runs, &RunController::togglePlay);
    connect(m_canvas, &CanvasView::zoomChanged, this, &MainWindow::refreshStatus);
    connect(m_canvas, &CanvasView::statusMessage, this, [this](const QString& text) {
        if (text.isEmpty())
            m_status->clearMessage();
        else
            m_status->showMessage(text);
    });
    connect(m_canvas, &CanvasView::elementActivated, this, [this](const std::string&) {
        static_cast<Inspector*>(m_panels->reveal("inspector"))->focusFirstField();
    });
}

void MainWindow::connectRun() {
    connect(&m_session, &RunSession::began, this, [this] {
        m_shownMessage = 0;
        const auto& store = m_session.store();
        m_digest = store ? std::make_shared<TraceDigest>(store) : nullptr;
        m_timeIndex = store ? std::make_shared<TimelineIndex>(store) : nullptr;
        if (m_timeIndex)
            m_timeIndex->setWatches(m_notebook->notes().watches);
        m_alerts->setIndex(m_timeIndex);
        m_canvas->setRun(store ? store->sharedTable() : nullptr, store);
        m_canvas->showState(store ? &m_session.system() : nullptr);
    });
    connect(&m_session, &RunSession::moved, this, [this] { m_canvas->showState(&m_session.system()); });
    connect(&m_slowRefresh, &QTimer::timeout, this, [this] {
        if (m_digest)
            m_digest->follow();
        if (m_timeIndex)
            m_timeIndex->follow();
        showSamples();
    });
    connect(&m_session, &RunSession::stateChanged, this, &MainWindow::refreshStatus);
    connect(&m_session, &RunSession::ended, this, &MainWindow::showRunEnd);
    connect(m_runs, &RunController::runWanted, this, [this] {
        if (m_mode != Mode::Run && !(m_mode == Mode::Replay && m_session.isReplay()) &&
            !(m_mode == Mode::Live && m_session.isLive()))
            setMode(Mode::Run);
    });
    connect(m_runs, &RunController::scenarioChanged, this, &MainWindow::refreshTitle);
}

void MainWindow::setMode(Mode mode) {
    if (!m_documents.isOpen())
        return;
    m_mode = mode;
    m_head->setMode(mode);
    const bool replay = mode == Mode::Replay && m_recordings->recording();
    const bool live = mode == Mode::Live && m_session.isLive();
    const bool drawing = mode == Mode::Design || mode == Mode::Run || replay || live;
    m_liveBar->setVisible(live && m_live->isShown());
    m_pages->setCurrentWidget(drawing              ? static_cast<QWidget*>(m_canvases)
                              : mode == Mode::Live ? m_livePage
                                                   : m_replayPage);
    if (drawing)
        m_panels->enter(mode);
    else
        m_panels->hideAll();
    showTimeline(mode == Mode::Run || replay || live);
    // Each mode leaves the canvas another room; later on the view is the user's.
    if (drawing && !std::exchange(m_fitted[static_cast<std::size_t>(mode)], true))
        m_canvas->fitAll();
    if (mode == Mode::Design) {
        m_comparisons->end();
        m_session.pause();
        m_canvas->showState(nullptr);
    } else if (mode == Mode::Run || replay) {
        if (replay) {
            m_recordings->show();
        } else {
            m_runs->leaveReplay();
            m_runs->ensureRun();
        }
        if (m_session.store())
            m_canvas->showState(&m_session.system());
    } else if (live) {
        m_canvas->showState(&m_session.system());
    } else if (mode == Mode::Live) {
        m_live->refreshPage();
    }
    refreshTitle();
    refreshStatus();
}

void MainWindow::showTimeline(bool shown) {
    if (!m_timeline)
        return;
    m_timeline->setVisible(shown);
    // Alone the transport bar takes the one line that it needs.
    m_timeline->parentWidget()->setMaximumHeight(shown ? QWIDGETSIZE_MAX : m_transport->sizeHint().height());
}

void MainWindow::reveal(const std::string& id) {
    const Document& document = m_documents.document();
    if (!document.findElement(id) && !document.findLink(id) && !document.findGroup(id))
        return;
    m_canvas->setSelection({id});
    m_canvas->reveal(id);
}

void MainWindow::applyTheme() {
    const Theme& theme = m_theme.theme();
    m_head->setTheme(theme);
    m_messages->setTheme(theme);
    m_welcome->setTheme(theme);
    m_canvas->setTheme(theme);
    m_transport->setTheme(theme);
    m_status->setTheme(theme);
    m_thumbnails->setTheme(theme);
    m_story->setTheme(theme);
    applyMotion();
    m_livePage->setTheme(theme);
    m_liveBar->setTheme(theme);
    static_cast<PlaceholderPage*>(m_replayPage)->setTheme(theme);
    for (const auto& apply : std::as_const(m_themed))
        apply(theme);
    for (auto it = m_iconNames.cbegin(); it != m_iconNames.cend(); ++it)
        it.key()->setIcon(icon(it.value(), theme));
}

void MainWindow::applyMotion() {
    const bool reduced = m_theme.reducedMotion();
    m_thumbnails->setAlive(!reduced);
    m_canvas->setReducedMotion(reduced);
}

void MainWindow::closeEvent(QCloseEvent* event) {
    if (m_documents.isModified() && !m_closing) {
        event->ignore();
        m_files->confirmLoss([this] {
            m_closing = true;
            close();
        });
        return;
    }
    m_settings.setValue(kGeometryKey, saveGeometry());
    m_panels->remember();
    m_recordings->flushNotes();
    m_session.stop();
    event->accept();
}

}  // namespace sluice
