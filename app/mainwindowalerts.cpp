#include "app/alerts/alertcontroller.h"
#include "app/mainwindow.h"
#include "app/paneldocks.h"
#include "app/runsession.h"
#include "app/themecontroller.h"
#include "widgets/alerts/alertspanel.h"

namespace sluice {

void MainWindow::makeAlertsPanel() {
    // Its tab tells of alerts before it is opened for the first time.
    const auto count = [this] { m_panels->setCount("alerts", m_alerts->raisedCount()); };
    connect(m_alerts, &AlertController::changed, this, count);
    connect(&m_slowRefresh, &QTimer::timeout, this, count);
    const auto revealPlace = [this](const Alert& alert) {
        const auto& store = m_session.store();
        if (store && alert.subject < store->table().entities.size())
            reveal(store->table().entities[alert.subject].id);
    };
    connect(m_alerts, &AlertController::alertChosen, this, [this, revealPlace](const Alert& alert) {
        m_panels->reveal("alerts");
        revealPlace(alert);
    });
    m_panels->add(
        {"alerts", tr("Alerts"), Qt::BottomDockWidgetArea, [this, revealPlace] {
             auto* panel = new AlertsPanel(m_theme.theme());
             m_themed << [panel](const Theme& theme) { panel->setTheme(theme); };
             panel->setRuleFinder([this](std::uint32_t rule) { return m_live->alertRuleAt(rule); });
             const auto rules = [this, panel] { panel->setRules(m_documents.document().diagram().alerts); };
             const auto keeping = [this, panel] {
                 panel->setKeeping(m_alerts->canKeep(), m_alerts->settings().minutes);
             };
             const auto begin = [this, panel] {
                 panel->setIndex(m_timeIndex);
                 panel->setPlayhead(m_session.now());
             };
             connect(&m_documents.history(), &History::changed, panel, [rules](const DocumentChange& change) {
                 if (change.everything || !change.alerts.empty())
                     rules();
             });
             connect(&m_session, &RunSession::began, panel, begin);
             connect(&m_slowRefresh, &QTimer::timeout, panel, [this, panel] {
                 if (!panel->isVisible())
                     return;
                 panel->refresh();
                 panel->setPlayhead(m_session.now());
             });
             connect(m_alerts, &AlertController::changed, panel, keeping);
             connect(panel, &AlertsPanel::ruleWanted, m_alerts, &AlertController::newRule);
             connect(panel, &AlertsPanel::ruleActivated, m_alerts, &AlertController::editRule);
             connect(panel, &AlertsPanel::removalWanted, m_alerts, &AlertController::removeRule);
             connect(panel, &AlertsPanel::switched, m_alerts, &AlertController::switchRule);
             connect(panel, &AlertsPanel::keepWanted, m_alerts, &AlertController::keepLastMinutes);
             connect(panel, &AlertsPanel::settingsWanted, m_alerts, &AlertController::editSettings);
             connect(panel, &AlertsPanel::alertActivated, this, [this, revealPlace](const Alert& alert) {
                 m_session.seekAfter(alert.event);
                 revealPlace(alert);
             });
             rules();
             begin();
             keeping();
             return panel;
         }});
}

}  // namespace sluice
