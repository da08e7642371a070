#include "widgets/incidents/incidentlist.h"

#include <QAbstractTableModel>
#include <QBoxLayout>
#include <QHeaderView>
#include <QLabel>
#include <QListWidget>
#include <QLocale>
#include <QPushButton>
#include <QSplitter>
#include <QStackedLayout>
#include <QTableWidget>

#include "widgets/log/emptystate.h"
#include "widgets/log/eventwords.h"
#include "widgets/theme/theme.h"

namespace sluice {
namespace {

enum Column { State, Where, Cause, Count, Waiting, First, Last, ColumnCount };
constexpr std::size_t kListedMessages = 500;

QString stateText(IncidentState state) {
    switch (state) {
        case IncidentState::Open:
            return IncidentList::tr("● Open");
        case IncidentState::Redriven:
            return IncidentList::tr("↺ Redriven");
        case IncidentState::Discarded:
            return IncidentList::tr("✕ Discarded");
    }
    return {};
}

}  // namespace

struct IncidentList::Private {
    const Theme* theme = nullptr;
    std::shared_ptr<TraceStore> store;
    std::vector<Incident> incidents;
    QTableWidget* table = nullptr;
    QLabel* sentence = nullptr;
    QLabel* facts = nullptr;
    QListWidget* messages = nullptr;
    QStackedLayout* pages = nullptr;
    std::vector<MessageId> listed;

