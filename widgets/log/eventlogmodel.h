#pragma once

#include <QAbstractTableModel>
#include <optional>

#include "widgets/log/eventfilter.h"

namespace sluice {

struct Theme;

/// The rows of the event log that can be seen: a window of `count` rows from `first` into the (filtered)
/// trace, so that its cost follows the screen and not the millions of events. Lives on the window's thread;
/// owned by the EventLog.
class EventLogModel : public QAbstractTableModel {
    Q_OBJECT

public:
    enum Column { Time, Event, Element, Type, Key, Detail, ColumnCount };

    EventLogModel(const Theme& theme, QObject* parent);

    void setTheme(const Theme& theme);
    void setStore(std::shared_ptr<TraceStore> store);
    void setFilter(const EventFilter& filter);
    [[nodiscard]] const EventFilter& filter() const { return m_filter; }
    /// Takes in what the trace has grown by; true while there is more to look through.
    bool refresh();
    void setWindow(qint64 first, int count);
    /// The event at the playhead: its row is marked.
    void setCurrent(std::optional<Sequence> current);
    /// The first event that is another one in what is compared with the run; nothing: there is none.
    void setDifference(std::optional<Sequence> difference);

    /// Rows there are in all.
    [[nodiscard]] qint64 total() const { return m_total; }
    [[nodiscard]] qint64 first() const { return m_first; }
    [[nodiscard]] Sequence sequenceAt(qint64 index) const;
    /// Position in the list of the last event at or before the sequence; -1 when there is none.
    [[nodiscard]] qint64 indexOf(Sequence sequence) const;
    [[nodiscard]] TraceEvent eventAt(qint64 index) const;

    int rowCount(const QModelIndex& parent = {}) const override;
    int columnCount(const QModelIndex& parent = {}) const override;
    QVariant data(const QModelIndex& index, int role) const override;
    QVariant headerData(int section, Qt::Orientation orientation, int role) const override;

private:
    void clampWindow();

    const Theme* m_theme;
    std::shared_ptr<TraceStore> m_store;
    EventFilter m_filter;
    FilteredEvents m_filtered;
    qint64 m_total = 0;
    qint64 m_first = 0;
    int m_wanted = 0;
    int m_rows = 0;
    std::optional<Sequence> m_current;
    std::optional<Sequence> m_difference;
};

}  // namespace sluice
