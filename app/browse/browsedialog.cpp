#include "app/browse/browsedialog.h"

#include <QApplication>
#include <QComboBox>
#include <QDateTimeEdit>
#include <QFileDialog>
#include <QFormLayout>
#include <QHeaderView>
#include <QKeyEvent>
#include <QLabel>
#include <QLineEdit>
#include <QLocale>
#include <QProgressBar>
#include <QPushButton>
#include <QSaveFile>
#include <QSpinBox>
#include <QSplitter>
#include <QStackedWidget>
#include <QTableView>
#include <QTimer>
#include <QVBoxLayout>

#include "app/browse/messagedetail.h"
#include "app/browse/messagetable.h"
#include "app/browse/schemachooser.h"
#include "app/freedmemory.h"
#include "core/browse/messageexport.h"
#include "core/share/masking.h"
#include "widgets/theme/theme.h"

namespace sluice {
namespace {

using Begin = BrowseWish::Begin;
constexpr int kTypingPause = 400;  // ms after the last letter of a name before the broker is asked about it

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

    QComboBox* place = nullptr;
    QComboBox* begin = nullptr;
    QStackedWidget* beginValue = nullptr;
    QSpinBox* last = nullptr;
    QLineEdit* offset = nullptr;
    QDateTimeEdit* time = nullptr;
    QSpinBox* most = nullptr;
    bool mostChosen = false;  ///< by a person
    QLineEdit* query = nullptr;
    QLineEdit* masked = nullptr;
    SchemaChooser* schema = nullptr;
    QString connection;  ///< its id
    QLabel* mistake = nullptr;
    QLabel* told = nullptr;
    QPushButton* look = nullptr;
    QTableView* table = nullptr;
    MessageTable* messages = nullptr;
    MessageDetail* detail = nullptr;
    QLabel* state = nullptr;
    QProgressBar* progress = nullptr;
    QPushButton* write = nullptr;
    QTimer typing;
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
    d->place->addItems(places);
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
        const qint64 most = d->most->value();
        d->total = most > 0 ? std::min(most, total) : total;
        refresh();
    });
    connect(d->search.get(), &MessageSearch::finished, this, &BrowseDialog::finish);
    connect(d->forecasts.get(), &MessageSearch::foretold, this, &BrowseDialog::showForecast);
    d->typing.setSingleShot(true);
    d->typing.setInterval(kTypingPause);
    connect(&d->typing, &QTimer::timeout, this, &BrowseDialog::askForecast);
    connect(d->place, &QComboBox::editTextChanged, &d->typing, qOverload<>(&QTimer::start));
    askForecast();
    resize(1040, 680);
}

BrowseDialog::~BrowseDialog() {
    // The messages go with the table, a little later.
    QTimer::singleShot(1000, qApp, &giveBackFreedMemory);
}