    void fillRow(int row, const Incident& incident) const;
    void setCell(int row, int column, const QString& text, const QColor& color, bool figure) const;
};

void IncidentList::Private::setCell(int row, int column, const QString& text, const QColor& color,
                                    bool figure) const {
    QTableWidgetItem* item = table->item(row, column);
    if (!item) {
        item = new QTableWidgetItem;
        item->setFlags(Qt::ItemIsSelectable | Qt::ItemIsEnabled);
        if (figure)
            item->setTextAlignment(Qt::AlignRight | Qt::AlignVCenter);
        table->setItem(row, column, item);
    }
    if (figure)
        item->setFont(figureFont());
    item->setText(text);
    item->setToolTip(text);
    item->setForeground(color);
}

void IncidentList::Private::fillRow(int row, const Incident& incident) const {
    const EntityTable& names = store->table();
    const bool open = incident.state == IncidentState::Open;
    const QColor text = open ? theme->text : theme->textMuted;
    const QString why = incident.cause == FailureKind::None
                            ? eventwords::reason(incident.reason)
                            : IncidentList::tr("%1, %2").arg(eventwords::cause(incident.cause),
                                                             eventwords::reason(incident.reason));
    const QLocale locale;
    setCell(row, State, stateText(incident.state), open ? theme->dangerText : theme->textMuted, false);
    setCell(row, Where, eventwords::place(incident.queue, names), text, false);
    setCell(row, Cause, why, text, false);
    setCell(row, Count, locale.toString(static_cast<qulonglong>(incident.count)), text, true);
    setCell(row, Waiting, locale.toString(static_cast<qulonglong>(incident.waiting)),
            incident.waiting > 0 ? theme->dangerText : theme->textMuted, true);
    setCell(row, First, eventwords::instant(incident.opened), text, true);
    setCell(row, Last, eventwords::instant(incident.last), text, true);
}

IncidentList::IncidentList(const Theme& theme, QWidget* parent)
    : QWidget(parent), d(std::make_unique<Private>()) {
    setAccessibleName(tr("Incidents"));
    d->theme = &theme;
    d->table = new QTableWidget(0, ColumnCount);
    d->table->setAccessibleName(tr("Incidents of the run"));
    d->table->setHorizontalHeaderLabels(
        {tr("State"), tr("Where"), tr("Cause"), tr("Messages"), tr("Waiting"), tr("First"), tr("Last")});
    d->table->setSelectionBehavior(QAbstractItemView::SelectRows);
    d->table->setSelectionMode(QAbstractItemView::SingleSelection);
    d->table->setShowGrid(false);
    d->table->setWordWrap(false);
    d->table->setTabKeyNavigation(false);
    d->table->setFrameShape(QFrame::NoFrame);
    d->table->verticalHeader()->hide();
    d->table->verticalHeader()->setDefaultSectionSize(fontMetrics().height() + 8);
    d->table->horizontalHeader()->setHighlightSections(false);
    d->table->horizontalHeader()->setDefaultAlignment(Qt::AlignLeft | Qt::AlignVCenter);
    d->table->horizontalHeader()->setSectionResizeMode(Where, QHeaderView::Stretch);
    d->table->horizontalHeader()->setSectionResizeMode(Cause, QHeaderView::Stretch);
    const int em = fontMetrics().averageCharWidth();
    for (const auto& [column, width] : std::initializer_list<std::pair<int, int>>{
             {State, 14}, {Count, 13}, {Waiting, 11}, {First, 13}, {Last, 13}})
        d->table->setColumnWidth(column, width * em);

    d->sentence = new QLabel;
    d->sentence->setWordWrap(true);
    d->sentence->setProperty("heading", true);
    d->facts = new QLabel;
    d->facts->setWordWrap(true);
    d->facts->setProperty("muted", true);
    d->messages = new QListWidget;
    d->messages->setAccessibleName(tr("Messages of the incident"));
    d->messages->setFrameShape(QFrame::NoFrame);
    d->messages->setUniformItemSizes(true);
    auto* detail = new QWidget;
    auto* detailLayout = new QVBoxLayout(detail);
    detailLayout->setContentsMargins(12, 8, 12, 8);
    detailLayout->addWidget(d->sentence);
    detailLayout->addWidget(d->facts);
    auto* why = new QPushButton(tr("Why is this message here?"));
    why->setObjectName("incidents.why");
    connect(why, &QPushButton::clicked, this, [this] { askWhy(); });
    auto* buttons = new QHBoxLayout;
    buttons->addWidget(why);
    buttons->addStretch(1);
    detailLayout->addLayout(buttons);
    detailLayout->addWidget(d->messages, 1);

    auto* split = new QSplitter(Qt::Horizontal);
    split->addWidget(d->table);
    split->addWidget(detail);
    split->setStretchFactor(0, 3);
    split->setStretchFactor(1, 2);
    split->setChildrenCollapsible(false);

    d->pages = new QStackedLayout(this);
    d->pages->addWidget(
        new EmptyState(tr("No incidents"),
                       tr("A dead letter opens an incident here: where it died, why, and who is touched. "
                          "Until the playhead meets one, there is nothing to see.")));
    d->pages->addWidget(split);

    connect(d->table->selectionModel(), &QItemSelectionModel::currentRowChanged, this,
            [this] { showDetail(); });
    connect(d->table, &QTableWidget::cellActivated, this, [this](int row) {
        if (row < 0 || row >= static_cast<int>(d->incidents.size()))
            return;
        const Incident& incident = d->incidents[static_cast<std::size_t>(row)];
        const EntityId queue = incident.queue;
        emit seekRequested(incident.opened);
        emit entityActivated(queue);
    });
    const auto choose = [this](const QListWidgetItem* item) {
        if (item)
            emit messageActivated(item->data(Qt::UserRole).toUInt());
    };
    connect(d->messages, &QListWidget::itemClicked, this, choose);
    connect(d->messages, &QListWidget::itemActivated, this, choose);
}

IncidentList::~IncidentList() = default;

void IncidentList::setTheme(const Theme& theme) {
    d->theme = &theme;
    const std::vector<Incident> same = std::exchange(d->incidents, {});
    setIncidents(same);
}

void IncidentList::setStore(std::shared_ptr<TraceStore> store) {
    d->store = std::move(store);
    d->incidents.clear();
    d->listed.clear();
    d->table->setRowCount(0);
    d->messages->clear();
    d->pages->setCurrentIndex(0);
}

void IncidentList::setIncidents(const std::vector<Incident>& incidents) {
    if (!d->store || incidents == d->incidents)
        return;
    d->incidents = incidents;
    d->pages->setCurrentIndex(incidents.empty() ? 0 : 1);
    d->table->setRowCount(static_cast<int>(incidents.size()));
    for (std::size_t i = 0; i < incidents.size(); ++i)
        d->fillRow(static_cast<int>(i), incidents[i]);
    if (d->table->currentRow() < 0 && !incidents.empty())
        d->table->setCurrentCell(0, 0);
    showDetail();
}

int IncidentList::openCount() const {
    return static_cast<int>(std::count_if(d->incidents.begin(), d->incidents.end(), [](const Incident& one) {
        return one.state == IncidentState::Open;
    }));
}

bool IncidentList::askWhy() {
    const int row = d->table->currentRow();
    if (row < 0 || row >= static_cast<int>(d->incidents.size()) || d->listed.empty())
        return false;
    const int chosen = std::max(d->messages->currentRow(), 0);
    emit whyRequested(d->listed[static_cast<std::size_t>(chosen)], kNoEntity);
    return true;
}

void IncidentList::showDetail() {
    const int row = d->table->currentRow();
    if (!d->store || row < 0 || row >= static_cast<int>(d->incidents.size())) {
        d->sentence->clear();
        d->facts->clear();
        d->messages->clear();
        d->listed.clear();
        return;
    }
    const Incident& incident = d->incidents[static_cast<std::size_t>(row)];
    const EntityTable& names = d->store->table();
    d->sentence->setText(QString::fromStdString(incident.sentence));
    const QString where = incident.deadLetterQueue == kNoEntity
                              ? tr("kept nowhere")
                              : tr("wait in %1").arg(eventwords::place(incident.deadLetterQueue, names));
    d->facts->setText(tr("%1 of %2 %3 · %4 keys touched · over %5")
                          .arg(QLocale().toString(static_cast<qulonglong>(incident.waiting)),
                               QLocale().toString(static_cast<qulonglong>(incident.count)), where)
                          .arg(incident.keys.size())
                          .arg(eventwords::duration(incident.last - incident.opened)));
    const std::size_t count = std::min(incident.messages.size(), kListedMessages);
    const std::vector<MessageId> listed(incident.messages.begin(),
                                        incident.messages.begin() + static_cast<std::ptrdiff_t>(count));
    if (listed == d->listed)
        return;
    d->listed = listed;
    d->messages->clear();
    for (const MessageId id : listed) {
        QString text = eventwords::message(id);
        if (const auto info = d->store->message(id); info && info->type < names.types.size())
            text += QStringLiteral("  %1  %2")
                        .arg(QString::fromStdString(names.types[info->type].id),
                             QString::fromStdString(names.keyText(info->type, info->key)));
        auto* item = new QListWidgetItem(text, d->messages);
        item->setData(Qt::UserRole, id);
    }
}

}  // namespace sluice
