#pragma once

#include <QWidget>
#include <memory>
#include <optional>

#include "core/trace/entitytable.h"
#include "widgets/log/eventfilter.h"

class QCheckBox;
class QComboBox;
class QLabel;
class QPushButton;
class QToolButton;

namespace sluice {

class EntityChoices;
class QueryField;
class RangeChip;
struct Theme;

/// The line above the event log: what is listed, and how many, steps to the next match, whether the log
/// follows the playhead. Lives on the window's thread; owned by the log.
class EventFilterBar : public QWidget {
    Q_OBJECT

public:
    explicit EventFilterBar(const Theme& theme, QWidget* parent = nullptr);

    void setTheme(const Theme& theme);
    /// Null: no run. The element is asked for no more.
    void setTable(const std::shared_ptr<const EntityTable>& table);
    /// False: it was that range before. changed() is not emitted.
    bool setRange(const std::optional<TimeRange>& range);
    void setFollowing(bool following);
    /// Of the events listed; 0: says nothing.
    void setCount(qint64 events);
    void setMessageEnabled(bool enabled);
    /// Whether there is an event that differs from what the run is compared with, to which one can go.
    void setDifference(bool any);
    /// The query is what there must be room for: with less than that (pixels) the words beside it are short.
    void fitInto(int width);
    void focusQuery();

    [[nodiscard]] EventFilter filter() const;
    /// What is wrong with the query, in words; empty: nothing.
    [[nodiscard]] QString mistake() const;
    [[nodiscard]] bool isFollowing() const;

signals:
    /// filter() is another one; not said of the range.
    void changed();
    void followToggled();
    void matchWanted(bool forward);
    void rangeCleared();
    /// The chosen event's message.
    void messageWanted();
    /// The first event that differs.
    void differenceWanted();

private:
    QueryField* m_query;
    QToolButton* m_previous;
    QToolButton* m_next;
    QToolButton* m_difference;
    QComboBox* m_kind;
    QComboBox* m_entity;
    EntityChoices* m_entities;
    QCheckBox* m_follow;
    RangeChip* m_chip;
    std::optional<TimeRange> m_range;
    QLabel* m_count;
    QPushButton* m_message;
};

}  // namespace sluice