void BrowseDialog::build() {
    d->place = new QComboBox;
    d->place->setEditable(true);
    d->place->setInsertPolicy(QComboBox::NoInsert);
    d->place->setMinimumContentsLength(24);
    d->begin = new QComboBox;
    d->begin->addItem(tr("the beginning"), int(Begin::First));
    d->begin->addItem(tr("the last"), int(Begin::Last));
    d->begin->addItem(tr("offset"), int(Begin::Offset));
    d->begin->addItem(tr("time"), int(Begin::Time));
    d->begin->addItem(tr("now on"), int(Begin::End));
    d->last = new QSpinBox;
    d->last->setAccessibleName(tr("How many of the last messages, of each partition"));
    d->last->setRange(1, 1'000'000);
    d->last->setValue(100);
    d->offset = new QLineEdit(QStringLiteral("0"));
    d->offset->setAccessibleName(tr("The offset to begin with"));
    d->time = new QDateTimeEdit(QDateTime::currentDateTime().addSecs(-3600));
    d->time->setAccessibleName(tr("The time to begin with"));
    d->time->setDisplayFormat(QStringLiteral("yyyy-MM-dd HH:mm:ss"));
    d->beginValue = new QStackedWidget;
    for (QWidget* page : {new QWidget, static_cast<QWidget*>(d->last), static_cast<QWidget*>(d->offset),
                          static_cast<QWidget*>(d->time), new QWidget})
        d->beginValue->addWidget(page);
    d->beginValue->setSizePolicy(QSizePolicy::Preferred, QSizePolicy::Fixed);
    connect(d->begin, &QComboBox::currentIndexChanged, d->beginValue, &QStackedWidget::setCurrentIndex);
    connect(d->begin, &QComboBox::currentIndexChanged, this, &BrowseDialog::askForecast);
    d->most = new QSpinBox;
    d->most->setRange(0, 1'000'000'000);
    d->most->setSpecialValueText(tr("all"));
    d->most->setGroupSeparatorShown(true);
    d->most->setToolTip(tr("How many messages are looked at"));
    connect(d->most, &QSpinBox::valueChanged, this, [this] {
        d->mostChosen = true;
        d->typing.start();
    });
    d->query = new QLineEdit;
    d->query->setPlaceholderText(tr("All of them; or such as field.email:ada key:user-17 header.tenant:a"));
    d->query->setClearButtonEnabled(true);
    d->query->setToolTip(
        tr("Words are looked for in key, type, headers and body. Fields compare: key:user-17, "
           "field.address.city=London, "
           "header.tenant:a, partition:3, offset>1000, time>2026-11-21T18:00:00Z. Join them with and, or, "
           "not and "
           "brackets"));
    d->masked = new QLineEdit;
    d->masked->setPlaceholderText(tr("Nothing; or such as email, iban"));
    d->masked->setToolTip(
        tr("Fields of bodies and headers whose values nobody sees: neither shown, nor searched, nor "
           "written. key and body stand for all of these"));
    d->mistake = new QLabel;
    d->mistake->setWordWrap(true);
    d->mistake->hide();
    d->told = new QLabel;
    d->told->setObjectName("browseDialog.forecast");
    d->told->setWordWrap(true);
    d->look = new QPushButton(tr("Look"));
    d->look->setObjectName("browseDialog.look");
    d->look->setProperty("primary", true);
    d->look->setDefault(true);
    connect(d->look, &QPushButton::clicked, this, [this] { d->running ? d->search->stop() : start(); });

    auto* first = new QHBoxLayout;
    first->addWidget(d->place, 2);
    auto* from = new QLabel(tr("&From"));
    from->setBuddy(d->begin);
    first->addWidget(from);
    first->addWidget(d->begin);
    first->addWidget(d->beginValue, 1);
    auto* most = new QLabel(tr("&At most"));
    most->setBuddy(d->most);
    first->addWidget(most);
    first->addWidget(d->most);
    auto* second = new QHBoxLayout;
    second->addWidget(d->query, 2);
    auto* mask = new QLabel(tr("&Mask"));
    mask->setBuddy(d->masked);
    second->addWidget(mask);
    second->addWidget(d->masked, 1);
    second->addWidget(d->look);
    auto* form = new QFormLayout;
    form->setFieldGrowthPolicy(QFormLayout::AllNonFixedFieldsGrow);
    auto* placeLabel = new QLabel(tr("&Queue or topic"));
    placeLabel->setBuddy(d->place);
    auto* queryLabel = new QLabel(tr("On&ly these"));
    queryLabel->setBuddy(d->query);
    form->addRow(placeLabel, first);
    form->addRow(queryLabel, second);
    d->schema = new SchemaChooser;
    auto* schemaLabel = new QLabel(tr("Read b&y"));
    schemaLabel->setBuddy(d->schema);
    form->addRow(schemaLabel, d->schema);

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
    column->addLayout(form);
    column->addWidget(d->mistake);
    column->addWidget(d->told);
    column->addWidget(split, 1);
    column->addLayout(foot);
    d->query->setFocus();
    refresh();
}

void BrowseDialog::setPlace(const QString& place) {
    d->place->setCurrentText(place);
    askForecast();
}

std::optional<BrowseWish> BrowseDialog::wish() {
    BrowseWish wish{.place = d->place->currentText().trimmed()};
    wish.begin = static_cast<Begin>(d->begin->currentData().toInt());
    wish.follow = wish.begin == Begin::End;
    wish.most = d->most->value();
    QString mistake;
    if (wish.place.isEmpty())
        mistake = tr("Choose a queue or topic.");
    if (wish.begin == Begin::Last) {
        wish.value = d->last->value();
    } else if (wish.begin == Begin::Time) {
        wish.value = d->time->dateTime().toMSecsSinceEpoch();
    } else if (wish.begin == Begin::Offset) {
        bool isNumber = false;
        wish.value = d->offset->text().trimmed().toLongLong(&isNumber);
        if (!isNumber || wish.value < 0)
            mistake = tr("An offset is a whole number from 0.");
    }
    d->mistake->setText(QStringLiteral("✕ ") + mistake);
    d->mistake->setStyleSheet(QStringLiteral("color: %1").arg(d->theme->dangerText.name()));
    d->mistake->setVisible(!mistake.isEmpty());
    return mistake.isEmpty() ? std::optional(wish) : std::nullopt;
}

void BrowseDialog::rememberSchemas(QSettings& settings) {
    d->schema->remember(settings, d->connection);
}

void BrowseDialog::askForecast() {
    d->typing.stop();
    d->schema->setPlace(d->place->currentText().trimmed());
    d->forecast = {};
    d->told->setText(d->place->currentText().trimmed().isEmpty() ? QString()
                                                                 : tr("Asking what looking would do…"));
    d->told->setStyleSheet({});
    if (const auto asked = wish())
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
    if (!d->mostChosen && !failed && d->most->value() != most) {
        const QSignalBlocker quiet(d->most);
        d->most->setValue(most);
        return askForecast();
    }
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
    const auto asked = wish();
    if (!asked)
        return;
    const auto query = EventQuery::parseForMessages(d->query->text().toStdString());
    if (!query) {
        d->mistake->setText(QStringLiteral("✕ ") + QString::fromStdString(query.error().text()));
        d->mistake->show();
        d->query->setFocus();
        return;
    }
    const Result<SharedSchema> schema = d->schema->schema();
    if (!schema) {
        d->mistake->setText(QStringLiteral("✕ ") + QString::fromStdString(schema.error().text()));
        d->mistake->show();
        d->schema->setFocus();
        return;
    }
    d->messages->clear();
    d->running = true;
    d->looked = d->total = 0;
    d->ending.clear();
    d->failed = false;
    d->search->start(*asked, MessageFilter(*query, maskNames(d->masked->text().toStdString()), *schema));
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
    d->look->setText(d->running ? tr("Stop") : tr("Look"));
    d->look->setEnabled(d->running || d->forecast.effect != BrowseForecast::Effect::Refused);
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
