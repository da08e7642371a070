#include "widgets/incidents/incidenttree.h"

#include <QHeaderView>
#include <QLocale>
#include <map>

#include "widgets/log/eventwords.h"
#include "widgets/theme/theme.h"

namespace sluice {
namespace {

enum IncidentColumn { kState, kWhere, kCause, kCount, kWaiting, kFirst, kLast, kColumns };
constexpr int kIncidentRole = Qt::UserRole;

QString stateText(IncidentState state) {
    switch (state) {
        case IncidentState::Open:
            return IncidentTree::tr("● Open");
        case IncidentState::Acknowledged:
            return IncidentTree::tr("◐ Acknowledged");
        case IncidentState::Redriven:
            return IncidentTree::tr("↺ Redriven");
        case IncidentState::Discarded:
            return IncidentTree::tr("✕ Discarded");
    }
    return {};
}

QString causeText(const Incident& incident) {
    return incident.cause == FailureKind::None
               ? eventwords::reason(incident.reason)
               : IncidentTree::tr("%1, %2").arg(eventwords::cause(incident.cause),
                                                eventwords::reason(incident.reason));
}

/// What makes it this incident and no other.
bool isSame(const Incident& one, const Incident& other) {
    return one.queue == other.queue && one.cause == other.cause && one.reason == other.reason &&
           one.opened == other.opened;
}

}  // namespace

IncidentTree::IncidentTree(const Theme& theme, QWidget* parent) : QTreeWidget(parent), m_theme(&theme) {
    setAccessibleName(tr("Incidents of the run"));
    setHeaderLabels(
        {tr("State"), tr("Where"), tr("Cause"), tr("Messages"), tr("Waiting"), tr("First"), tr("Last")});
    setUniformRowHeights(true);
    setFrameShape(QFrame::NoFrame);
    setRootIsDecorated(false);
    setAllColumnsShowFocus(true);
    header()->setStretchLastSection(false);
    header()->setSectionResizeMode(kWhere, QHeaderView::Stretch);
    header()->setSectionResizeMode(kCause, QHeaderView::Stretch);
    const int em = fontMetrics().averageCharWidth();
    for (const auto& [column, width] : std::initializer_list<std::pair<int, int>>{
             {kState, 15}, {kCount, 11}, {kWaiting, 9}, {kFirst, 13}, {kLast, 13}})
        setColumnWidth(column, width * em);
    connect(this, &QTreeWidget::currentItemChanged, this, [this] {
        if (!m_filling)
            emit chosenChanged();
    });
    connect(this, &QTreeWidget::itemActivated, this, [this](const QTreeWidgetItem* item) {
        const QVariant incident = item->data(0, kIncidentRole);
        if (incident.isValid())
            emit incidentActivated(incident.toInt());
    });
}

void IncidentTree::setTheme(const Theme& theme) {
    m_theme = &theme;
    fill();
}

void IncidentTree::setGrouping(Grouping grouping) {
    if (m_grouping == grouping)
        return;
    m_grouping = grouping;
    setRootIsDecorated(grouping != Grouping::None);
    fill();
    emit chosenChanged();
}

void IncidentTree::setIncidents(const std::vector<Incident>& incidents, const std::vector<std::string>& types,
                                const EntityTable& names) {
    m_names = &names;
    const int before = chosen();
    const std::vector<Incident> old = std::exchange(m_incidents, incidents);
    m_types = types;
    // The same rows with other figures stay where they are: what is chosen, folded and scrolled.
    bool same = m_grouping == Grouping::None && old.size() == incidents.size();
    for (std::size_t i = 0; same && i < old.size(); ++i)
        same = isSame(old[i], incidents[i]);
    if (same) {
        for (std::size_t i = 0; i < incidents.size(); ++i)
            fillRow(*rowOf(static_cast<int>(i)), incidents[i]);
        return;
    }
    fill();
    int now = incidents.empty() ? -1 : 0;
    for (std::size_t i = 0; before >= 0 && i < incidents.size(); ++i) {
        if (isSame(incidents[i], old[static_cast<std::size_t>(before)]))
            now = static_cast<int>(i);
    }
    m_filling = true;
    setCurrentItem(rowOf(now));
    m_filling = false;
}

int IncidentTree::chosen() const {
    const QVariant incident = currentItem() ? currentItem()->data(0, kIncidentRole) : QVariant();
    return incident.isValid() && incident.toInt() < static_cast<int>(m_incidents.size()) ? incident.toInt()
                                                                                         : -1;
}

QTreeWidgetItem* IncidentTree::rowOf(int incident) const {
    for (int i = 0; i < topLevelItemCount(); ++i) {
        QTreeWidgetItem* top = topLevelItem(i);
        if (top->data(0, kIncidentRole).isValid() && top->data(0, kIncidentRole).toInt() == incident)
            return top;
        for (int k = 0; k < top->childCount(); ++k) {
            if (top->child(k)->data(0, kIncidentRole).toInt() == incident)
                return top->child(k);
        }
    }
    return nullptr;
}

QString IncidentTree::groupOf(std::size_t incident) const {
    const Incident& one = m_incidents[incident];
    switch (m_grouping) {
        case Grouping::Queue:
            return eventwords::place(one.queue, *m_names);
        case Grouping::Reason:
            return causeText(one);
        case Grouping::Type:
            return QString::fromStdString(m_types[incident]);
        case Grouping::None:
            break;
    }
    return {};
}

void IncidentTree::fillRow(QTreeWidgetItem& row, const Incident& incident) const {
    const bool open = incident.state == IncidentState::Open;
    const QLocale locale;
    const std::array<QString, kColumns> texts{stateText(incident.state),
                                              eventwords::place(incident.queue, *m_names),
                                              causeText(incident),
                                              locale.toString(static_cast<qulonglong>(incident.count)),
                                              locale.toString(static_cast<qulonglong>(incident.waiting)),
                                              eventwords::instant(incident.opened),
                                              eventwords::instant(incident.last)};
    for (int column = 0; column < kColumns; ++column) {
        row.setText(column, texts[static_cast<std::size_t>(column)]);
        row.setToolTip(column, texts[static_cast<std::size_t>(column)]);
        const bool loud = open && (column == kState || (column == kWaiting && incident.waiting > 0));
        row.setForeground(column, loud ? m_theme->dangerText : open ? m_theme->text : m_theme->textMuted);
        if (column >= kCount) {
            row.setTextAlignment(column, Qt::AlignRight | Qt::AlignVCenter);
            row.setFont(column, figureFont());
        }
    }
}

void IncidentTree::fill() {
    if (!m_names)
        return;
    m_filling = true;
    const int before = chosen();
    clear();
    std::map<QString, QTreeWidgetItem*> groups;
    for (std::size_t i = 0; i < m_incidents.size(); ++i) {
        QTreeWidgetItem* group = nullptr;
        if (m_grouping != Grouping::None) {
            QTreeWidgetItem*& known = groups[groupOf(i)];
            if (!known) {
                known = new QTreeWidgetItem(this, {groupOf(i)});
                known->setFirstColumnSpanned(true);
                QFont bold = font();
                bold.setBold(true);
                known->setFont(0, bold);
                known->setForeground(0, m_theme->text);
            }
            group = known;
        }
        auto* row = group ? new QTreeWidgetItem(group) : new QTreeWidgetItem(this);
        row->setData(0, kIncidentRole, static_cast<int>(i));
        fillRow(*row, m_incidents[i]);
    }
    for (const auto& [name, group] : groups)
        group->setText(0, tr("%1 (%2)").arg(name).arg(group->childCount()));
    expandAll();
    if (QTreeWidgetItem* row = rowOf(before))
        setCurrentItem(row);
    m_filling = false;
}

}  // namespace sluice
