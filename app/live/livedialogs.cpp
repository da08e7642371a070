// The part of LiveController that opens dialogs about the broker that is watched.
#include <QApplication>
#include <QCursor>
#include <QMenu>
#include <QPointer>
#include <algorithm>

#include "app/browse/browsedialog.h"
#include "app/documentcontroller.h"
#include "app/live/letterredrivedialog.h"
#include "app/live/livecontroller.h"
#include "app/live/offsetsdialog.h"
#include "app/live/plandialog.h"
#include "app/live/publishdialog.h"
#include "app/live/purgedialog.h"
#include "app/messagebar.h"
#include "core/live/brokershare.h"
#include "core/live/driftplan.h"

namespace sluice {

const WatchedBrokers::Broker* LiveController::brokerOf(const std::string& element) const {
    const Element* found = m_parts.documents.document().diagram().findElement(element);
    return found ? m_brokers.of(*found) : nullptr;
}

void LiveController::browse(const Theme& theme, const std::string& element, QWidget* parent) {
    if (const WatchedBrokers::Broker* broker = brokerOf(element))
        return browse(theme, *broker, element, parent);
    if (m_brokers.all().size() == 1)
        return browse(theme, m_brokers.all().front(), {}, parent);
    auto* menu = new QMenu(parent);
    menu->setAttribute(Qt::WA_DeleteOnClose);
    for (const WatchedBrokers::Broker& one : m_brokers.all())
        menu->addAction(
            tr("Of %1…").arg(one.connection.name), this,
            [this, chosenTheme = &theme, broker = one, parent] { browse(*chosenTheme, broker, {}, parent); });
    menu->popup(QCursor::pos());
}

void LiveController::browse(const Theme& theme, const WatchedBrokers::Broker& broker,
                            const std::string& element, QWidget* parent) {
    QStringList places;
    QString chosen;
    for (const Element& one : m_parts.documents.document().diagram().elements) {
        if ((one.kind != ElementKind::Queue && one.kind != ElementKind::Topic) ||
            m_brokers.of(one)->connection.id != broker.connection.id)
            continue;
        places << QString::fromStdString(one.name);
        if (one.id == element)
            chosen = places.back();
    }
    places.sort(Qt::CaseInsensitive);
    auto* dialog = new BrowseDialog(theme, *broker.plugin, broker.connection, places, parent);
    dialog->rememberSchemas(m_parts.settings);
    if (!chosen.isEmpty())
        dialog->setPlace(chosen);
    dialog->show();
}

void LiveController::redrive(const Theme& theme, const std::string& element, QWidget* parent) {
    const WatchedBrokers::Broker* broker = brokerOf(element);
    const Element* queue = m_parts.documents.document().diagram().findElement(element);
    if (!broker || !queue)
        return;
    auto* dialog = new LetterRedriveDialog(theme, *broker->plugin, broker->connection,
                                           QString::fromStdString(queue->name), parent);
    connect(dialog, &LetterRedriveDialog::written, this, &LiveController::tellWritten);
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
    const WatchedBrokers::Broker* broker = brokerOf(element);
    // Kafka's queues are topics.
    if (broker && broker->plugin->redrive(broker->connection))
        add("live.redrive", tr("Redrive dead letters…"),
            [this, element, chosenTheme = &theme, parent] { redrive(*chosenTheme, element, parent); });
    if (before)
        menu.insertSeparator(before);
}

WritableBroker LiveController::writable(const WatchedBrokers::Broker& broker) {
    return WritableBroker{broker.connection.name, broker.connection.mayWrite,
                          [plugin = broker.plugin, connection = broker.connection](bool mayWrite) {
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
    if (!m_found)
        return;
    std::vector<QString> asked;  // connections that stand in a plan
    for (const WatchedBrokers::Broker& broker : m_brokers.all()) {
        if (std::find(asked.begin(), asked.end(), broker.connection.id) != asked.end())
            continue;
        std::vector<PlanDialog::Choice> choices;
        bool isAsDrawn = true;
        for (const WatchedBrokers::Broker* one : m_brokers.likes(broker)) {
            asked.push_back(one->connection.id);
            choices.push_back({writable(*one), planFor(*one, drifts)});
            isAsDrawn =
                isAsDrawn && choices.back().plan.steps.empty() && choices.back().plan.obstacles.empty();
        }
        // A broker that is as it is drawn needs no plan beside another that is not.
        if (m_brokers.all().size() > 1 && isAsDrawn)
            continue;
        auto* dialog = new PlanDialog(theme, std::move(choices), parent);
        connect(dialog, &PlanDialog::written, this, &LiveController::compare);
        dialog->show();
    }
}

BrokerPlan LiveController::planFor(const WatchedBrokers::Broker& broker,
                                   const std::vector<Drift>& drifts) const {
    const Diagram& drawing = m_parts.documents.document().diagram();
    const bool all = drifts.size() >= m_drifts.size();
    const PlanWish wish{.kinds = broker.kinds, .deletes = true};
    std::vector<const Diagram*> others;
    for (const WatchedBrokers::Broker* one : m_brokers.likes(broker)) {
        if (one != &broker && one->drawing)
            others.push_back(one->drawing.get());
    }
    if (others.empty() || !broker.drawing)
        return all ? brokerPlan(drawing, *m_found, wish) : sluice::planFor(drawing, *m_found, drifts, wish);
    const Diagram share = shareOf(drawing, *broker.drawing, others);
    if (all)
        return brokerPlan(share, *broker.drawing, wish);
    // The same differences, looked for where that broker alone is.
    std::vector<Drift> own = driftOf(share, *broker.drawing);
    std::erase_if(own, [&](const Drift& drift) {
        return std::none_of(drifts.begin(), drifts.end(), [&](const Drift& chosen) {
            return chosen.kind == drift.kind && chosen.isLink == drift.isLink && chosen.name == drift.name &&
                   chosen.property == drift.property;
        });
    });
    return sluice::planFor(share, *broker.drawing, own, wish);
}

void LiveController::publish(const Theme& theme, const std::string& element, QWidget* parent) {
    const WatchedBrokers::Broker* broker = brokerOf(element);
    const Element* place = m_parts.documents.document().diagram().findElement(element);
    if (!broker || !place)
        return;
    auto* dialog = new PublishDialog(theme, writable(*broker), QString::fromStdString(place->name),
                                     place->kind == ElementKind::Topic, parent);
    connect(dialog, &PublishDialog::written, this, &LiveController::tellWritten);
    dialog->show();
}

void LiveController::moveOffsets(const Theme& theme, const std::string& element, QWidget* parent) {
    const WatchedBrokers::Broker* broker = brokerOf(element);
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
    auto* dialog =
        new OffsetsDialog(theme, writable(*broker), QString::fromStdString(topic->name), groups, parent);
    connect(dialog, &OffsetsDialog::written, this, &LiveController::tellWritten);
    dialog->show();
}

void LiveController::purge(const Theme& theme, const std::string& element, QWidget* parent) {
    const WatchedBrokers::Broker* broker = brokerOf(element);
    const Element* place = m_parts.documents.document().diagram().findElement(element);
    if (!broker || !place)
        return;
    auto* dialog = new PurgeDialog(theme, writable(*broker), QString::fromStdString(place->name), parent);
    connect(dialog, &PurgeDialog::written, this, &LiveController::tellWritten);
    dialog->show();
}

}  // namespace sluice
