#include <QLocale>

#include "app/live/driftpanel.h"
#include "app/live/livecontroller.h"
#include "app/live/livemessages.h"
#include "app/mainwindow.h"
#include "app/messagebar.h"
#include "app/outcomepanel.h"
#include "app/paneldocks.h"
#include "app/runcontroller.h"
#include "app/themecontroller.h"
#include "widgets/canvas/canvasview.h"
#include "widgets/editing/counting.h"
#include "widgets/findings/findingspanel.h"
#include "widgets/inspector/inspector.h"
#include "widgets/inspector/messagecatalogue.h"
#include "widgets/inspector/scenarioeditor.h"
#include "widgets/palette/palette.h"
#include "widgets/timeline/timelineindex.h"

namespace sluice {

namespace {

constexpr int kFormHeight = 160;  // pixels, in which a form still has some lines

}  // namespace

void MainWindow::makePanels() {
    // A panel that shows the document: it follows from the moment it is made, and is dressed with the others.
    const auto follow = [this](auto* panel) {
        panel->setHistory(m_documents.isOpen() ? &m_documents.history() : nullptr);
        connect(&m_documents, &DocumentController::opened, panel, [this, panel] {
            panel->setHistory(m_documents.isOpen() ? &m_documents.history() : nullptr);
        });
        m_themed << [panel](const Theme& theme) { panel->setTheme(theme); };
        return panel;
    };
    const auto revealId = [this](const std::string& id) { reveal(id); };

    m_panels->add({"palette", tr("Elements"), Qt::LeftDockWidgetArea, [this] {
                       auto* palette = new Palette(m_theme.theme());
                       m_themed << [palette](const Theme& theme) { palette->setTheme(theme); };
                       connect(palette, &Palette::kindChosen, m_canvas, &CanvasView::beginPlacing);
                       connect(palette, &Palette::groupChosen, m_canvas, &CanvasView::beginPlacingGroup);
                       return palette;
                   }});
    m_panels->add({"inspector", tr("Inspector"), Qt::RightDockWidgetArea, [this, follow, revealId] {
                       auto* inspector = follow(new Inspector(m_theme.theme()));
                       inspector->setSelection(m_canvas->selection());
                       connect(inspector, &Inspector::referenceActivated, this, revealId);
                       connect(
                           inspector, &Inspector::messageCatalogueRequested, this,
                           [this](const std::string& message) {
                               static_cast<MessageCatalogue*>(m_panels->reveal("messages"))->choose(message);
                           });
                       return inspector;
                   }});
    makeRunPanels();
    makeAlertsPanel();
    makeNotesPanels();
    m_panels->add({"findings", tr("Findings"), Qt::BottomDockWidgetArea, [this, follow, revealId] {
                       auto* findings = follow(new FindingsPanel(m_theme.theme()));
                       connect(findings, &FindingsPanel::subjectActivated, this, revealId);
                       connect(findings, &FindingsPanel::findingsChanged, this, [this, findings] {
                           showFindings();
                           m_panels->setCount("findings", static_cast<int>(findings->findings().size()));
                       });
                       return findings;
                   }});
    m_panels->add({"messages", tr("Message types"), Qt::BottomDockWidgetArea,
                   [this, follow] { return follow(new MessageCatalogue(m_theme.theme())); }, false,
                   kFormHeight});
    m_panels->add({"scenarios", tr("Scenarios"), Qt::BottomDockWidgetArea,
                   [this, follow] {
                       auto* editor = follow(new ScenarioEditor(m_theme.theme()));
                       // One scenario is the window's: what is edited is what the next play runs.
                       const auto choose = [this, editor] {
                           editor->choose(m_runs->scenarioId().toStdString());
                       };
                       connect(m_runs, &RunController::scenarioChanged, editor, choose);
                       connect(editor, &ScenarioEditor::chosenChanged, m_runs, [this](const std::string& id) {
                           if (m_runs->scenarioId() != QString::fromStdString(id))
                               m_runs->chooseScenario(QString::fromStdString(id));
                       });
                       choose();
                       return editor;
                   },
                   false, kFormHeight});
    m_panels->setDefault(Mode::Design,
                         {"palette", "inspector", "transport", "messages", "scenarios", "findings"});
    m_panels->add({"drift", tr("Drift"), Qt::BottomDockWidgetArea, [this, revealId] {
                       auto* drift = new DriftPanel;
                       connect(m_live, &LiveController::compared, drift, &DriftPanel::setDrift);
                       connect(drift, &DriftPanel::subjectActivated, this, revealId);
                       connect(drift, &DriftPanel::compareWanted, m_live, &LiveController::compare);
                       connect(drift, &DriftPanel::planWanted, m_live,
                               [this, drift] { m_live->plan(m_theme.theme(), drift->chosen(), this); });
                       connect(drift, &DriftPanel::driftChosen, this, [this](std::size_t index) {
                           for (const auto& [ghost, place] : m_ghosts.drifts) {
                               if (place == index)
                                   return m_canvas->chooseGhost(ghost);
                           }
                           m_canvas->chooseGhost({});
                       });
                       connect(m_canvas, &CanvasView::ghostChosen, drift, [this, drift](const Id& ghost) {
                           const auto found = m_ghosts.drifts.find(ghost);
                           if (found != m_ghosts.drifts.end())
                               drift->choose(found->second);
                       });
                       connect(drift, &DriftPanel::takeOverWanted, m_live,
                               [this, drift] { m_live->takeOver(drift->chosen()); });
                       return drift;
                   }});
    connect(m_live, &LiveController::compared, this,
            [this](const std::shared_ptr<const Diagram>& found, const std::vector<Drift>& drifts) {
                m_panels->setCount("drift", static_cast<int>(drifts.size()));
                m_driftFindings = std::make_shared<const std::vector<Finding>>(findingsOf(drifts));
                showFindings();
                m_ghosts = found ? ghostsOf(m_documents.document().diagram(), *found, drifts) : DriftGhosts();
                m_canvas->setGhosts({m_ghosts.elements, m_ghosts.links});
                if (auto* panel = static_cast<DriftPanel*>(m_panels->find("drift")))
                    panel->setUnshown(m_ghosts.left);
            });
    connect(m_live, &LiveController::answered, this, [this] {
        // The panel may be made only now.
        auto* panel = static_cast<DriftPanel*>(m_panels->reveal("drift"));
        if (!m_live->found() || !panel)
            return;
        panel->setDrift(m_live->found(), m_live->drifts());
        panel->setUnshown(m_ghosts.left);
    });
    m_panels->setDefault(Mode::Live,
                         {"inspector", "transport", "incidents", "alerts", "events", "drift", "charts"});
    m_panels->setDefault(Mode::Replay,
                         {"inspector", "transport", "incidents", "charts", "message", "sequence", "compare",
                          "outcome", "alerts", "bookmarks", "watches", "findings", "events"});
    m_panels->setDefault(Mode::Run,
                         {"inspector", "transport", "incidents", "charts", "message", "sequence", "compare",
                          "outcome", "alerts", "bookmarks", "watches", "findings", "events"});
}

/// Where not every message of a live broker is shown singly, the drawing says so.
void MainWindow::showSamples() {
    std::unordered_map<std::string, QString> captions;
    const bool hidden = m_session.isLive() && !m_session.isComplete() && !m_liveMessages->areShown();
    if (m_timeIndex && !hidden) {
        const EntityTable& table = m_timeIndex->store()->table();
        for (const SampleRate& rate : m_timeIndex->lanes().samplesAt(m_session.now())) {
            if (rate.subject < table.entities.size() && !table.entities[rate.subject].isLink)
                captions.emplace(table.entities[rate.subject].id,
                                 rate.oneOf == 0 ? tr("none shown") : tr("1 of %1 shown").arg(rate.oneOf));
        }
    }
    m_canvas->setCaptions(std::move(captions));
}

void MainWindow::showFindings() {
    const auto* panel = static_cast<const FindingsPanel*>(m_panels->find("findings"));
    std::vector<SharedFindings> findings;
    if (panel)
        findings.push_back(panel->sharedFindings());
    if (m_driftFindings)
        findings.push_back(m_driftFindings);
    m_canvas->setFindings(std::move(findings));
}

void MainWindow::showRunEnd() {
    const std::vector<Judgement>& judgements = m_session.judgements();
    const auto met =
        std::count_if(judgements.begin(), judgements.end(), [](const Judgement& j) { return j.met; });
    const auto all = static_cast<int>(judgements.size());
    const QString facts = tr("%1 over %2, fingerprint %3")
                              .arg(counted(m_session.store()->size(), tr("1 event"), tr("%1 events")),
                                   QString::fromStdString(describeDuration(m_session.now())))
                              .arg(m_session.fingerprint().value_or(0), 16, 16, QLatin1Char('0'));
    QString verdict = tr("The run is over; the scenario expects nothing.");
    if (all > 0 && met == all)
        verdict = counted(static_cast<qulonglong>(all), tr("The one expectation is met."),
                          tr("All %1 expectations are met."));
    else if (all > 0)
        verdict = all == 1 ? tr("The one expectation is not met.")
                           : tr("%1 of %2 expectations are not met.").arg(all - met).arg(all);
    auto* panel = static_cast<OutcomePanel*>(m_panels->ensure("outcome"));
    panel->setJudgements(judgements, verdict + QStringLiteral("  ") + facts);
    if (all == 0)
        return;
    m_messages->tell({"run",
                      met == all ? MessageBar::Tone::Info : MessageBar::Tone::Danger,
                      verdict,
                      {{tr("Show"), [this] { m_panels->reveal("outcome"); }}}});
}

}  // namespace sluice
