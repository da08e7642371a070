#include <QMenu>

#include "app/mainwindow.h"
#include "app/messagebar.h"
#include "app/notebook.h"
#include "app/paneldocks.h"
#include "app/recordingcontroller.h"
#include "app/sidebyside.h"
#include "app/statusline.h"
#include "app/stepcontroller.h"
#include "app/storyplayer.h"
#include "app/themecontroller.h"
#include "app/timeselection.h"
#include "widgets/canvas/canvasview.h"
#include "widgets/editing/counting.h"
#include "widgets/notes/bookmarkspanel.h"
#include "widgets/notes/watchespanel.h"
#include "widgets/timeline/timeline.h"

namespace sluice {

void MainWindow::makeNotebook() {
    const auto recorded = [this]() -> std::optional<RunNotes> {
        const Recording* recording = m_recordings->recording();
        return m_session.isReplay() && recording && recording->store == m_session.store()
                   ? std::optional(recording->notes)
                   : std::nullopt;
    };
    m_notebook = new Notebook(m_session, recorded, this);
    connect(m_notebook, &Notebook::changed, this, [this] {
        if (m_timeIndex && m_timeIndex->store() == m_session.store())
            m_timeIndex->setWatches(m_notebook->notes().watches);
    });
    connect(m_notebook, &Notebook::keepWanted, this,
            [this] { m_recordings->keepNotes(m_notebook->notes()); });
    connect(m_notebook, &Notebook::begun, this, [this] { m_recordings->beginNotes(m_notebook->notes()); });
    connect(m_notebook, &Notebook::leftBehind, this, [this](int count) {
        m_messages->tell(
            {"notes",
             MessageBar::Tone::Info,
             counted(static_cast<qulonglong>(count), tr("1 bookmark or watch was of the run before."),
                     tr("%1 bookmarks and watches were of the run before.")),
             {{tr("Take them over"), [this] { m_notebook->takeFormer(); }}}});
    });
    connect(m_steps, &StepController::bookmarkWanted, this, [this](bool forward) {
        if (!m_notebook->goOn(forward))
            m_status->showMessage(forward ? tr("There is no bookmark after this moment.")
                                          : tr("There is no bookmark before this moment."),
                                  5000);
    });
    StoryPlayer::Stage stage;
    stage.view = [this] { return currentView(); };
    stage.show = [this](const StoryView& view) { showView(view); };
    m_story = new StoryPlayer(*m_notebook, std::move(stage), *m_canvases, m_theme.theme(), this);
    connect(&m_session, &RunSession::began, m_story, &StoryPlayer::end);
}

StoryView MainWindow::currentView() const {
    StoryView view;
    view.zoom = m_canvas->zoom();
    view.centre = Point{m_canvas->centre().x(), m_canvas->centre().y()};
    view.selection = m_canvas->selection();
    for (const char* panel : {"incidents", "events", "charts", "message", "sequence", "outcome"}) {
        if (m_panels->isSeen(panel))
            view.panel = panel;
    }
    if (m_timeline && !m_timeline->showsAll())
        view.shown = TimeRange{m_timeline->shownFrom(), m_timeline->shownTo()};
    view.filtered = m_time->range();
    return view;
}

void MainWindow::showView(const StoryView& view) {
    if (view.zoom > 0)
        m_canvas->lookAt(QPointF(view.centre.x, view.centre.y), view.zoom);
    else
        m_canvas->fitAll();
    std::vector<Id> selection;
    const Document& document = m_documents.document();
    for (const Id& id : view.selection) {
        if (document.findElement(id) || document.findLink(id) || document.findGroup(id))
            selection.push_back(id);
    }
    m_canvas->setSelection(selection);
    // A story comes from a file: only what there is is shown.
    const QString panel = QString::fromStdString(view.panel);
    if (QStringList{"incidents", "events", "charts", "message", "sequence", "outcome"}.contains(panel))
        m_panels->reveal(panel);
    m_time->select(view.filtered);
    if (m_timeline && view.shown)
        m_timeline->showRange(view.shown->from, view.shown->to);
    else if (m_timeline)
        m_timeline->showAll();
}

void MainWindow::addBookmark(std::optional<TraceTime> at) {
    const std::string name = tr("Bookmark %1").arg(m_notebook->notes().bookmarks.size() + 1).toStdString();
    const BookmarkId id = at ? m_notebook->addBookmark(name, *at) : m_notebook->addBookmark(name);
    if (id != 0)
        static_cast<BookmarksPanel*>(m_panels->reveal("bookmarks"))->choose(id, true);
}

void MainWindow::makeNotesActions(QMenu* go) {
    m_drawingActions << addAction(go, "go.addBookmark", tr("Add a bookmark"),
                                  QKeySequence(Qt::CTRL | Qt::Key_B), "bookmark",
                                  [this] { addBookmark(std::nullopt); });
    m_drawingActions << addAction(
        go, "go.addStation", tr("Add this view to the story"), QKeySequence(Qt::CTRL | Qt::ALT | Qt::Key_B),
        {}, [this] {
            const StoryView view = currentView();
            const std::string name = tr("Station %1").arg(m_notebook->notes().story.size() + 1).toStdString();
            const BookmarkId id = m_notebook->addBookmark(name);
            if (id == 0)
                return;
            RunNotes notes = m_notebook->notes();
            notes.story.push_back(StoryStep{id, {}, view});
            m_notebook->set(notes);
            m_status->showMessage(tr("Station %1 of the story: its text is written in the panel Bookmarks.")
                                      .arg(notes.story.size()),
                                  5000);
        });
    QAction* tell = addAction(go, "go.story", tr("Tell the story"),
                              QKeySequence(Qt::CTRL | Qt::SHIFT | Qt::Key_B), "play", [this] {
                                  if (m_story->isTelling())
                                      m_story->end();
                                  else
                                      m_story->tell();
                              });
    const auto refresh = [this, tell] {
        tell->setEnabled(m_session.store() && !m_notebook->notes().story.empty());
        tell->setText(m_story->isTelling() ? tr("End the story") : tr("Tell the story"));
    };
    connect(m_notebook, &Notebook::changed, tell, refresh);
    connect(m_story, &StoryPlayer::changed, tell, refresh);
    refresh();
}

void MainWindow::makeNotesPanels() {
    m_panels->add(
        {"bookmarks", tr("Bookmarks"), Qt::BottomDockWidgetArea, [this] {
             auto* panel = new BookmarksPanel(m_theme.theme());
             m_themed << [panel](const Theme& theme) { panel->setTheme(theme); };
             const auto refresh = [this, panel] {
                 panel->setRun(m_session.store() != nullptr);
                 panel->setNotes(m_notebook->notes());
             };
             connect(&m_session, &RunSession::began, panel, refresh);
             connect(m_notebook, &Notebook::changed, panel, refresh);
             connect(m_story, &StoryPlayer::changed, panel, [this, panel] {
                 panel->setStation(m_story->isTelling() ? std::optional(m_story->station()) : std::nullopt);
             });
             connect(panel, &BookmarksPanel::edited, m_notebook, &Notebook::set);
             connect(panel, &BookmarksPanel::bookmarkWanted, this, [this] { addBookmark(std::nullopt); });
             connect(panel, &BookmarksPanel::bookmarkActivated, m_notebook, &Notebook::go);
             connect(panel, &BookmarksPanel::stationWanted, this, [this](BookmarkId id) {
                 RunNotes notes = m_notebook->notes();
                 notes.story.push_back(StoryStep{id, {}, currentView()});
                 m_notebook->set(notes);
             });
             connect(panel, &BookmarksPanel::viewWanted, this, [this](int station) {
                 RunNotes notes = m_notebook->notes();
                 const auto at = static_cast<std::size_t>(station);
                 if (at >= notes.story.size())
                     return;
                 notes.story[at].view = currentView();
                 m_notebook->set(notes);
                 m_status->showMessage(tr("Station %1 is looked at like this now.").arg(station + 1), 4000);
             });
             connect(panel, &BookmarksPanel::storyWanted, this,
                     [this](int station) { m_story->tell(static_cast<std::size_t>(station)); });
             refresh();
             return panel;
         }});
    m_panels->add({"watches", tr("Watches"), Qt::BottomDockWidgetArea, [this] {
                       auto* panel = new WatchesPanel(m_theme.theme());
                       m_themed << [panel](const Theme& theme) { panel->setTheme(theme); };
                       const auto begin = [this, panel] { panel->setIndex(m_timeIndex); };
                       connect(&m_session, &RunSession::began, panel, begin);
                       connect(&m_slowRefresh, &QTimer::timeout, panel, &WatchesPanel::refresh);
                       connect(panel, &WatchesPanel::edited, this, [this](const std::vector<Watch>& watches) {
                           RunNotes notes = m_notebook->notes();
                           notes.watches = watches;
                           m_notebook->set(notes);
                       });
                       connect(panel, &WatchesPanel::stepWanted, this,
                               [this](const Watch& watch, bool forward) {
                                   const auto query = EventQuery::parse(watch.query);
                                   if (query)
                                       m_steps->stepTo(*query, tr("a match of the watch"), forward);
                               });
                       connect(panel, &WatchesPanel::eventActivated, &m_session, &RunSession::seekAfter);
                       begin();
                       return panel;
                   }});
}

}  // namespace sluice
