#include "widgets/log/eventlogmodel.h"

#include <algorithm>

#include "core/trace/blockarchive.h"
#include "widgets/log/eventdetail.h"
#include "widgets/log/eventwords.h"
#include "widgets/theme/theme.h"

namespace sluice {
namespace {

constexpr std::size_t kEventsAStep = 100'000;  // some milliseconds

/// Events that must not be overlooked.
QColor colorOf(const TraceEvent& event, const Theme& theme) {
    switch (event.kind) {
        case EventKind::DeadLettered:
        case EventKind::Discarded:
        case EventKind::Lost:
        case EventKind::Failed:
        case EventKind::InstanceStopped:
            return theme.dangerText;
        case EventKind::AlertRaised:
            return event.detail == static_cast<std::uint16_t>(AlertSeverity::Critical) ? theme.dangerText
                                                                                       : theme.warningText;
        case EventKind::LateArrival:
            return theme.lateText;
        case EventKind::TimedOut:
        case EventKind::AnsweredLate:
        case EventKind::RetryScheduled:
        case EventKind::Returned:
        case EventKind::Nacked:
        case EventKind::ConsumerRefused:
        case EventKind::ActionBegan:
        case EventKind::ActionEnded:
            return theme.warningText;
        default:
            return theme.text;
    }
}

}  // namespace

EventLogModel::EventLogModel(const Theme& theme, QObject* parent)
    : QAbstractTableModel(parent), m_theme(&theme) {}

void EventLogModel::setTheme(const Theme& theme) {
    m_theme = &theme;
    if (m_rows > 0)
        emit dataChanged(index(0, 0), index(m_rows - 1, ColumnCount - 1));
}

void EventLogModel::setStore(std::shared_ptr<TraceStore> store) {
    beginResetModel();
    m_store = std::move(store);
    m_filtered.reset(m_store, m_filter);
    m_total = 0;
    m_first = 0;
    m_rows = 0;
    m_current.reset();
    endResetModel();
    refresh();
}

void EventLogModel::setFilter(const EventFilter& filter) {
    if (m_filter == filter)
        return;
    beginResetModel();
    m_filter = filter;
    m_filtered.reset(m_store, m_filter);
    m_total = 0;
    m_first = 0;
    m_rows = 0;
    endResetModel();
    refresh();
}

bool EventLogModel::refresh() {
    bool more = false;
    qint64 total = 0;
    if (m_store && m_filter.isEmpty()) {
        total = static_cast<qint64>(m_store->size());
    } else if (m_store) {
        more = !m_filtered.advance(kEventsAStep);
        total = static_cast<qint64>(m_filtered.found().size());
    }
    if (total != m_total) {
        m_total = total;
        clampWindow();
    }
    return more;
}

void EventLogModel::setWindow(qint64 first, int count) {
    const qint64 before = m_first;
    m_first = first;
    m_wanted = count;
    clampWindow();
    if (m_first != before && m_rows > 0)
        emit dataChanged(index(0, 0), index(m_rows - 1, ColumnCount - 1));
}

void EventLogModel::clampWindow() {
    m_first = std::clamp<qint64>(m_first, 0, std::max<qint64>(m_total - m_wanted, 0));
    const int rows = static_cast<int>(std::clamp<qint64>(m_total - m_first, 0, m_wanted));
    if (rows > m_rows) {
        beginInsertRows({}, m_rows, rows - 1);
        m_rows = rows;
        endInsertRows();
    } else if (rows < m_rows) {
        beginRemoveRows({}, rows, m_rows - 1);
        m_rows = rows;
        endRemoveRows();
    }
}

void EventLogModel::setCurrent(std::optional<Sequence> current) {
    if (m_current == current)
        return;
    m_current = current;
    if (m_rows > 0)
        emit dataChanged(index(0, 0), index(m_rows - 1, ColumnCount - 1));
}

void EventLogModel::setDifference(std::optional<Sequence> difference) {
    if (m_difference == difference)
        return;
    m_difference = difference;
    if (m_rows > 0)
        emit dataChanged(index(0, 0), index(m_rows - 1, ColumnCount - 1));
}

Sequence EventLogModel::sequenceAt(qint64 index) const {
    Q_ASSERT(index >= 0 && index < m_total);
    return m_filter.isEmpty() ? static_cast<Sequence>(index)
                              : m_filtered.found()[static_cast<std::size_t>(index)];
}

qint64 EventLogModel::indexOf(Sequence sequence) const {
    if (m_total == 0)
        return -1;
    if (m_filter.isEmpty())
        return std::min<qint64>(static_cast<qint64>(sequence), m_total - 1);
    const std::vector<Sequence>& found = m_filtered.found();
    const auto it = std::upper_bound(found.begin(), found.end(), sequence);
    return static_cast<qint64>(it - found.begin()) - 1;
}

TraceEvent EventLogModel::eventAt(qint64 index) const {
    return m_store->at(sequenceAt(index));
}

int EventLogModel::rowCount(const QModelIndex& parent) const {
    return parent.isValid() ? 0 : m_rows;
}

int EventLogModel::columnCount(const QModelIndex& parent) const {
    return parent.isValid() ? 0 : ColumnCount;
}

QVariant EventLogModel::data(const QModelIndex& index, int role) const {
    if (role == Qt::ToolTipRole) {
        QStringList lines{data(index, Qt::DisplayRole).toString(),
                          tr("Double-click or Enter: go to this event")};
        if (m_store && m_difference && index.row() < m_rows &&
            sequenceAt(m_first + index.row()) == *m_difference)
            lines.insert(1, tr("The first event that is another one in what is compared"));
        lines.removeAll(QString());
        return lines.join(u'\n');
    }
    if (!m_store || !index.isValid() || index.row() >= m_rows)
        return {};
    const qint64 position = m_first + index.row();
    const bool current = m_current && sequenceAt(position) == *m_current;
    const bool differs = m_difference && sequenceAt(position) == *m_difference;
    if (role == Qt::BackgroundRole && differs && !current) {
        QColor soft = m_theme->warning;
        soft.setAlphaF(0.16F);
        return soft;
    }
    if (role == Qt::BackgroundRole)
        return current ? QVariant(m_theme->accentSoft) : QVariant();
    if (role == Qt::FontRole)
        return index.column() == Time ? QVariant(figureFont()) : QVariant();
    if (role == Qt::ForegroundRole) {
        if (differs && index.column() <= Event)
            return m_theme->warningText;
        if (index.column() == Event)
            return colorOf(eventAt(position), *m_theme);
        return index.column() == Time || index.column() == Detail ? m_theme->textMuted : m_theme->text;
    }
    if (role != Qt::DisplayRole && role != Qt::AccessibleTextRole)
        return {};
    const TraceEvent event = eventAt(position);
    const EntityTable& table = m_store->table();
    switch (index.column()) {
        case Time:
            return eventwords::instant(event.at);
        case Event:
            if (isUnknown(event))
                return tr("Not readable");
            return differs ? tr("≠ %1").arg(eventwords::title(event.kind)) : eventwords::title(event.kind);
        case Element:
            if (isUnknown(event))
                return {};
            return eventwords::place(event.subject, table);
        case Type:
        case Key: {
            const std::optional<MessageInfo> message = m_store->message(event.message);
            if (!message)
                return {};
            if (index.column() == Key)
                return QString::fromStdString(table.keyText(message->type, message->key));
            return message->type < table.types.size()
                       ? QStringLiteral("%1 %2").arg(QString::fromStdString(table.types[message->type].id),
                                                     eventwords::message(message->id))
                       : eventwords::message(message->id);
        }
        case Detail:
            return eventwords::detail(event, table);
        default:
            return {};
    }
}

QVariant EventLogModel::headerData(int section, Qt::Orientation orientation, int role) const {
    if (orientation != Qt::Horizontal || role != Qt::DisplayRole)
        return {};
    switch (section) {
        case Time:
            return tr("Time");
        case Event:
            return tr("Event");
        case Element:
            return tr("Element");
        case Type:
            return tr("Message");
        case Key:
            return tr("Key");
        case Detail:
            return tr("Detail");
        default:
            return {};
    }
}

}  // namespace sluice
