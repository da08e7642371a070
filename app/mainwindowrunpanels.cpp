#include <QVBoxLayout>

#include "app/comparecontroller.h"
#include "app/exportcontroller.h"
#include "app/incidentcontroller.h"
#include "app/mainwindow.h"
#include "app/messagelookup.h"
#include "app/notebook.h"
#include "app/outcomepanel.h"
#include "app/paneldocks.h"
#include "app/rangeoutcome.h"
#include "app/runcontroller.h"
#include "app/sharecontroller.h"
#include "app/statusline.h"
#include "app/stepcontroller.h"
#include "app/themecontroller.h"
#include "app/timeselection.h"
#include "widgets/canvas/canvasview.h"
#include "widgets/charts/chartspanel.h"
#include "widgets/charts/tracedigest.h"
#include "widgets/compare/comparisonview.h"
#include "widgets/incidents/incidentlist.h"
#include "widgets/incidents/whyview.h"
#include "widgets/log/eventlog.h"
#include "widgets/message/messageview.h"
#include "widgets/sequence/sequenceview.h"
#include "widgets/timeline/timeline.h"
#include "widgets/transport/transportbar.h"

namespace sluice {

void MainWindow::makeRunPanels() {
    // What shows the trace takes in its growth some times a second; only the canvas and the playhead need
    // every frame.
    m_slowRefresh.setSingleShot(true);
    m_slowRefresh.setInterval(100);
    connect(&m_session, &RunSession::moved, this, [this] {
        if (!m_slowRefresh.isActive())
            m_slowRefresh.start();
    });
    // Who looks back, or at the drawing, moves nothing, and is to be told all the same of what a broker
    // reports.
    auto* live = new QTimer(this);
    live->setInterval(500);
    connect(live, &QTimer::timeout, this, [this, live] {
        if (!m_session.isLive() || m_session.isComplete())
            return live->stop();
        if (!m_slowRefresh.isActive())
            m_slowRefresh.start();
    });
    connect(&m_session, &RunSession::began, live, [this, live] {
        if (m_session.isLive())
            live->start();
    });
    // Its tab tells of incidents before it is opened for the first time.
    const auto countIncidents = [this] { m_panels->setCount("incidents", m_incidents->openCount()); };
    connect(&m_slowRefresh, &QTimer::timeout, this, countIncidents);
    connect(&m_session, &RunSession::began, this, countIncidents);
    connect(m_incidents, &IncidentController::statesChanged, this, countIncidents);
    const auto watch = [this](auto* panel) {
        m_themed << [panel](const Theme& theme) { panel->setTheme(theme); };
        const auto follow = [this, panel] {
            if constexpr (requires { panel->setStore(m_session.store(), m_digest); })
                panel->setStore(m_session.store(), m_digest);
            else
                panel->setStore(m_session.store());
            if constexpr (requires { panel->setIndex(m_timeIndex); })
                panel->setIndex(m_timeIndex);
        };
        const auto refresh = [this, panel] {
            if (!m_session.store() || !panel->isVisible())
                return;
            if constexpr (requires { panel->refresh(); })
                panel->refresh();
            if constexpr (requires { panel->setPlayhead(TraceTime(), Sequence()); })
                panel->setPlayhead(m_session.now(), m_session.system().next);
            else if constexpr (requires { panel->setPlayhead(TraceTime()); })
                panel->setPlayhead(m_session.now());
        };
        using Panel = std::remove_pointer_t<decltype(panel)>;
        if constexpr (requires { panel->setRange(m_time->range()); }) {
            const auto select = [this, panel] { panel->setRange(m_time->range()); };
            connect(m_time, &TimeSelection::changed, panel, select);
            select();
        }
        if constexpr (requires { &Panel::rangeCleared; })
            connect(panel, &Panel::rangeCleared, m_time, &TimeSelection::clear);
        connect(&m_session, &RunSession::began, panel, follow);
        connect(&m_slowRefresh, &QTimer::timeout, panel, refresh);
        follow();
        return panel;
    };
    const auto seek = [this](TraceTime time) { m_session.seek(time); };
    const auto seekAfter = [this](Sequence sequence) { m_session.seekAfter(sequence); };
    const auto message = [this](MessageId id) { showMessage(id); };
    const auto why = [this](MessageId id) { m_incidents->askWhy(id); };

    m_panels->add({"transport", tr("Transport"), Qt::BottomDockWidgetArea,
                   [this, watch, seek] {
                       auto* both = new QWidget;
                       auto* column = new QVBoxLayout(both);
                       column->setContentsMargins(0, 0, 0, 0);
                       column->setSpacing(0);
                       column->addWidget(m_transport);
                       m_timeline = watch(new Timeline(m_theme.theme()));
                       const auto begin = [this] {
                           m_timeline->setEnd(m_session.end());
                           m_timeline->setActions(m_session.scenario().actions);
                       };
                       begin();
                       column->addWidget(m_timeline, 1);
                       connect(m_timeline, &Timeline::seekRequested, this, seek);
                       connect(m_timeline, &Timeline::rangeSelected, m_time, &TimeSelection::select);
                       connect(m_timeline, &Timeline::bookmarkActivated, m_notebook, &Notebook::go);
                       connect(m_timeline, &Timeline::bookmarkWanted, this,
                               [this](TraceTime at) { addBookmark(at); });
                       const auto mark = [this] { m_timeline->setBookmarks(m_notebook->notes().bookmarks); };
                       connect(m_notebook, &Notebook::changed, m_timeline, mark);
                       mark();
                       const auto compared = [this] { m_timeline->setMarks(comparedMarks()); };
                       connect(m_comparisons, &CompareController::sidesChanged, m_timeline, compared);
                       connect(m_comparisons, &CompareController::comparisonChanged, m_timeline, compared);
                       compared();
                       connect(&m_session, &RunSession::began, m_timeline, begin);
                       connect(&m_session, &RunSession::moved, m_timeline,
                               [this] { m_timeline->setPlayhead(m_session.now()); });
                       return both;
                   },
                   true});
    m_panels->add(
        {"events", tr("Events"), Qt::BottomDockWidgetArea, [this, watch, seekAfter, message, why] {
             auto* log = watch(new EventLog(m_theme.theme()));
             connect(log, &EventLog::eventActivated, this, seekAfter);
             connect(log, &EventLog::matchWanted, m_steps,
                     [this](bool forward) { m_steps->step(StepGoal::Match, forward); });
             connect(m_steps, &StepController::arrived, log, &EventLog::choose);
             const auto compared = [this, log] {
                 const auto& comparison = m_comparisons->comparison();
                 const bool parts = comparison && comparison->divergence && comparison->divergence->left;
                 log->setDifference(parts ? std::optional(comparison->divergence->sequence) : std::nullopt);
             };
             connect(m_comparisons, &CompareController::sidesChanged, log, compared);
             connect(m_comparisons, &CompareController::comparisonChanged, log, compared);
             compared();
             connect(log, &EventLog::messageActivated, this, message);
             connect(log, &EventLog::whyRequested, this, why);
             connect(log, &EventLog::messageChosen, this, [this](MessageId id) {
                 if (m_panels->isSeen("message"))
                     showMessage(id);
             });
             return log;
         }});
    m_panels->add(
        {"incidents", tr("Incidents"), Qt::BottomDockWidgetArea, [this, watch, seek, seekAfter, message] {
             auto* list = watch(new IncidentList(m_theme.theme()));
             const auto refresh = [this, list] {
                 list->setReplay(m_session.isReplay());
                 list->setStates(m_incidents->states());
                 list->setIncidents(m_time->filtered(m_session.incidents()), m_session.system().next);
             };
             connect(&m_slowRefresh, &QTimer::timeout, list, refresh);
             connect(&m_session, &RunSession::began, list, refresh);
             connect(m_time, &TimeSelection::changed, list, refresh);
             connect(m_incidents, &IncidentController::statesChanged, list, refresh);
             connect(list, &IncidentList::stateRequested, m_incidents, &IncidentController::setState);
             connect(list, &IncidentList::shareRequested, m_sharing, &ShareController::shareIncident);
             connect(list, &IncidentList::eventActivated, this, seekAfter);
             connect(list, &IncidentList::seekRequested, this, seek);
             connect(list, &IncidentList::messageActivated, this, message);
             connect(list, &IncidentList::whyRequested, m_incidents, &IncidentController::askWhy);
             connect(list, &IncidentList::redriveRequested, this,
                     [this](EntityId queue, const std::vector<MessageId>& messages) {
                         m_incidents->planRedrive(m_theme.theme(), queue, messages);
                     });
             connect(list, &IncidentList::entityActivated, this, [this](EntityId entity) {
                 if (m_session.store() && entity != kNoEntity)
                     reveal(m_session.store()->table().entities[entity].id);
             });
             refresh();
             return list;
         }});
    m_panels->add({"charts", tr("Charts"), Qt::BottomDockWidgetArea, [this, watch, seek] {
                       auto* charts = watch(new ChartsPanel(m_theme.theme()));
                       connect(charts, &ChartsPanel::seekRequested, this, seek);
                       connect(m_canvas, &CanvasView::selectionChanged, charts,
                               [this, charts] { charts->setSelection(selectedEntities()); });
                       connect(&m_session, &RunSession::began, charts,
                               [this, charts] { charts->setSelection(selectedEntities()); });
                       charts->setSelection(selectedEntities());
                       return charts;
                   }});
    m_panels->add(
        {"message", tr("Message"), Qt::BottomDockWidgetArea, [this, watch, seekAfter, message, why] {
             auto* view = watch(new MessageView(m_theme.theme()));
             connect(view, &MessageView::messageActivated, this, message);
             connect(view, &MessageView::whyRequested, this, why);
             const auto begin = [this, view] { view->setScenario(m_session.scenario()); };
             connect(&m_session, &RunSession::began, view, begin);
             begin();
             connect(view, &MessageView::eventActivated, this, seekAfter);
             return view;
         }});
    m_panels->add({"sequence", tr("Sequence"), Qt::BottomDockWidgetArea, [this, watch, seekAfter] {
                       auto* view = watch(new SequenceView(m_theme.theme()));
                       const auto begin = [this, view] {
                           view->setLookup(m_session.store() ? lookupIn(m_session.store()) : MessageLookup());
                           view->setGroups(groupsOfEntities());
                       };
                       connect(&m_session, &RunSession::began, view, begin);
                       connect(view, &SequenceView::eventActivated, this, seekAfter);
                       connect(view, &SequenceView::exportRequested, m_exports,
                               [this, view] { m_exports->exportSequence(*view); });
                       // What is chosen in the picture stays in the picture: no other panel comes forward.
                       connect(view, &SequenceView::messageActivated, this, [this](MessageId id) {
                           if (auto* panel = static_cast<MessageView*>(m_panels->find("message")))
                               panel->showMessage(id);
                       });
                       begin();
                       view->showMessage(m_shownMessage);
                       return view;
                   }});
    m_panels->add(
        {"compare", tr("Compare"), Qt::BottomDockWidgetArea, [this, message] {
             auto* view = new ComparisonView(m_theme.theme());
             m_themed << [view](const Theme& theme) { view->setTheme(theme); };
             const auto compare = [this, view] {
                 view->setComparison(m_comparisons->comparison(), m_comparisons->upTo());
             };
             const auto begin = [this, view, compare] {
                 view->setSides(m_comparisons->left(), m_comparisons->right());
                 compare();
             };
             connect(m_comparisons, &CompareController::sidesChanged, view, begin);
             connect(m_comparisons, &CompareController::comparisonChanged, view, compare);
             connect(m_comparisons, &CompareController::catchingUp, view, &ComparisonView::setCatchingUp);
             connect(view, &ComparisonView::forkWanted, m_comparisons, &CompareController::fork);
             connect(view, &ComparisonView::recordingWanted, m_comparisons,
                     &CompareController::compareWithRecording);
             connect(view, &ComparisonView::alignmentChosen, m_comparisons, &CompareController::align);
             connect(view, &ComparisonView::endWanted, m_comparisons, &CompareController::end);
             connect(view, &ComparisonView::wholeWanted, &m_session, &RunSession::runToEnd);
             connect(view, &ComparisonView::messageActivated, this, message);
             connect(view, &ComparisonView::differenceWanted, this, [this](Sequence sequence) {
                 m_session.seekAfter(sequence);
                 static_cast<EventLog*>(m_panels->reveal("events"))->choose(sequence);
             });
             connect(view, &ComparisonView::momentActivated, this, [this](TraceTime time, EntityId entity) {
                 m_session.seek(time);
                 if (m_session.store() && entity < m_session.store()->table().entities.size())
                     reveal(m_session.store()->table().entities[entity].id);
             });
             begin();
             return view;
         }});
    m_panels->add({"why", tr("Why"), Qt::BottomDockWidgetArea, [this] {
                       auto* view = m_incidents->makeWhyView(m_theme.theme());
                       m_themed << [view](const Theme& theme) { view->setTheme(theme); };
                       return view;
                   }});
    m_panels->add({"outcome", tr("Outcome"), Qt::BottomDockWidgetArea, [this] {
                       auto* outcome = new OutcomePanel(m_theme.theme());
                       m_themed << [outcome](const Theme& theme) { outcome->setTheme(theme); };
                       const auto begin = [this, outcome] {
                           outcome->expect(m_session.scenario().expectations, m_session.diagram().get());
                       };
                       connect(&m_session, &RunSession::began, outcome, begin);
                       connect(outcome, &OutcomePanel::subjectActivated, this,
                               [this](const QString& id) { reveal(id.toStdString()); });
                       begin();
                       const auto part = [this, outcome] {
                           outcome->setPart(m_time->range(), m_rangeOutcome->judgements(),
                                            m_rangeOutcome->summary());
                       };
                       connect(m_rangeOutcome, &RangeOutcome::changed, outcome, part);
                       connect(outcome, &OutcomePanel::rangeCleared, m_time, &TimeSelection::clear);
                       part();
                       return outcome;
                   }});
}

void MainWindow::makeSteps() {
    StepController::Surroundings around;
    around.selected = [this] { return selectedEntities(); };
    around.message = [this] { return m_shownMessage; };
    around.query = [this] {
        const auto* log = static_cast<EventLog*>(m_panels->find("events"));
        return log ? std::optional(log->filter()) : std::nullopt;
    };
    m_steps = new StepController(m_session, std::move(around), this);
    connect(m_runs, &RunController::stepWanted, m_steps, &StepController::step);
    connect(m_steps, &StepController::told, this,
            [this](const QString& sentence) { m_status->showMessage(sentence, 5000); });
    connect(m_steps, &StepController::searching, this,
            [this](const QString& what, double progress) { m_status->setProgress(what, progress, true); });
    connect(m_steps, &StepController::queryWanted, this, [this] {
        static_cast<EventLog*>(m_panels->reveal("events"))->focusQuery();
        m_status->showMessage(tr("Write what to look for: kind:failed, queue:orders, duration>2s"), 5000);
    });
}

std::vector<TimelineMark> MainWindow::comparedMarks() const {
    std::vector<TimelineMark> marks;
    const auto& comparison = m_comparisons->comparison();
    if (const auto forked = m_comparisons->forkedAt())
        marks.push_back({TimelineMark::Kind::Fork, *forked, m_comparisons->right().title});
    if (comparison && comparison->divergence)
        marks.push_back({TimelineMark::Kind::Difference, comparison->divergence->at,
                         tr("The first event that is not the same in \"%1\"; the panel Compare tells which")
                             .arg(m_comparisons->right().title)});
    return marks;
}

std::vector<EntityId> MainWindow::selectedEntities() const {
    std::vector<EntityId> entities;
    if (!m_session.store())
        return entities;
    for (const Id& id : m_canvas->selection()) {
        const EntityId entity = m_session.store()->table().find(id);
        if (entity != kNoEntity)
            entities.push_back(entity);
    }
    return entities;
}

/// By entity of the run: the name of its group in the drawing.
std::vector<std::string> MainWindow::groupsOfEntities() {
    std::vector<std::string> groups;
    if (!m_session.store() || !m_documents.isOpen())
        return groups;
    const Document& document = m_documents.history().document();
    for (const Entity& entity : m_session.store()->table().entities) {
        const Element* element = document.findElement(entity.id);
        const Group* group = element ? document.findGroup(element->group) : nullptr;
        groups.push_back(!group ? std::string() : group->name.empty() ? group->id : group->name);
    }
    return groups;
}

void MainWindow::showMessage(MessageId message) {
    if (!m_session.store() || message == 0)
        return;
    m_shownMessage = message;
    if (auto* sequence = static_cast<SequenceView*>(m_panels->find("sequence")))
        sequence->showMessage(message);
    auto* view = static_cast<MessageView*>(m_panels->reveal("message"));
    view->showMessage(message);
    view->setPlayhead(m_session.now());
}

}  // namespace sluice
