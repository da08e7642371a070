#include "app/incidentcontroller.h"
#include "app/mainwindow.h"
#include "app/paneldocks.h"
#include "app/statusline.h"
#include "widgets/canvas/canvasview.h"
#include "widgets/incidents/incidentlist.h"

namespace sluice {

void MainWindow::connectIncidents() {
    connect(m_canvas, &CanvasView::menuOpening, m_incidents,
            [this](QMenu* menu, const std::string& id) { m_incidents->extendMenu(*menu, id); });
    connect(m_incidents, &IncidentController::placeWanted, this,
            [this](const std::string& id) { reveal(id); });
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

}  // namespace sluice
