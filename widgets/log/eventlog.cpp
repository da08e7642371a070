#include "widgets/log/eventlog.h"

#include <QBoxLayout>
#include <QHeaderView>
#include <QKeyEvent>
#include <QMenu>
#include <QPainter>
#include <QScrollBar>
#include <QStackedLayout>
#include <QStyledItemDelegate>
#include <QTableView>
#include <QTimer>
#include <QWheelEvent>

#include "core/trace/closedrange.h"
#include "widgets/log/emptystate.h"
#include "widgets/log/eventfilterbar.h"
#include "widgets/log/eventlogmodel.h"

namespace sluice {

namespace {

/// Paints what a style sheet hides: the background of the row at the playhead.
class RowDelegate : public QStyledItemDelegate {
public:
    using QStyledItemDelegate::QStyledItemDelegate;
    void paint(QPainter* painter, const QStyleOptionViewItem& option,
               const QModelIndex& index) const override {
        const QVariant background = index.data(Qt::BackgroundRole);
        if (background.isValid() && (option.state & QStyle::State_Selected) == 0)
            painter->fillRect(option.rect, background.value<QColor>());
        QStyledItemDelegate::paint(painter, option, index);
    }
};

}  // namespace

struct EventLog::Private {
    std::shared_ptr<TraceStore> store;
    EventLogModel* model = nullptr;
    EventFilterBar* filters = nullptr;
    std::optional<Sequence> difference;
    QTableView* table = nullptr;
    QScrollBar* scroll = nullptr;
    QStackedLayout* pages = nullptr;
    EmptyState* empty = nullptr;
    QTimer search;  ///< looks through the rest of the trace between other work
    TraceTime playhead{};
    std::optional<Sequence> notYet;  ///< the first event that has not happened, where that is known
    Sequence shownSize = 0;
    qint64 chosen = -1;
    bool selecting = false;

