#include "widgets/log/eventfilterbar.h"

#include <QCheckBox>
#include <QComboBox>
#include <QHBoxLayout>
#include <QLabel>
#include <QListView>
#include <QLocale>
#include <QPushButton>
#include <QToolButton>

#include "widgets/editing/counting.h"
#include "widgets/log/entitychoices.h"
#include "widgets/log/eventwords.h"
#include "widgets/log/queryfield.h"
#include "widgets/theme/elidedcombobox.h"
#include "widgets/theme/icon.h"
#include "widgets/theme/theme.h"
#include "widgets/timeline/rangechip.h"

namespace sluice {

namespace {

constexpr int kLeastQuery = 26;  ///< characters
constexpr int kRoomy = 170;      ///< characters

}  // namespace

EventFilterBar::EventFilterBar(const Theme& theme, QWidget* parent) : QWidget(parent) {
    m_query = new QueryField;
    m_query->setMinimumWidth(kLeastQuery * fontMetrics().averageCharWidth());
    const auto stepper = [&](const QString& name, const QString& tip, const QKeySequence& key, bool forward) {
        auto* button = new QToolButton;
        button->setIcon(icon(forward ? "chevron-down" : "chevron-up", theme));
        button->setAccessibleName(name);
        button->setToolTip(QStringLiteral("%1 (%2)").arg(tip, key.toString(QKeySequence::NativeText)));
        button->setAutoRaise(true);
        connect(button, &QToolButton::clicked, this, [this, forward] { emit matchWanted(forward); });
        return button;
    };
    m_previous = stepper(tr("Previous match"), tr("To the last listed event before the playhead"),
                         QKeySequence(Qt::SHIFT | Qt::Key_F3), false);
    m_next = stepper(tr("Next match"), tr("To the next listed event after the playhead"),
                     QKeySequence(Qt::Key_F3), true);
    m_difference = new QToolButton;
    m_difference->setObjectName("events.difference");
    m_difference->setText(tr("≠"));
    m_difference->setAccessibleName(tr("First difference"));
    m_difference->setToolTip(tr("To the first event that is another one in what the run is compared with"));
    m_difference->setAutoRaise(true);
    m_difference->hide();
    m_kind = new ElidedComboBox;
    m_kind->setAccessibleName(tr("Kind of event"));
    m_kind->addItem(tr("All events"), -1);
    for (int kind = 0; kind < kEventKindCount; ++kind)
        m_kind->addItem(eventwords::title(static_cast<EventKind>(kind)), kind);
    m_kind->setSizeAdjustPolicy(QComboBox::AdjustToMinimumContentsLengthWithIcon);
    m_entity = new ElidedComboBox;
    m_entity->setAccessibleName(tr("Element or link"));
    m_entity->setSizeAdjustPolicy(QComboBox::AdjustToMinimumContentsLengthWithIcon);
    m_entity->setMinimumContentsLength(18);
    m_entities = new EntityChoices(m_entity);
    m_entity->setModel(m_entities);
    m_entity->setCurrentIndex(0);
    // Thousands of lines are not measured one by one before the list opens.
    if (auto* list = qobject_cast<QListView*>(m_entity->view()))
        list->setUniformItemSizes(true);
    m_follow = new QCheckBox(tr("Follow the playhead"));
    m_follow->setAccessibleName(tr("Follow the playhead"));
    m_follow->setChecked(true);
    m_chip = new RangeChip(theme);
    m_count = new QLabel;
    m_count->setProperty("muted", true);
    m_message = new QPushButton(icon("message", theme), tr("Show message"));
    m_message->setAccessibleName(tr("Show message"));
    m_message->setToolTip(tr("Open the message of the chosen event: payload, headers, journey (Ctrl+Enter)"));
    m_message->setEnabled(false);

    auto* line = new QHBoxLayout(this);
    line->setContentsMargins(8, 6, 8, 6);
    line->setSpacing(8);
    line->addWidget(m_query, 1);
    for (QWidget* part : std::initializer_list<QWidget*>{m_previous, m_next, m_difference, m_kind, m_entity,
                                                         m_follow, m_chip, m_count, m_message})
        line->addWidget(part);

    connect(m_query, &QueryField::queryChanged, this, &EventFilterBar::changed);
    connect(m_kind, &QComboBox::currentIndexChanged, this, &EventFilterBar::changed);
    connect(m_entity, &QComboBox::currentIndexChanged, this, &EventFilterBar::changed);
    connect(m_follow, &QCheckBox::toggled, this, &EventFilterBar::followToggled);
    connect(m_chip, &RangeChip::cleared, this, &EventFilterBar::rangeCleared);
    connect(m_message, &QPushButton::clicked, this, &EventFilterBar::messageWanted);
    connect(m_difference, &QToolButton::clicked, this, &EventFilterBar::differenceWanted);
}

void EventFilterBar::setTheme(const Theme& theme) {
    m_message->setIcon(icon("message", theme));
    m_previous->setIcon(icon("chevron-up", theme));
    m_next->setIcon(icon("chevron-down", theme));
    m_chip->setTheme(theme);
}

void EventFilterBar::setTable(const std::shared_ptr<const EntityTable>& table) {
    {
        const QSignalBlocker quiet(m_entity);
        m_entities->setTable(table);
        m_entity->setCurrentIndex(0);
    }
    m_query->setTable(table);
}

bool EventFilterBar::setRange(const std::optional<TimeRange>& range) {
    if (range == m_range)
        return false;
    m_range = range;
    m_chip->setRange(range);
    return true;
}

void EventFilterBar::setFollowing(bool following) {
    m_follow->setChecked(following);
}

bool EventFilterBar::isFollowing() const {
    return m_follow->isChecked();
}

void EventFilterBar::setCount(qint64 events) {
    m_count->setText(events > 0 ? counted(static_cast<qulonglong>(events), tr("1 event"), tr("%1 events"))
                                : QString());
}

void EventFilterBar::setMessageEnabled(bool enabled) {
    m_message->setEnabled(enabled);
}

void EventFilterBar::setDifference(bool any) {
    m_difference->setVisible(any);
}

void EventFilterBar::fitInto(int width) {
    const bool narrow = width < kRoomy * fontMetrics().averageCharWidth();
    m_entity->setMinimumContentsLength(narrow ? 10 : 18);
    m_kind->setMinimumContentsLength(narrow ? 10 : 16);
    m_follow->setText(narrow ? tr("Follow") : tr("Follow the playhead"));
    m_message->setText(narrow ? QString() : tr("Show message"));
}

void EventFilterBar::focusQuery() {
    m_query->setFocus(Qt::ShortcutFocusReason);
}

EventFilter EventFilterBar::filter() const {
    EventFilter filter;
    filter.query = m_query->query();
    filter.kind = m_kind->currentData().toInt();
    filter.entity = m_entity->currentData().toUInt();
    filter.range = m_range;
    return filter;
}

QString EventFilterBar::mistake() const {
    return m_query->mistake();
}

}  // namespace sluice
