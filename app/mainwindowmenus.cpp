#include <QActionGroup>
#include <QApplication>
#include <QKeySequence>
#include <QMenu>
#include <QMenuBar>
#include <map>

#include "app/aboutdialog.h"
#include "app/alerts/alertcontroller.h"
#include "app/commandpalette.h"
#include "app/comparecontroller.h"
#include "app/examples.h"
#include "app/exportcontroller.h"
#include "app/filecontroller.h"
#include "app/helpwindow.h"
#include "app/importcontroller.h"
#include "app/live/brokerruns.h"
#include "app/live/livecontroller.h"
#include "app/live/livemessages.h"
#include "app/mainwindow.h"
#include "app/paneldocks.h"
#include "app/recordingcontroller.h"
#include "app/runcontroller.h"
#include "app/sharecontroller.h"
#include "app/shortcutsdialog.h"
#include "app/stepcontroller.h"
#include "app/themecontroller.h"
#include "app/timeselection.h"
#include "core/diagram/catalogue.h"
#include "widgets/canvas/canvasview.h"
#include "widgets/theme/icon.h"
#include "widgets/transport/transportbar.h"

namespace sluice {

namespace {

QString iconOf(ElementKind kind) {
    const std::string_view name = kindName(kind);
    return "kind-" + QString::fromUtf8(name.data(), static_cast<qsizetype>(name.size())).toLower();
}

QString textOf(std::string_view text) {
    return QString::fromUtf8(text.data(), static_cast<qsizetype>(text.size()));
}

}  // namespace

QAction* MainWindow::addAction(QMenu* menu, const char* name, const QString& text, const QKeySequence& keys,
                               const QString& iconName, std::function<void()> triggered) {
    auto* action = new QAction(text, this);
    action->setObjectName(name);
    action->setShortcut(keys);
    if (!iconName.isEmpty()) {
        action->setIcon(icon(iconName, m_theme.theme()));
        m_iconNames.insert(action, iconName);
    }
    connect(action, &QAction::triggered, this, std::move(triggered));
    menu->addAction(action);
    return action;
}

void MainWindow::makeMenus() {
    makeFileMenu();
    QMenu* edit = m_head->menuBar()->addMenu(tr("&Edit"));
    const QList<QAction*> editActions = m_canvas->editActions();
    edit->addActions(editActions);
    QMenu* arrange = edit->addMenu(tr("A&rrange"));
    arrange->addActions(m_canvas->arrangeActions());
    edit->addSeparator();
    addAction(edit, "edit.search", tr("Search…"), QKeySequence(Qt::CTRL | Qt::Key_K), "search",
              [this] { search(); });
    makeViewMenu();
    QMenu* run = m_head->menuBar()->addMenu(tr("&Run"));
    run->addActions(m_transport->actions());
    m_drawingActions << m_transport->actions();
    run->addSeparator();
    m_drawingActions << addAction(run, "incidents.why", tr("Why is this message here?"),
                                  QKeySequence(Qt::CTRL | Qt::Key_I), {}, [this] { askWhy(); });
    m_drawingActions << addAction(run, "incidents.redrive", tr("Redrive dead letters…"),
                                  QKeySequence(Qt::CTRL | Qt::SHIFT | Qt::Key_D), {}, [this] { redrive(); });
    run->addSeparator();
    m_recordAction = addAction(run, "recording.record", tr("Record…"),
                               QKeySequence(Qt::CTRL | Qt::SHIFT | Qt::Key_R), "record", [this] {
                                   if (m_recordings->isRecording())
                                       m_recordings->stopRecording();
                                   else
                                       m_recordings->record();
                               });
    m_drawingActions << m_recordAction;
    QAction* const keep = addAction(run, "alerts.keep", tr("Keep the last minutes"), {}, {},
                                    [this] { m_alerts->keepLastMinutes(); });
    keep->setEnabled(false);
    connect(m_alerts, &AlertController::changed, keep,
            [this, keep] { keep->setEnabled(m_alerts->canKeep()); });
    m_drawingActions << addAction(run, "alerts.rule", tr("New alert rule…"), {}, {},
                                  [this] { m_alerts->newRule(); });
    addAction(run, "recording.open", tr("Open a recording…"), {}, {}, [this] { m_recordings->open(); });
    run->addSeparator();
    m_drawingActions << addAction(run, "compare.fork", tr("Fork here…"),
                                  QKeySequence(Qt::CTRL | Qt::SHIFT | Qt::Key_F), "fork",
                                  [this] { m_comparisons->fork(); });
    m_drawingActions << addAction(run, "compare.recording", tr("Compare with a recording…"), {}, {},
                                  [this] { m_comparisons->compareWithRecording(); });
    QAction* end =
        addAction(run, "compare.end", tr("End the comparison"), {}, {}, [this] { m_comparisons->end(); });
    end->setEnabled(false);
    connect(m_comparisons, &CompareController::sidesChanged, this, [this, end] {
        end->setEnabled(m_comparisons->isComparing());
        if (m_comparisons->isComparing())
            m_panels->reveal("compare");
    });
    run->addSeparator();
    m_drawingActions << addAction(run, "live.runOnBroker", tr("Run on a broker…"), {}, {},
                                  [this] { m_brokerRuns->open(m_theme.theme(), this); });
    addAction(run, "live.connect", tr("Connect to a broker…"), {}, "live", [this] {
        if (!m_documents.isOpen())
            m_files->newDrawing();
        // What has ended gives way to the connections.
        if (m_session.isLive() && !m_live->isWatching() && !m_brokerRuns->isPlaying())
            m_session.stop();
        setMode(Mode::Live);
    });
    QAction* tokens = addAction(run, "live.messages", tr("Show messages as tokens…"), {}, {},
                                [this] { m_liveMessages->toggle(this); });
    tokens->setEnabled(false);
    connect(m_live, &LiveController::watchingChanged, this,
            [this, tokens] { tokens->setEnabled(m_live->isWatching()); });
    connect(m_liveMessages, &LiveMessages::changed, this, [this, tokens] {
        tokens->setText(m_liveMessages->areShown() ? tr("Hide the messages' tokens")
                                                   : tr("Show messages as tokens…"));
    });
    QAction* leave = addAction(run, "live.disconnect", tr("Disconnect from the broker"), {}, {},
                               [this] { m_live->disconnectBroker(); });
    // What the live bar has as buttons.
    QMenu* there = run->addMenu(tr("&Queues and topics of the broker"));
    for (QAction* one : {leave,
                         addAction(there, "live.browseAny", tr("Look at messages…"), {}, {},
                                   [this] { emit m_liveBar->browseWanted(); }),
                         addAction(there, "live.compare", tr("Compare with the drawing"), {}, {},
                                   [this] { emit m_liveBar->driftWanted(); })}) {
        one->setEnabled(false);
        connect(m_live, &LiveController::watchingChanged, one,
                [this, one] { one->setEnabled(m_live->isWatching()); });
    }
    makeGoMenu();
    makeHelpMenu();
}

void MainWindow::makeFileMenu() {
    QMenu* file = m_head->menuBar()->addMenu(tr("&File"));
    addAction(file, "file.new", tr("New drawing"), QKeySequence::New, "new",
              [this] { m_files->newDrawing(); });
    addAction(file, "file.open", tr("Open…"), QKeySequence::Open, "open", [this] { m_files->open(); });
    m_recentMenu = file->addMenu(tr("Open recent"));
    addAction(file, "file.import", tr("Import a trace…"), {}, {}, [this] { m_imports->importTrace(); });
    QMenu* examples = file->addMenu(tr("Examples"));
    connect(examples, &QMenu::aboutToShow, this, [this, examples] {
        examples->clear();
        for (const Example& example : loadExamples())
            examples->addAction(example.title, this, [this, id = example.id] { m_files->openExample(id); });
    });
    file->addSeparator();
    m_drawingActions << addAction(file, "file.save", tr("Save"), QKeySequence::Save, "save",
                                  [this] { m_files->save(); });
    m_drawingActions << addAction(file, "file.saveAs", tr("Save as…"),
                                  QKeySequence(Qt::CTRL | Qt::SHIFT | Qt::Key_S), {},
                                  [this] { m_files->saveAs(); });
    file->addSeparator();
    m_drawingActions << addAction(file, "file.export", tr("Export…"),
                                  QKeySequence(Qt::CTRL | Qt::SHIFT | Qt::Key_E), "export",
                                  [this] { m_exports->exportDrawing(); });
    m_drawingActions << addAction(file, "file.share", tr("Share the run…"),
                                  QKeySequence(Qt::CTRL | Qt::ALT | Qt::Key_E), {},
                                  [this] { m_sharing->share(); });
    m_drawingActions << addAction(file, "file.copyImage", tr("Copy as image"),
                                  QKeySequence(Qt::CTRL | Qt::SHIFT | Qt::Key_C), {},
                                  [this] { m_exports->copyAsImage(); });
    m_drawingActions << addAction(file, "file.print", tr("Print…"), QKeySequence::Print, "print",
                                  [this] { m_exports->print(); });
    file->addSeparator();
    m_drawingActions << addAction(file, "file.close", tr("Close drawing"), QKeySequence(Qt::CTRL | Qt::Key_W),
                                  {}, [this] { m_files->closeDrawing(); });
    addAction(file, "file.quit", tr("Quit"), QKeySequence(Qt::CTRL | Qt::Key_Q), {}, [this] { close(); });
}

void MainWindow::makeViewMenu() {
    QMenu* view = m_head->menuBar()->addMenu(tr("&View"));
    const std::array modes{std::pair{Mode::Design, tr("Design")}, std::pair{Mode::Run, tr("Run")},
                           std::pair{Mode::Live, tr("Live")}, std::pair{Mode::Replay, tr("Replay")}};
    int key = Qt::Key_1;
    for (const auto& [mode, label] : modes) {
        const QByteArray name = "view." + modeName(mode).toUtf8();
        m_drawingActions << addAction(view, name.constData(), label, QKeySequence(Qt::CTRL | Qt::Key(key++)),
                                      {}, [this, mode = mode] { setMode(mode); });
    }
    view->addSeparator();
    view->addActions(m_canvas->viewActions());
    view->addSeparator();
    addAction(view, "view.nextPanel", tr("Next panel"), QKeySequence(Qt::Key_F6), {},
              [this] { focusPanel(true); });
    addAction(view, "view.previousPanel", tr("Previous panel"), QKeySequence(Qt::SHIFT | Qt::Key_F6), {},
              [this] { focusPanel(false); });
    QMenu* panels = view->addMenu(tr("Panels"));
    panels->addActions(m_panels->toggleActions());
    panels->addSeparator();
    addAction(panels, "view.resetLayout", tr("Arrange as at first"), {}, {},
              [this] { m_panels->resetLayout(); });
    m_drawingActions << m_panels->toggleActions();

    QMenu* themes = view->addMenu(tr("Theme"));
    auto* group = new QActionGroup(this);
    const std::array choices{
        std::pair{ThemeChoice::System, tr("As the desktop")}, std::pair{ThemeChoice::Light, tr("Light")},
        std::pair{ThemeChoice::Dark, tr("Dark")}, std::pair{ThemeChoice::HighContrast, tr("High contrast")}};
    for (const auto& [choice, label] : choices) {
        QAction* action = addAction(themes, "view.theme", label, {}, {},
                                    [this, choice = choice] { m_theme.choose(choice); });
        action->setCheckable(true);
        action->setChecked(m_theme.choice() == choice);
        group->addAction(action);
    }
    QAction* motion = addAction(view, "view.reducedMotion", tr("Reduce motion"), {}, {}, [] {});
    motion->setCheckable(true);
    motion->setChecked(m_theme.reducedMotion());
    connect(motion, &QAction::toggled, &m_theme, &ThemeController::setReducedMotion);
    QAction* full = addAction(view, "view.fullScreen", tr("Full screen"), QKeySequence(Qt::Key_F11), {},
                              [this] { setWindowState(windowState() ^ Qt::WindowFullScreen); });
    full->setCheckable(true);
}

void MainWindow::makeGoMenu() {
    QMenu* go = m_head->menuBar()->addMenu(tr("&Go"));
    const QList<QAction*> steps = m_steps->actions();
    for (qsizetype i = 0; i < steps.size(); ++i) {
        if (i == 6)
            go->addSeparator();
        go->addAction(steps[i]);
    }
    m_drawingActions << steps;
    go->addSeparator();
    makeNotesActions(go);
    go->addSeparator();
    QAction* clear =
        addAction(go, "go.clearTime", tr("Clear the selected time"), {}, {}, [this] { m_time->clear(); });
    clear->setEnabled(false);
    connect(m_time, &TimeSelection::changed, clear,
            [this, clear] { clear->setEnabled(m_time->range().has_value()); });
}

void MainWindow::makeHelpMenu() {
    QMenu* help = m_head->menuBar()->addMenu(tr("&Help"));
    addAction(help, "help.manual", tr("Manual"), QKeySequence(Qt::Key_F1), "help",
              [this] { HelpWindow::open(m_theme.theme(), this); });
    addAction(help, "help.shortcuts", tr("Keyboard shortcuts"), QKeySequence(Qt::CTRL | Qt::Key_Slash), {},
              [this] {
                  auto* dialog = new ShortcutsDialog(*this);
                  dialog->open();
              });
    addAction(help, "help.about", tr("About Sluice"), {}, "info", [this] {
        auto* dialog = new AboutDialog(this);
        dialog->open();
    });
}

void MainWindow::refreshRecentMenu() {
    if (!m_recentMenu)
        return;
    m_recentMenu->clear();
    for (const RecentFile& file : m_recent.list()) {
        QAction* action = m_recentMenu->addAction(
            file.problem.isEmpty() ? file.name : tr("%1 (%2)").arg(file.name, file.problem), this,
            [this, path = file.path] { m_files->openPath(path); });
        action->setEnabled(file.problem.isEmpty());
        action->setToolTip(file.path);
    }
    if (m_recentMenu->isEmpty()) {
        m_recentMenu->addAction(tr("Nothing yet"))->setEnabled(false);
        return;
    }
    m_recentMenu->addSeparator();
    m_recentMenu->addAction(tr("Clear this list"), &m_recent, &RecentFiles::clear);
}

void MainWindow::refreshActions() {
    const bool open = m_documents.isOpen();
    for (QAction* action : std::as_const(m_drawingActions)) {
        // Those of the transport know themselves when they can be used.
        if (!action->objectName().startsWith("run."))
            action->setEnabled(open);
    }
}

QList<Command> MainWindow::commands() {
    QList<Command> found;
    for (QMenu* menu : m_head->menuBar()->findChildren<QMenu*>()) {
        const QString where = menu->title().remove('&').remove(QStringLiteral("…"));
        for (QAction* action : menu->actions()) {
            if (action->isSeparator() || action->menu() || action->text().isEmpty())
                continue;
            found << Command{action->text().remove('&'),
                             where,
                             action->shortcut().toString(QKeySequence::NativeText),
                             action->icon(),
                             action->isEnabled(),
                             [action] { action->trigger(); }};
        }
    }
    if (!m_documents.isOpen())
        return found;
    const Theme& theme = m_theme.theme();
    const Diagram& diagram = m_documents.document().diagram();
    if (m_canvas->selection().size() == 1) {
        // What its menu offers of the broker; the menu lives as long as the commands do.
        const auto menu = std::make_shared<QMenu>();
        const Element* chosen = m_documents.document().findElement(m_canvas->selection().front());
        if (chosen)
            m_live->extendMenu(*menu, chosen->id, theme, this);
        for (QAction* action : menu->actions())
            found << Command{action->text(),      QString::fromStdString(chosen->name), {}, action->icon(),
                             action->isEnabled(), [menu, action] { action->trigger(); }};
    }
    struct Look {
        QString label;
        QIcon icon;
    };
    std::map<ElementKind, Look> looks;
    found.reserve(found.size() + static_cast<qsizetype>(diagram.elements.size() + diagram.groups.size()));
    for (const Element& element : diagram.elements) {
        auto look = looks.find(element.kind);
        if (look == looks.end())
            look = looks
                       .emplace(element.kind,
                                Look{textOf(infoOf(element.kind).label), icon(iconOf(element.kind), theme)})
                       .first;
        found << Command{
            QString::fromStdString(element.name),   look->second.label, {}, look->second.icon, true,
            [this, id = element.id] { reveal(id); }};
    }
    const QIcon group = icon("group", theme);
    for (const Group& one : diagram.groups)
        found << Command{QString::fromStdString(one.name),   tr("Group"), {}, group, true,
                         [this, id = one.id] { reveal(id); }};
    for (const Scenario& scenario : diagram.scenarios) {
        found << Command{QString::fromStdString(scenario.name.empty() ? scenario.id : scenario.name),
                         tr("Scenario"),
                         {},
                         icon("play", theme),
                         true,
                         [this, id = QString::fromStdString(scenario.id)] { m_runs->chooseScenario(id); }};
    }
    return found;
}

void MainWindow::search() {
    auto* palette = new CommandPalette(m_theme.theme(), commands(), this);
    palette->show();
}

}  // namespace sluice
