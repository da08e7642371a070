#include "app/incidentcontroller.h"
#include "app/mainwindow.h"
#include "app/notebook.h"
#include "app/paneldocks.h"
#include "app/statusline.h"
#include "app/themecontroller.h"
#include "widgets/canvas/canvasview.h"
#include "widgets/incidents/incidentlist.h"

namespace sluice {

void MainWindow::connectIncidents() {
    connect(m_canvas, &CanvasView::menuOpening, m_incidents, [this](QMenu* menu, const std::string& id) {
        m_incidents->extendMenu(*menu, id, m_theme.theme());
    });
    // What is said of incidents is kept with the other notes of the run.
    connect(m_incidents, &IncidentController::statesChanged, this, [this] {
        RunNotes notes = m_notebook->notes();
        notes.incidents = m_incidents->notes();
        m_notebook->set(notes);
    });
    connect(m_notebook, &Notebook::changed, m_incidents,
            [this] { m_incidents->setNotes(m_notebook->notes().incidents); });
    connect(m_incidents, &IncidentController::placeWanted, this,
            [this](const std::string& id) { reveal(id); });
    connect(m_incidents, &IncidentController::placesWanted, this,
            [this](const std::vector<std::string>& ids) {
                m_canvas->setSelection(ids);
                m_canvas->reveal(ids.front());
            });
    connect(m_incidents, &IncidentController::messageWanted, this, &MainWindow::showMessage);
}

void MainWindow::askWhy() {
    if (!m_session.store())
        return;
    const QWidget* focused = focusWidget();
    auto* list = static_cast<IncidentList*>(m_panels->find("incidents"));
    if (list && focused && list->isAncestorOf(focused) && list->askWhy())
        return;
    for (const EntityId entity : selectedEntities()) {
        if (m_session.store()->table().entities[entity].deadLetters && m_incidents->hasMessages(entity))
            return m_incidents->askWhyFirstOf(entity);
    }
    if (m_shownMessage != 0)
        return m_incidents->askWhy(m_shownMessage);
    if (list && list->askWhy())
        return;
    m_status->showMessage(tr("Choose a message, an incident or a dead-letter queue first"), 4000);
}

void MainWindow::redrive() {
    if (!m_session.store())
        return;
    std::vector<EntityId> queues = selectedEntities();
    for (const Incident& incident : m_session.incidents()) {
        if (incident.waiting > 0)
            queues.push_back(incident.deadLetterQueue);
    }
    for (const EntityId queue : queues) {
        if (queue != kNoEntity && m_session.store()->table().entities[queue].deadLetters &&
            m_incidents->hasMessages(queue))
            return m_incidents->planRedrive(m_theme.theme(), queue);
    }
    m_status->showMessage(tr("There are no dead letters to redrive at this moment"), 4000);
}

}  // namespace sluice
