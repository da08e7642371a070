#include "app/browse/browsedialog.h"

#include <QApplication>
#include <QFileDialog>
#include <QHeaderView>
#include <QKeyEvent>
#include <QLabel>
#include <QLocale>
#include <QProgressBar>
#include <QPushButton>
#include <QSaveFile>
#include <QSplitter>
#include <QTableView>
#include <QTimer>
#include <QVBoxLayout>

#include "app/browse/browseform.h"
#include "app/browse/messagedetail.h"
#include "app/browse/messagetable.h"
#include "app/freedmemory.h"
#include "core/browse/messageexport.h"
#include "widgets/theme/theme.h"

namespace sluice {
namespace {

QString countText(qint64 count) {
    return QLocale().toString(count);
}

}  // namespace

struct BrowseDialog::Private {
    const Theme* theme = nullptr;
    std::unique_ptr<MessageSearch> search;
    std::unique_ptr<MessageSearch> forecasts;  ///< of its own, so that a question does not end a search
    BrowseForecast forecast;
    bool running = false;
    qint64 looked = 0;
    qint64 total = 0;
    QString ending;  ///< how the last search ended
    bool failed = false;

    QString connection;  ///< its id
    BrowseForm* form = nullptr;
    QLabel* told = nullptr;
    QTableView* table = nullptr;
    MessageTable* messages = nullptr;
    MessageDetail* detail = nullptr;
    QLabel* state = nullptr;
    QProgressBar* progress = nullptr;
    QPushButton* write = nullptr;
};

BrowseDialog::BrowseDialog(const Theme& theme, const BrokerPlugin& plugin, const ConnectionSettings& settings,
                           const QStringList& places, QWidget* parent)
    : QDialog(parent), d(std::make_unique<Private>()) {
    setAttribute(Qt::WA_DeleteOnClose);
    setObjectName("browseDialog");
    setWindowTitle(tr("Messages of %1").arg(settings.name));
    d->theme = &theme;
    d->connection = settings.id;
    d->search = std::make_unique<MessageSearch>(plugin, settings);
    d->forecasts = std::make_unique<MessageSearch>(plugin, settings);
    build();
    d->form->addPlaces(places);
    connect(d->search.get(), &MessageSearch::found, this, [this](const QList<BrokerMessage>& messages) {
        d->messages->add(messages);
        for (const auto column :
             {MessageTable::Time, MessageTable::Partition, MessageTable::Key, MessageTable::Type})
            d->table->setColumnHidden(column, !d->messages->isFilled(column));
        if (!d->table->currentIndex().isValid())
            d->table->selectRow(0);
    });
    connect(d->search.get(), &MessageSearch::progressed, this, [this](qint64 looked, qint64 total) {
        d->looked = looked;
        const qint64 most = d->form->most();
        d->total = most > 0 ? std::min(most, total) : total;
        refresh();
    });
    connect(d->search.get(), &MessageSearch::finished, this, &BrowseDialog::finish);
    connect(d->forecasts.get(), &MessageSearch::foretold, this, &BrowseDialog::showForecast);
    askForecast();
    resize(1040, 680);
}

BrowseDialog::~BrowseDialog() {
    // The messages go with the table, a little later.
    QTimer::singleShot(1000, qApp, &giveBackFreedMemory);
}

void BrowseDialog::build() {
    d->form = new BrowseForm(*d->theme);
    connect(d->form, &BrowseForm::placeChanged, this, &BrowseDialog::askForecast);
    connect(d->form, &BrowseForm::lookPressed, this, [this] { d->running ? d->search->stop() : start(); });
    d->told = new QLabel;
    d->told->setObjectName("browseDialog.forecast");
    d->told->setWordWrap(true);

    d->messages = new MessageTable(this);
    d->table = new QTableView;
    d->table->setAccessibleName(tr("Messages that were found"));
    d->table->setModel(d->messages);
    d->table->setSelectionBehavior(QAbstractItemView::SelectRows);
    d->table->setSelectionMode(QAbstractItemView::SingleSelection);
    d->table->setShowGrid(false);
    d->table->setWordWrap(false);
    d->table->setTabKeyNavigation(false);
    d->table->verticalHeader()->hide();
    d->table->verticalHeader()->setSectionResizeMode(QHeaderView::Fixed);
    d->table->horizontalHeader()->setHighlightSections(false);
    d->table->horizontalHeader()->setStretchLastSection(true);
    d->table->horizontalHeader()->setDefaultAlignment(Qt::AlignLeft | Qt::AlignVCenter);
    const int em = fontMetrics().averageCharWidth();
    const std::array widths{27, 11, 12, 18, 16, 11};
    for (int column = 0; column < int(widths.size()); ++column)
        d->table->setColumnWidth(column, widths[std::size_t(column)] * em);
    d->detail = new MessageDetail;
    connect(d->table->selectionModel(), &QItemSelectionModel::currentRowChanged, this,
            [this](const QModelIndex& now) {
                d->detail->show(now.isValid() ? &d->messages->messages()[std::size_t(now.row())] : nullptr);
            });
    connect(d->messages, &QAbstractItemModel::modelReset, d->detail, [this] { d->detail->show(nullptr); });
    auto* split = new QSplitter(Qt::Horizontal);
    split->addWidget(d->table);
    split->addWidget(d->detail);
    split->setStretchFactor(0, 3);
    split->setStretchFactor(1, 2);
    split->setChildrenCollapsible(false);

    d->state = new QLabel;
    d->state->setObjectName("browseDialog.state");
    d->state->setWordWrap(true);
    d->progress = new QProgressBar;
    d->progress->setAccessibleName(tr("How much was looked at"));
    d->progress->setTextVisible(false);
    d->progress->setFixedWidth(160);
    d->progress->hide();
    d->write = new QPushButton(tr("&Save as…"));
    connect(d->write, &QPushButton::clicked, this, &BrowseDialog::save);
    auto* close = new QPushButton(tr("Close"));
    connect(close, &QPushButton::clicked, this, &QDialog::close);
    auto* foot = new QHBoxLayout;
    foot->addWidget(d->state, 1);
    foot->addWidget(d->progress);
    foot->addWidget(d->write);
    foot->addWidget(close);
    for (QPushButton* button : {d->write, close})
        button->setAutoDefault(false);

    auto* column = new QVBoxLayout(this);
    column->setContentsMargins(16, 16, 16, 12);
    column->setSpacing(10);
    column->addWidget(d->form);
    column->addWidget(d->told);
    column->addWidget(split, 1);
    column->addLayout(foot);
    d->form->setFocus();
    refresh();
}

void BrowseDialog::setPlace(const QString& place) {
    d->form->setPlace(place);
}

void BrowseDialog::rememberSchemas(QSettings& settings) {
    d->form->schemas().remember(settings, d->connection);
}

void BrowseDialog::askForecast() {
    const QString place = d->form->place();
    d->form->schemas().setPlace(place);
    d->forecast = {};
    d->told->setText(place.isEmpty() ? QString() : tr("Asking what looking would do…"));
    d->told->setStyleSheet({});
    if (const auto asked = d->form->wish())
        d->forecasts->forecast(*asked);
    refresh();
}

void BrowseDialog::showForecast(const BrowseForecast& forecast) {
    d->forecast = forecast;
    using Effect = BrowseForecast::Effect;
    const bool failed = forecast.problem.kind != BrokerProblem::Kind::None;
    // What is away is away for others: not more than somebody reads, unless he says so.
    constexpr int kUsualMost = 1000;
    const int most = forecast.effect == Effect::Nothing ? 0 : kUsualMost;
    if (!failed && d->form->suggestMost(most))
        return askForecast();
    QString mark = QStringLiteral("✓ ");
    QColor color = d->theme->okText;
    if (failed || forecast.effect == Effect::Refused) {
        mark = QStringLiteral("✕ ");
        color = d->theme->dangerText;
    } else if (forecast.effect != Effect::Nothing) {
        mark = QStringLiteral("! ");
        color = d->theme->warningText;
    }
    QString text = forecast.problem.text();
    if (!failed) {
        text = forecast.kind;
        text.front() = text.front().toUpper();
        if (forecast.messages >= 0)
            text += forecast.messages == 1 ? tr(", 1 message")
                                           : tr(", %1 messages").arg(countText(forecast.messages));
        text += QStringLiteral(". ") + forecast.sentences.join(u' ');
    }
    d->told->setText(mark + text);
    d->told->setStyleSheet(QStringLiteral("color: %1").arg(color.name()));
    refresh();
}

void BrowseDialog::start() {
    const auto asked = d->form->wish();
    if (!asked)
        return;
    const auto filter = d->form->filter();
    if (!filter)
        return;
    d->messages->clear();
    d->running = true;
    d->looked = d->total = 0;
    d->ending.clear();
    d->failed = false;
    d->search->start(*asked, *filter);
    refresh();
}

void BrowseDialog::finish(const BrowseResult& result, bool full) {
    d->running = false;
    d->looked = result.looked;
    d->failed = result.problem.kind != BrokerProblem::Kind::None;
    if (d->failed)
        d->ending = result.problem.text();
    else if (full)
        d->ending =
            tr("There may be more: only the first %1 are kept.").arg(countText(d->messages->rowCount()));
    else if (result.cancelled)
        d->ending = tr("Stopped.");
    // Looking may have changed what looking would do.
    if (!d->failed)
        askForecast();
    refresh();
}

void BrowseDialog::refresh() {
    const int found = d->messages->rowCount();
    QString text;
    if (d->running || d->looked > 0 || found > 0)
        text = d->total > 0 && d->running
                   ? tr("%1 found, %2 of %3 looked at")
                         .arg(countText(found), countText(d->looked), countText(d->total))
                   : tr("%1 found, %2 looked at").arg(countText(found), countText(d->looked));
    if (!d->ending.isEmpty())
        text += (text.isEmpty() ? QString() : QStringLiteral(". ")) +
                (d->failed ? QStringLiteral("✕ ") : QString()) + d->ending;
    d->state->setText(text);
    d->state->setStyleSheet(d->failed ? QStringLiteral("color: %1").arg(d->theme->dangerText.name())
                                      : QString());
    d->progress->setVisible(d->running);
    d->progress->setRange(0, d->total > 0 ? 1000 : 0);
    if (d->total > 0)
        d->progress->setValue(static_cast<int>(std::min<qint64>(1000, d->looked * 1000 / d->total)));
    d->form->setRunning(d->running);
    d->form->setMayLook(d->running || d->forecast.effect != BrowseForecast::Effect::Refused);
    d->write->setEnabled(found > 0 && !d->running);
}

void BrowseDialog::save() {
    auto* dialog = new QFileDialog(this, tr("Save the messages"));
    dialog->setAttribute(Qt::WA_DeleteOnClose);
    dialog->setAcceptMode(QFileDialog::AcceptSave);
    dialog->setNameFilters({tr("JSON Lines (*.jsonl)"), tr("CSV (*.csv)")});
    dialog->setDefaultSuffix(QStringLiteral("jsonl"));
    connect(dialog, &QFileDialog::filterSelected, dialog, [dialog](const QString& filter) {
        dialog->setDefaultSuffix(filter.contains(QStringLiteral("csv")) ? QStringLiteral("csv")
                                                                        : QStringLiteral("jsonl"));
    });
    connect(dialog, &QFileDialog::fileSelected, this, [this](const QString& name) {
        QSaveFile file(name);
        const bool csv = name.endsWith(QStringLiteral(".csv"), Qt::CaseInsensitive);
        bool well = file.open(QIODevice::WriteOnly);
        if (well && csv)
            file.write(QByteArray::fromStdString(messageCsvTitle()));
        for (const BrokerMessage& message : d->messages->messages()) {
            if (!well)
                break;
            const std::string line = csv ? messageCsv(message) : messageLine(message);
            well = file.write(line.data(), qint64(line.size())) == qint64(line.size());
        }
        well = well && file.commit();
        d->failed = !well;
        d->ending =
            well ? tr("Saved to %1.").arg(name)
                 : tr("%1 cannot be written: %2. Choose another folder.").arg(name, file.errorString());
        refresh();
    });
    dialog->open();
}

}  // namespace sluice
