#include "app/live/offsetsdialog.h"

#include <QCheckBox>
#include <QComboBox>
#include <QDateTimeEdit>
#include <QFormLayout>
#include <QHeaderView>
#include <QLabel>
#include <QLineEdit>
#include <QLocale>
#include <QPushButton>
#include <QStackedWidget>
#include <QTableWidget>
#include <QVBoxLayout>

#include "app/brokers/offsetsaccount.h"
#include "app/live/dialogfoot.h"
#include "widgets/editing/counting.h"
#include "widgets/theme/theme.h"

namespace sluice {
namespace {

using To = OffsetsWish::To;
constexpr int kOffsetsColumns = 7;

}  // namespace

struct OffsetsDialog::Private {
    const Theme* theme = nullptr;
    WritableBroker broker;
    QString topic;
    std::unique_ptr<BrokerWriting> writing;
    bool running = false;
    bool known = false;  ///< the dry run has told what would be, as it is asked now
    bool failed = false;
    QString outcome;
    QComboBox* group = nullptr;
    QComboBox* to = nullptr;
    QStackedWidget* value = nullptr;
    QLineEdit* offset = nullptr;
    QDateTimeEdit* time = nullptr;
    QLineEdit* by = nullptr;
    QLineEdit* partitions = nullptr;
    QTableWidget* table = nullptr;
    QPushButton* look = nullptr;
    std::unique_ptr<DialogFoot> foot;
};

OffsetsDialog::OffsetsDialog(const Theme& theme, const WritableBroker& broker, const QString& topic,
                             const QStringList& groups, QWidget* parent)
    : QDialog(parent), d(std::make_unique<Private>()) {
    setAttribute(Qt::WA_DeleteOnClose);
    setObjectName("offsetsDialog");
    setWindowTitle(tr("Move a group in %1").arg(topic));
    d->theme = &theme;
    d->broker = broker;
    d->topic = topic;
    d->writing = std::make_unique<BrokerWriting>(broker);
    build(groups);
    connect(d->writing.get(), &BrokerWriting::offsetsMoved, this, &OffsetsDialog::take);
    resize(720, 480);
    refresh();
}

OffsetsDialog::~OffsetsDialog() = default;

void OffsetsDialog::build(const QStringList& groups) {
    // What a dry run told is of what was asked then.
    const auto changed = [this] {
        d->known = d->failed = false;
        d->outcome.clear();
        d->table->setRowCount(0);
        refresh();
    };
    d->group = new QComboBox;
    d->group->setObjectName("offsetsDialog.group");
    d->group->setEditable(true);
    d->group->setInsertPolicy(QComboBox::NoInsert);
    d->group->addItems(groups);
    d->to = new QComboBox;
    d->to->setObjectName("offsetsDialog.to");
    d->to->addItem(tr("the beginning"), int(To::Beginning));
    d->to->addItem(tr("the end"), int(To::End));
    d->to->addItem(tr("offset"), int(To::Offset));
    d->to->addItem(tr("time"), int(To::Time));
    d->to->addItem(tr("on or back by"), int(To::By));
    d->offset = new QLineEdit(QStringLiteral("0"));
    d->offset->setObjectName("offsetsDialog.offset");
    d->offset->setAccessibleName(tr("The offset, in each partition"));
    d->time = new QDateTimeEdit(QDateTime::currentDateTime().addSecs(-3600));
    d->time->setAccessibleName(tr("The first record not older than this"));
    d->time->setDisplayFormat(QStringLiteral("yyyy-MM-dd HH:mm:ss"));
    d->by = new QLineEdit(QStringLiteral("-100"));
    d->by->setObjectName("offsetsDialog.by");
    d->by->setAccessibleName(tr("Records in each partition, back when negative"));
    d->value = new QStackedWidget;
    for (QWidget* page : {new QWidget, new QWidget, static_cast<QWidget*>(d->offset),
                          static_cast<QWidget*>(d->time), static_cast<QWidget*>(d->by)})
        d->value->addWidget(page);
    d->value->setSizePolicy(QSizePolicy::Preferred, QSizePolicy::Fixed);
    d->partitions = new QLineEdit;
    d->partitions->setObjectName("offsetsDialog.partitions");
    d->partitions->setPlaceholderText(tr("All of them; or such as 0, 3"));
    auto* where = new QHBoxLayout;
    where->addWidget(d->to);
    where->addWidget(d->value, 1);
    auto* form = new QFormLayout;
    form->addRow(tr("&Group"), d->group);
    auto* toLabel = new QLabel(tr("Read on &at"));
    toLabel->setBuddy(d->to);
    form->addRow(toLabel, where);
    form->addRow(tr("&Partitions"), d->partitions);
    d->table = new QTableWidget(0, kOffsetsColumns);
    d->table->setAccessibleName(tr("Partitions, where the group is and where it would be"));
    d->table->setHorizontalHeaderLabels(
        {tr("Partition"), tr("Now"), tr("Then"), tr("First"), tr("End"), tr("Read again"), tr("Skipped")});
    d->table->setEditTriggers(QAbstractItemView::NoEditTriggers);
    d->table->setSelectionBehavior(QAbstractItemView::SelectRows);
    d->table->setShowGrid(false);
    d->table->setTabKeyNavigation(false);
    d->table->verticalHeader()->hide();
    d->table->horizontalHeader()->setSectionResizeMode(QHeaderView::Stretch);
    d->table->horizontalHeader()->setHighlightSections(false);
    d->foot = std::make_unique<DialogFoot>(
        *this, *d->theme, "offsetsDialog",
        tr("&Write to %1: the group reads records again, or never").arg(d->broker.name), d->broker.mayWrite);
    d->look = new QPushButton(tr("Dry &run"));
    d->look->setObjectName("offsetsDialog.look");
    d->look->setDefault(true);
    d->foot->add(d->look);
    connect(d->look, &QPushButton::clicked, this, [this] { start(true); });
    connect(d->foot->go(), &QPushButton::clicked, this, [this] { start(false); });
    connect(d->foot->permission(), &QCheckBox::toggled, this, &OffsetsDialog::refresh);
    connect(d->group, &QComboBox::currentTextChanged, this, changed);
    connect(d->to, &QComboBox::currentIndexChanged, d->value, &QStackedWidget::setCurrentIndex);
    connect(d->to, &QComboBox::currentIndexChanged, this, changed);
    connect(d->time, &QDateTimeEdit::dateTimeChanged, this, changed);
    for (QLineEdit* field : {d->offset, d->by, d->partitions})
        connect(field, &QLineEdit::textChanged, this, changed);
    auto* column = new QVBoxLayout(this);
    column->setContentsMargins(16, 16, 16, 12);
    column->setSpacing(10);
    column->addLayout(form);
    column->addWidget(d->table, 1);
    column->addWidget(d->foot->permission());
    column->addLayout(d->foot->row());
}

std::optional<OffsetsWish> OffsetsDialog::wish(bool dryRun) {
    OffsetsWish wish{.group = d->group->currentText().trimmed(), .topic = d->topic};
    wish.to = static_cast<To>(d->to->currentData().toInt());
    wish.dryRun = dryRun;
    QString mistake;
    bool isNumber = true;
    if (wish.to == To::Offset || wish.to == To::By)
        wish.value = (wish.to == To::Offset ? d->offset : d->by)->text().trimmed().toLongLong(&isNumber);
    if (wish.to == To::Time)
        wish.value = d->time->dateTime().toMSecsSinceEpoch();
    if (wish.group.isEmpty())
        mistake = tr("Choose a group.");
    else if (!isNumber || (wish.to == To::Offset && wish.value < 0))
        mistake = wish.to == To::By ? tr("Records are a whole number, negative to go back.")
                                    : tr("An offset is a whole number from 0.");
    for (const QString& part : d->partitions->text().split(u',', Qt::SkipEmptyParts)) {
        wish.partitions << part.trimmed().toInt(&isNumber);
        if (!isNumber || wish.partitions.back() < 0)
            mistake = tr("Partitions are numbers from 0 with commas between them.");
    }
    if (mistake.isEmpty())
        return wish;
    d->failed = true;
    d->outcome = QStringLiteral("✕ ") + mistake;
    return std::nullopt;
}

void OffsetsDialog::start(bool dryRun) {
    const auto wanted = wish(dryRun);
    if (wanted) {
        d->running = true;
        d->failed = false;
        d->outcome =
            dryRun ? tr("Asking where %1 is…").arg(wanted->group) : tr("Moving %1…").arg(wanted->group);
        d->writing->moveOffsets(*wanted);
    }
    refresh();
}

void OffsetsDialog::take(const OffsetsResult& result, bool dryRun) {
    const QLocale locale;
    const QString group = d->group->currentText().trimmed();
    const auto figure = [&](qint64 value) { return value > 0 ? locale.toString(value) : QString(); };
    d->running = false;
    d->failed = result.problem.kind != BrokerProblem::Kind::None;
    d->known = dryRun && !d->failed && result.members == 0 && !result.moves.isEmpty();
    d->table->setRowCount(static_cast<int>(result.moves.size()));
    for (int row = 0; row < static_cast<int>(result.moves.size()); ++row) {
        const OffsetsMove& move = result.moves[row];
        const OffsetsAccount one({move});
        const QStringList cells{locale.toString(move.partition),
                                move.now < 0 ? tr("none") : locale.toString(move.now),
                                locale.toString(move.then) + (move.held ? tr(" (held)") : QString()),
                                locale.toString(move.first),
                                locale.toString(move.end),
                                figure(one.again),
                                figure(one.skipped)};
        for (int column = 0; column < kOffsetsColumns; ++column) {
            auto* item = new QTableWidgetItem(cells[column]);
            item->setTextAlignment(Qt::AlignRight | Qt::AlignVCenter);
            if (column == 2 && move.held)
                item->setToolTip(tr("There are no records beyond"));
            d->table->setItem(row, column, item);
        }
    }
    const OffsetsAccount account(result.moves);
    QStringList words;
    if (d->failed) {
        words << QStringLiteral("✕ ") + result.problem.text();
    } else {
        words << (dryRun ? tr("%1 would be read again, %2 skipped")
                         : tr("✓ %1 will be read again, %2 are skipped"))
                     .arg(locale.toString(account.again), locale.toString(account.skipped));
        if (!result.known)
            words << tr("the cluster knows no group %1: it would begin there").arg(group);
        if (result.members > 0)
            words << counted(static_cast<qulonglong>(result.members),
                             tr("! 1 member reads now: stop it first"),
                             tr("! %1 members read now: stop them first"));
    }
    d->outcome = words.join(QStringLiteral(" · "));
    if (!dryRun)
        d->foot->askAgain();
    refresh();
    if (!dryRun && !d->failed)
        emit written(
            tr("%1 reads on elsewhere in %2: %3 records again, %4 skipped")
                .arg(group, d->topic, locale.toString(account.again), locale.toString(account.skipped)));
}

void OffsetsDialog::refresh() {
    d->foot->show(d->outcome, d->failed);
    d->look->setEnabled(!d->running);
    d->foot->freeze(d->running);
    d->foot->offer(tr("&Move it"), d->known && !d->running, tr("A dry run comes first"));
}

}  // namespace sluice