    [[nodiscard]] int visibleRows() const {
        const int height = table->verticalHeader()->defaultSectionSize();
        return std::max(1, table->viewport()->height() / std::max(1, height));
    }
};

EventLog::EventLog(const Theme& theme, QWidget* parent) : QWidget(parent), d(std::make_unique<Private>()) {
    setAccessibleName(tr("Events"));
    d->model = new EventLogModel(theme, this);

    d->filters = new EventFilterBar(theme);

    d->table = new QTableView;
    d->table->setAccessibleName(tr("Events of the run"));
    d->table->setModel(d->model);
    d->table->setItemDelegate(new RowDelegate(d->table));
    d->table->setSelectionBehavior(QAbstractItemView::SelectRows);
    d->table->setSelectionMode(QAbstractItemView::SingleSelection);
    d->table->setShowGrid(false);
    d->table->setWordWrap(false);
    d->table->setFrameShape(QFrame::NoFrame);
    d->table->setVerticalScrollBarPolicy(Qt::ScrollBarAlwaysOff);
    d->table->setHorizontalScrollMode(QAbstractItemView::ScrollPerPixel);
    d->table->verticalHeader()->hide();
    d->table->verticalHeader()->setMinimumSectionSize(16);
    d->table->verticalHeader()->setDefaultSectionSize(fontMetrics().height() + 6);
    d->table->verticalHeader()->setSectionResizeMode(QHeaderView::Fixed);
    QHeaderView* header = d->table->horizontalHeader();
    header->setHighlightSections(false);
    header->setStretchLastSection(true);
    header->setDefaultAlignment(Qt::AlignLeft | Qt::AlignVCenter);
    const int em = fontMetrics().averageCharWidth();
    const int widths[] = {17, 18, 30, 28, 14};
    for (int column = 0; column < 5; ++column)
        d->table->setColumnWidth(column, widths[column] * em);
    d->table->setContextMenuPolicy(Qt::CustomContextMenu);
    d->table->setAccessibleDescription(tr("Enter goes to the chosen event, Ctrl+Enter shows its message"));
    d->table->installEventFilter(this);
    d->table->viewport()->installEventFilter(this);

    d->scroll = new QScrollBar(Qt::Vertical);
    d->scroll->setAccessibleName(tr("Position in the events"));
    auto* rows = new QWidget;
    auto* rowsLayout = new QHBoxLayout(rows);
    rowsLayout->setContentsMargins(0, 0, 0, 0);
    rowsLayout->setSpacing(0);
    rowsLayout->addWidget(d->table, 1);
    rowsLayout->addWidget(d->scroll);

    d->empty = new EmptyState({}, {});
    auto* area = new QWidget;
    d->pages = new QStackedLayout(area);
    d->pages->addWidget(d->empty);
    d->pages->addWidget(rows);

    auto* layout = new QVBoxLayout(this);
    layout->setContentsMargins(0, 0, 0, 0);
    layout->setSpacing(0);
    layout->addWidget(d->filters);
    layout->addWidget(area, 1);

    d->search.setSingleShot(true);
    d->search.setInterval(0);
    connect(&d->search, &QTimer::timeout, this, &EventLog::refresh);
    connect(d->filters, &EventFilterBar::changed, this, &EventLog::applyFilter);
    connect(d->filters, &EventFilterBar::followToggled, this,
            [this] { setPlayhead(d->playhead, d->notYet); });
    connect(d->filters, &EventFilterBar::matchWanted, this, &EventLog::matchWanted);
    connect(d->filters, &EventFilterBar::rangeCleared, this, &EventLog::rangeCleared);
    connect(d->filters, &EventFilterBar::messageWanted, this, &EventLog::openMessage);
    connect(d->filters, &EventFilterBar::differenceWanted, this, [this] {
        if (!d->difference)
            return;
        d->filters->setFollowing(false);
        choose(*d->difference);
        emit eventActivated(*d->difference);
    });
    connect(d->scroll, &QScrollBar::valueChanged, this, [this](int value) {
        if (value == d->model->first())
            return;
        d->filters->setFollowing(false);
        d->model->setWindow(value, d->visibleRows());
        updateWindow();
    });
    connect(d->table->selectionModel(), &QItemSelectionModel::currentRowChanged, this,
            [this](const QModelIndex& current) {
                if (!d->selecting && current.isValid())
                    chooseRow(d->model->first() + current.row());
            });
    connect(d->table, &QTableView::doubleClicked, this, &EventLog::goToChosen);
    connect(d->table, &QWidget::customContextMenuRequested, this, &EventLog::openMenu);
    updateState();
}

EventLog::~EventLog() = default;

void EventLog::setTheme(const Theme& theme) {
    d->model->setTheme(theme);
    d->filters->setTheme(theme);
}

void EventLog::setStore(std::shared_ptr<TraceStore> store) {
    d->store = std::move(store);
    forgetChosen();
    d->playhead = TraceTime::zero();
    d->notYet.reset();
    d->shownSize = 0;
    d->filters->setTable(d->store ? d->store->sharedTable() : nullptr);
    d->model->setStore(d->store);
    applyFilter();
}

void EventLog::setDifference(std::optional<Sequence> difference) {
    d->difference = difference;
    d->model->setDifference(difference);
    d->filters->setDifference(difference.has_value());
}

void EventLog::applyFilter() {
    forgetChosen();
    d->model->setFilter(d->filters->filter());
    d->shownSize = 0;
    refresh();
    updateState();
    setPlayhead(d->playhead, d->notYet);
}

void EventLog::refresh() {
    if (!isVisible())
        return;
    const Sequence size = d->store ? d->store->size() : 0;
    const bool grown = size != d->shownSize;
    d->shownSize = size;
    const qint64 before = d->model->total();
    if (d->model->refresh())
        d->search.start();
    if (!grown && d->model->total() == before)
        return;
    updateWindow();
    updateState();
}

void EventLog::updateState() {
    const bool any = d->model->total() > 0;
    d->pages->setCurrentIndex(any ? 1 : 0);
    if (!d->filters->mistake().isEmpty()) {
        d->pages->setCurrentIndex(0);
        d->empty->setTexts(tr("The query cannot be read"), d->filters->mistake());
    } else if (!any && d->store && d->store->size() > 0)
        d->empty->setTexts(tr("No event passes the filter"),
                           tr("Change or clear the filter above to see more."));
    else if (!any)
        d->empty->setTexts(
            tr("No events yet"),
            tr("Everything that happens in a run is listed here, event by event. Press play to "
               "start one."));
    d->filters->setCount(d->model->total());
}

void EventLog::setPlayhead(TraceTime time, std::optional<Sequence> next) {
    d->playhead = time;
    d->notYet = next;
    if (!d->store || !isVisible())
        return;
    const Sequence after = std::min<Sequence>(next.value_or(firstAfter(*d->store, time)), d->store->size());
    if (after == 0) {
        d->model->setCurrent({});
        if (d->filters->isFollowing())
            scrollTo(0);
        return;
    }
    const qint64 index = d->model->indexOf(after - 1);
    d->model->setCurrent(index < 0 ? std::optional<Sequence>() : d->model->sequenceAt(index));
    if (d->filters->isFollowing())
        scrollTo(index - d->visibleRows() * 2 / 3);
}

void EventLog::scrollTo(qint64 first) {
    d->model->setWindow(first, d->visibleRows());
    updateWindow();
}

/// Rows, scroll bar and selection after the window, the size or the trace changed.
void EventLog::updateWindow() {
    const int rows = d->visibleRows();
    d->model->setWindow(d->model->first(), rows);
    const QSignalBlocker quiet(d->scroll);
    // A scroll bar counts in int; beyond two thousand million rows it stops short of the end.
    d->scroll->setRange(0, static_cast<int>(std::clamp<qint64>(d->model->total() - rows, 0, INT_MAX)));
    d->scroll->setPageStep(rows);
    d->scroll->setValue(static_cast<int>(std::min<qint64>(d->model->first(), INT_MAX)));
    d->selecting = true;
    const qint64 row = d->chosen - d->model->first();
    if (d->chosen >= 0 && row >= 0 && row < d->model->rowCount())
        d->table->selectRow(static_cast<int>(row));
    else
        d->table->clearSelection();
    d->selecting = false;
}

void EventLog::forgetChosen() {
    d->chosen = -1;
    d->filters->setMessageEnabled(false);
}

MessageId EventLog::chosenMessage() const {
    return d->chosen >= 0 && d->chosen < d->model->total() ? d->model->eventAt(d->chosen).message : 0;
}

void EventLog::chooseRow(qint64 index) {
    if (index < 0 || index >= d->model->total())
        return;
    d->chosen = index;
    const MessageId message = chosenMessage();
    d->filters->setMessageEnabled(message != 0);
    if (message != 0)
        emit messageChosen(message);
}

void EventLog::goToChosen() {
    if (d->chosen >= 0 && d->chosen < d->model->total())
        emit eventActivated(d->model->sequenceAt(d->chosen));
}

EventFilter EventLog::filter() const {
    return d->model->filter();
}

void EventLog::choose(Sequence sequence) {
    if (!d->store || !isVisible())
        return;
    refresh();
    const qint64 index = d->model->indexOf(sequence);
    if (index < 0 || d->model->sequenceAt(index) != sequence)
        return;
    d->chosen = index;
    if (index < d->model->first() || index >= d->model->first() + d->visibleRows())
        scrollTo(index - d->visibleRows() / 2);
    updateWindow();
    d->filters->setMessageEnabled(chosenMessage() != 0);
}

void EventLog::focusQuery() {
    d->filters->focusQuery();
}

void EventLog::openMessage() {
    if (const MessageId message = chosenMessage(); message != 0)
        emit messageActivated(message);
}

void EventLog::openMenu(const QPoint& at) {
    if (!d->table->indexAt(at).isValid())
        return;
    auto* menu = new QMenu(this);
    menu->setAttribute(Qt::WA_DeleteOnClose);
    menu->addAction(tr("Go to this event"), this, &EventLog::goToChosen);
    menu->addAction(tr("Show message"), this, &EventLog::openMessage)->setEnabled(chosenMessage() != 0);
    menu->addAction(tr("Why is this message here?"), this, [this] { emit whyRequested(chosenMessage()); })
        ->setEnabled(chosenMessage() != 0);
    menu->popup(d->table->viewport()->mapToGlobal(at));
}

void EventLog::moveCurrent(qint64 by) {
    const qint64 total = d->model->total();
    if (total == 0)
        return;
    const int rows = d->visibleRows();
    const qint64 index =
        std::clamp<qint64>((d->chosen < 0 ? d->model->first() : d->chosen) + by, 0, total - 1);
    d->filters->setFollowing(false);
    d->chosen = index;
    if (index < d->model->first())
        scrollTo(index);
    else if (index >= d->model->first() + rows)
        scrollTo(index - rows + 1);
    else
        updateWindow();
    chooseRow(index);
}

bool EventLog::eventFilter(QObject* watched, QEvent* event) {
    if (event->type() == QEvent::Wheel) {
        const auto* wheel = static_cast<QWheelEvent*>(event);
        const int lines = wheel->angleDelta().y() * 3 / 120;
        if (lines == 0)
            return false;
        d->scroll->setValue(d->scroll->value() - lines);
        return true;
    }
    if (event->type() == QEvent::Resize && watched == d->table->viewport())
        updateWindow();
    if (event->type() != QEvent::KeyPress || watched != d->table)
        return false;
    const int page = d->visibleRows();
    const auto* key = static_cast<QKeyEvent*>(event);
    switch (key->key()) {
        case Qt::Key_Up:
            moveCurrent(-1);
            return true;
        case Qt::Key_Down:
            moveCurrent(1);
            return true;
        case Qt::Key_PageUp:
            moveCurrent(-page);
            return true;
        case Qt::Key_PageDown:
            moveCurrent(page);
            return true;
        case Qt::Key_Home:
            moveCurrent(-d->model->total());
            return true;
        case Qt::Key_End:
            moveCurrent(d->model->total());
            return true;
        case Qt::Key_Return:
        case Qt::Key_Enter:
            if (key->modifiers() & Qt::ControlModifier)
                openMessage();
            else
                goToChosen();
            return true;
        default:
            return false;
    }
}

void EventLog::resizeEvent(QResizeEvent* event) {
    QWidget::resizeEvent(event);
    d->filters->fitInto(width());
    updateWindow();
}

void EventLog::showEvent(QShowEvent* event) {
    QWidget::showEvent(event);
    refresh();
    setPlayhead(d->playhead, d->notYet);
}

void EventLog::setRange(const std::optional<TimeRange>& range) {
    if (d->filters->setRange(range))
        applyFilter();
}

void EventLog::setFollowing(bool following) {
    d->filters->setFollowing(following);
}

}  // namespace sluice
