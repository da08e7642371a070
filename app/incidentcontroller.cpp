#include "app/incidentcontroller.h"

#include <QMenu>

#include "app/paneldocks.h"
#include "core/incident/causalchain.h"
#include "widgets/incidents/whyview.h"

namespace sluice {

IncidentController::IncidentController(RunSession& session, PanelDocks& panels, QObject* parent)
    : QObject(parent), m_session(session), m_panels(panels) {}

WhyView* IncidentController::makeWhyView(const Theme& theme) {
    auto* view = new WhyView(theme);
    const auto follow = [this, view] {
        view->setTable(m_session.store() ? m_session.store()->sharedTable() : nullptr);
    };
    follow();
    connect(&m_session, &RunSession::began, view, follow);
    connect(view, &WhyView::messageActivated, this, &IncidentController::messageWanted);
    connect(view, &WhyView::stepActivated, this, [this](Sequence sequence, EntityId place) {
        m_session.seekAfter(sequence);
        if (m_session.store() && place < m_session.store()->table().entities.size())
            emit placeWanted(m_session.store()->table().entities[place].id);
    });
    return view;
}

void IncidentController::askWhy(MessageId message, EntityId place) {
    if (!m_session.store() || message == 0)
        return;
    const CausalContext context{*m_session.store(), m_session.diagram().get(), &m_session.scenario()};
    const CausalChain chain = causalChain(context, message, place, m_session.system().next);
    if (chain.steps.empty())
        return;
    auto* view = static_cast<WhyView*>(m_panels.reveal(QStringLiteral("why")));
    view->showChain(chain, m_session.now());
    view->setFocus();
}

bool IncidentController::hasMessages(EntityId queue) const {
    return m_session.store() && queue < m_session.system().entities.size() &&
           !m_session.system().entities[queue].messages.empty();
}

void IncidentController::askWhyFirstOf(EntityId queue) {
    if (hasMessages(queue))
        askWhy(m_session.system().entities[queue].messages.front(), queue);
}

void IncidentController::extendMenu(QMenu& menu, const std::string& id) {
    const EntityId queue = m_session.store() ? m_session.store()->table().find(id) : kNoEntity;
    if (!hasMessages(queue))
        return;
    auto* why = new QAction(tr("Why is the first message here?"), &menu);
    connect(why, &QAction::triggered, this, [this, queue] { askWhyFirstOf(queue); });
    menu.insertAction(menu.actions().value(0), why);
    menu.insertSeparator(menu.actions().value(1));
}

}  // namespace sluice
