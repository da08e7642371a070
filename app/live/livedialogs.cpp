// The part of LiveController that opens dialogs about the broker that is watched.
#include <QApplication>
#include <QMenu>
#include <QPointer>

#include "app/browse/browsedialog.h"
#include "app/documentcontroller.h"
#include "app/live/letterredrivedialog.h"
#include "app/live/livecontroller.h"
#include "app/live/offsetsdialog.h"
#include "app/live/plandialog.h"
#include "app/live/publishdialog.h"
#include "app/live/purgedialog.h"
#include "app/messagebar.h"
#include "core/live/driftplan.h"

namespace sluice {

void LiveController::browse(const Theme& theme, const std::string& element, QWidget* parent) {
    const BrokerPlugin* plugin = m_registry ? m_registry->plugin(m_connection.plugin) : nullptr;
    if (!plugin)
        return;
    QStringList places;
    QString chosen;
    for (const Element& one : m_parts.documents.document().diagram().elements) {
        if (one.kind != ElementKind::Queue && one.kind != ElementKind::Topic)
            continue;
        places << QString::fromStdString(one.name);
        if (one.id == element)
            chosen = places.back();
    }
    places.sort(Qt::CaseInsensitive);
    auto* dialog = new BrowseDialog(theme, *plugin, m_connection, places, parent);
    dialog->rememberSchemas(m_parts.settings);
    if (!chosen.isEmpty())
        dialog->setPlace(chosen);
    dialog->show();
}

void LiveController::redrive(const Theme& theme, const std::string& element, QWidget* parent) {
    const BrokerPlugin* plugin = m_registry ? m_registry->plugin(m_connection.plugin) : nullptr;
    const Element* queue = m_parts.documents.document().diagram().findElement(element);
    if (!plugin || !queue)
        return;
    auto* dialog =
        new LetterRedriveDialog(theme, *plugin, m_connection, QString::fromStdString(queue->name), parent);
    connect(dialog, &LetterRedriveDialog::written, this, [this](const QString& line) {
        m_parts.messages.tell({"live", MessageBar::Tone::Info, line + u'.'});
    });
    dialog->show();
}

void LiveController::extendMenu(QMenu& menu, const std::string& element, const Theme& theme,
                                QWidget* parent) {
    const Element* chosen = m_parts.documents.document().diagram().findElement(element);
    if (!m_watching || !chosen || (chosen->kind != ElementKind::Queue && chosen->kind != ElementKind::Topic))
        return;
    QAction* before = menu.actions().value(0);
    const auto add = [&](const char* name, const QString& text, auto&& chosenThen) {
        auto* action = new QAction(text, &menu);
        action->setObjectName(name);
        connect(action, &QAction::triggered, this, chosenThen);
        menu.insertAction(before, action);
    };
    add("live.browse", tr("Look at its messages…"),
        [this, element, chosenTheme = &theme, parent] { browse(*chosenTheme, element, parent); });
    add("live.publish", tr("Publish messages to it…"),
        [this, element, chosenTheme = &theme, parent] { publish(*chosenTheme, element, parent); });
    if (chosen->kind == ElementKind::Topic)
        add("live.offsets", tr("Move where a group reads on…"),
            [this, element, chosenTheme = &theme, parent] { moveOffsets(*chosenTheme, element, parent); });
    add("live.purge", tr("Throw its messages away…"),
        [this, element, chosenTheme = &theme, parent] { purge(*chosenTheme, element, parent); });
    const BrokerPlugin* plugin = m_registry ? m_registry->plugin(m_connection.plugin) : nullptr;
    // Kafka's queues are topics.
    if (plugin && plugin->redrive(m_connection))
        add("live.redrive", tr("Redrive dead letters…"),
            [this, element, chosenTheme = &theme, parent] { redrive(*chosenTheme, element, parent); });
    if (before)
        menu.insertSeparator(before);
}

std::optional<WritableBroker> LiveController::writable() {
    const BrokerPlugin* plugin = m_registry ? m_registry->plugin(m_connection.plugin) : nullptr;
    if (!plugin)
        return std::nullopt;
    return WritableBroker{m_connection.name, m_connection.mayWrite,
                          [plugin, connection = m_connection](bool mayWrite) {
                              ConnectionSettings settings = connection;
                              settings.mayWrite = mayWrite && connection.mayWrite;
                              return plugin->changes(settings);
                          },
                          [guard = QPointer<LiveController>(this)](const QString& line) {
                              QMetaObject::invokeMethod(
                                  qApp,
                                  [guard, line] {
                                      if (guard)
                                          guard->tellWritten(line);
                                  },
                                  Qt::QueuedConnection);
                          }};
}

void LiveController::tellWritten(const QString& line) {
    m_parts.messages.tell({"live", MessageBar::Tone::Info, line + u'.'});
}

void LiveController::plan(const Theme& theme, const std::vector<Drift>& drifts, QWidget* parent) {
    const auto broker = writable();
    if (!broker || !m_found)
        return;
    const PlanWish wish{.kinds = broker->changes(false)->kinds(), .deletes = true};
    const Diagram& drawing = m_parts.documents.document().diagram();
    const bool all = drifts.size() >= m_drifts.size();
    auto* dialog = new PlanDialog(
        theme, *broker, all ? brokerPlan(drawing, *m_found, wish) : planFor(drawing, *m_found, drifts, wish),
        parent);
    connect(dialog, &PlanDialog::written, this, &LiveController::compare);
    dialog->show();
}

void LiveController::publish(const Theme& theme, const std::string& element, QWidget* parent) {
    const auto broker = writable();
    const Element* place = m_parts.documents.document().diagram().findElement(element);
    if (!broker || !place)
        return;
    auto* dialog = new PublishDialog(theme, *broker, QString::fromStdString(place->name),
                                     place->kind == ElementKind::Topic, parent);
    connect(dialog, &PublishDialog::written, this, &LiveController::tellWritten);
    dialog->show();
}

void LiveController::moveOffsets(const Theme& theme, const std::string& element, QWidget* parent) {
    const auto broker = writable();
    const Diagram& diagram = m_parts.documents.document().diagram();
    const Element* topic = diagram.findElement(element);
    if (!broker || !topic)
        return;
    QStringList groups;
    for (const Link& link : diagram.links) {
        const QString group = QString::fromStdString(link.properties.text("group"));
        if (link.from == element && !group.isEmpty() && !groups.contains(group))
            groups << group;
    }
    groups.sort(Qt::CaseInsensitive);
    auto* dialog = new OffsetsDialog(theme, *broker, QString::fromStdString(topic->name), groups, parent);
    connect(dialog, &OffsetsDialog::written, this, &LiveController::tellWritten);
    dialog->show();
}

void LiveController::purge(const Theme& theme, const std::string& element, QWidget* parent) {
    const auto broker = writable();
    const Element* place = m_parts.documents.document().diagram().findElement(element);
    if (!broker || !place)
        return;
    auto* dialog = new PurgeDialog(theme, *broker, QString::fromStdString(place->name), parent);
    connect(dialog, &PurgeDialog::written, this, &LiveController::tellWritten);
    dialog->show();
}

}  // namespace sluice
