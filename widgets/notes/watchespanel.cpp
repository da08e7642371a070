#include "widgets/notes/watchespanel.h"

#include <QHeaderView>
#include <QLabel>
#include <QLineEdit>
#include <QLocale>
#include <QPushButton>
#include <QShortcut>
#include <QStackedLayout>
#include <QTableWidget>
#include <QToolButton>
#include <QVBoxLayout>

#include "widgets/log/emptystate.h"
#include "widgets/log/eventwords.h"
#include "widgets/log/queryfield.h"
#include "widgets/theme/flatbutton.h"
#include "widgets/theme/icon.h"
#include "widgets/theme/theme.h"

namespace sluice {

namespace {

enum Column { Name, Query, Matches, First, Last, ColumnCount };

}  // namespace

struct WatchesPanel::Private {
    std::shared_ptr<TimelineIndex> index;
    bool filling = false;
    QLineEdit* name = nullptr;
    QueryField* query = nullptr;
    QPushButton* add = nullptr;
    QToolButton* previous = nullptr;
    QToolButton* next = nullptr;
    QToolButton* remove = nullptr;
    QLabel* mistake = nullptr;
    QTableWidget* table = nullptr;
    QStackedLayout* pages = nullptr;

    [[nodiscard]] std::vector<Watch> watches() const {
        std::vector<Watch> all;
        for (const AskedWatch& one : index ? index->watches() : std::vector<AskedWatch>())
            all.push_back(one.watch);
        return all;
    }
    [[nodiscard]] QString momentOf(const std::optional<Sequence>& sequence) const {
        return sequence ? eventwords::instant(index->store()->at(*sequence).at) : QString();
    }
};

WatchesPanel::WatchesPanel(const Theme& theme, QWidget* parent)
    : QWidget(parent), d(std::make_unique<Private>()) {
    setAccessibleName(tr("Watches"));
    d->name = new QLineEdit;
    d->name->setPlaceholderText(tr("Name"));
    d->name->setAccessibleName(tr("Name of the new watch"));
    d->name->setMaximumWidth(200);
    d->query = new QueryField;
    d->query->setAccessibleName(tr("Query of the new watch"));
    d->add = new QPushButton(tr("Watch"));
    d->add->setToolTip(
        tr("Ask this of the whole run, from its beginning, and mark it on the timeline (Enter)"));
    d->previous =
        makeFlatButton(tr("Previous match of the watch"), tr("To its last match before the playhead"));
    d->next = makeFlatButton(tr("Next match of the watch"), tr("To its next match after the playhead"));
    d->remove = makeFlatButton(tr("Delete the watch"), tr("Delete the watch (Delete)"));
    d->mistake = new QLabel;
    d->mistake->setProperty("warning", true);
    d->mistake->hide();
    auto* row = new QHBoxLayout;
    row->setContentsMargins(8, 6, 8, 6);
    row->setSpacing(8);
    row->addWidget(d->name);
    row->addWidget(d->query, 1);
    row->addWidget(d->mistake);
    row->addWidget(d->add);
    row->addWidget(d->previous);
    row->addWidget(d->next);
    row->addWidget(d->remove);

    d->table = new QTableWidget(0, ColumnCount);
    d->table->setAccessibleName(tr("Watches of the run"));
    d->table->setHorizontalHeaderLabels({tr("Name"), tr("Query"), tr("Matches"), tr("First"), tr("Last")});
    d->table->setSelectionBehavior(QAbstractItemView::SelectRows);
    d->table->setSelectionMode(QAbstractItemView::SingleSelection);
    d->table->setEditTriggers(QAbstractItemView::EditKeyPressed);
    d->table->setShowGrid(false);
    d->table->setFrameShape(QFrame::NoFrame);
    d->table->verticalHeader()->hide();
    d->table->verticalHeader()->setDefaultSectionSize(fontMetrics().height() + 8);
    d->table->horizontalHeader()->setDefaultAlignment(Qt::AlignLeft | Qt::AlignVCenter);
    d->table->horizontalHeader()->setHighlightSections(false);
    d->table->horizontalHeader()->setSectionResizeMode(Query, QHeaderView::Stretch);
    d->table->setColumnWidth(Name, 180);
    for (const int column : {Matches, First, Last})
        d->table->setColumnWidth(column, 130);
    auto* page = new QWidget;
    d->pages = new QStackedLayout(page);
    d->pages->addWidget(new EmptyState(
        tr("No watches yet"),
        tr("A watch is a query that is asked of the whole run, also of what has passed: "
           "dead-lettered queue:orders. Its matches are counted and marked on the timeline.")));
    d->pages->addWidget(d->table);
    auto* column = new QVBoxLayout(this);
    column->setContentsMargins(0, 0, 0, 0);
    column->setSpacing(0);
    column->addLayout(row);
    column->addWidget(page, 1);

    connect(d->add, &QPushButton::clicked, this, &WatchesPanel::add);
    connect(d->query, &QLineEdit::returnPressed, this, &WatchesPanel::add);
    connect(d->query, &QueryField::queryChanged, this, [this] {
        d->mistake->setText(d->query->mistake());
        d->mistake->setVisible(!d->query->mistake().isEmpty());
    });
    connect(d->remove, &QToolButton::clicked, this, &WatchesPanel::remove);
    connect(d->next, &QToolButton::clicked, this, [this] { step(true); });
    connect(d->previous, &QToolButton::clicked, this, [this] { step(false); });
    connect(new QShortcut(QKeySequence::Delete, d->table, nullptr, nullptr, Qt::WidgetShortcut),
            &QShortcut::activated, this, &WatchesPanel::remove);
    connect(d->table, &QTableWidget::itemChanged, this, [this](const QTableWidgetItem* item) {
        if (!d->filling && item->column() == Name)
            rename(item->row(), item->text());
    });
    connect(d->table, &QTableWidget::itemActivated, this, [this](const QTableWidgetItem* item) {
        const auto& watches = d->index->watches();
        const auto at = static_cast<std::size_t>(item->row());
        if (at >= watches.size() || !watches[at].tally)
            return;
        const WatchFindings found = watches[at].tally->findings();
        if (item->column() == Last && found.last)
            emit eventActivated(*found.last);
        else if (item->column() == First && found.first)
            emit eventActivated(*found.first);
        else
            emit stepWanted(watches[at].watch, true);
    });
    connect(d->table, &QTableWidget::itemSelectionChanged, this, &WatchesPanel::fill);
    setTheme(theme);
    fill();
}

WatchesPanel::~WatchesPanel() = default;

void WatchesPanel::setTheme(const Theme& theme) {
    d->previous->setIcon(icon("chevron-up", theme));
    d->next->setIcon(icon("chevron-down", theme));
    d->remove->setIcon(icon("delete", theme));
}

void WatchesPanel::setIndex(std::shared_ptr<TimelineIndex> index) {
    if (d->index)
        d->index->disconnect(this);
    d->index = std::move(index);
    d->query->setTable(d->index ? d->index->store()->sharedTable() : nullptr);
    if (d->index) {
        connect(d->index.get(), &TimelineIndex::grown, this, &WatchesPanel::fill);
        connect(d->index.get(), &TimelineIndex::watchesChanged, this, &WatchesPanel::fill);
    }
    fill();
}

void WatchesPanel::refresh() {
    if (d->index)
        d->index->follow();
}

void WatchesPanel::fill() {
    if (d->filling)
        return;
    d->filling = true;
    const std::vector<AskedWatch> none;
    const auto& watches = d->index ? d->index->watches() : none;
    const QLocale locale;
    d->table->setRowCount(static_cast<int>(watches.size()));
    for (int row = 0; row < d->table->rowCount(); ++row) {
        const AskedWatch& one = watches[static_cast<std::size_t>(row)];
        const WatchFindings found = one.tally ? one.tally->findings() : WatchFindings();
        QString matches =
            one.tally ? locale.toString(static_cast<qulonglong>(found.count)) : tr("cannot be read");
        if (one.tally && found.searched < d->index->store()->size())
            matches += QStringLiteral(" …");
        const QStringList texts{QString::fromStdString(one.watch.name),
                                QString::fromStdString(one.watch.query), matches, d->momentOf(found.first),
                                d->momentOf(found.last)};
        for (int column = 0; column < ColumnCount; ++column) {
            QTableWidgetItem* item = d->table->item(row, column);
            if (!item) {
                item = new QTableWidgetItem;
                d->table->setItem(row, column, item);
                if (column >= Matches)
                    item->setFont(figureFont());
                if (column != Name)
                    item->setFlags(item->flags() & ~Qt::ItemIsEditable);
            }
            if (item->text() != texts[column])
                item->setText(texts[column]);
            item->setToolTip(QString::fromStdString(one.mistake));
        }
    }
    d->pages->setCurrentIndex(watches.empty() ? 0 : 1);
    const bool chosen = d->table->currentRow() >= 0 && !watches.empty();
    d->add->setEnabled(d->index != nullptr);
    for (QToolButton* button : {d->previous, d->next, d->remove})
        button->setEnabled(chosen);
    d->filling = false;
}

void WatchesPanel::add() {
    const QString text = d->query->text().trimmed();
    if (!d->index || text.isEmpty() || !EventQuery::parse(text.toStdString()))
        return;
    std::vector<Watch> watches = d->watches();
    watches.push_back({d->name->text().trimmed().toStdString(), text.toStdString()});
    d->name->clear();
    d->query->clear();
    emit edited(watches);
    d->table->selectRow(d->table->rowCount() - 1);
}

void WatchesPanel::remove() {
    std::vector<Watch> watches = d->watches();
    const int row = d->table->currentRow();
    if (row < 0 || row >= static_cast<int>(watches.size()))
        return;
    watches.erase(watches.begin() + row);
    emit edited(watches);
}

void WatchesPanel::rename(int row, const QString& name) {
    std::vector<Watch> watches = d->watches();
    watches[static_cast<std::size_t>(row)].name = name.toStdString();
    emit edited(watches);
}

void WatchesPanel::step(bool forward) {
    const std::vector<Watch> watches = d->watches();
    const int row = d->table->currentRow();
    if (row >= 0 && row < static_cast<int>(watches.size()))
        emit stepWanted(watches[static_cast<std::size_t>(row)], forward);
}

}  // namespace sluice
