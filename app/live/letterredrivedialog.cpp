#include "app/live/letterredrivedialog.h"

#include <QCheckBox>
#include <QComboBox>
#include <QDoubleSpinBox>
#include <QFormLayout>
#include <QHeaderView>
#include <QLabel>
#include <QLineEdit>
#include <QLocale>
#include <QProgressBar>
#include <QPushButton>
#include <QTableWidget>
#include <QVBoxLayout>
#include <array>

#include "app/brokers/letterredrive.h"
#include "app/brokers/messagesearch.h"
#include "app/live/writepermission.h"
#include "widgets/theme/theme.h"

namespace sluice {
namespace {

constexpr int kNumberColumn = 0;
constexpr int kSizeColumn = 5;
constexpr int kMostLetters = 5'000;  // rows; more are counted only
constexpr std::array kVerdicts{LetterVerdict::Sent,     LetterVerdict::NotChosen,  LetterVerdict::TooOften,
                               LetterVerdict::NoOrigin, LetterVerdict::Unroutable, LetterVerdict::Refused};

/// Told by a mark too, never by a colour alone.
QString fateWords(LetterVerdict verdict, bool dryRun) {
    switch (verdict) {
        case LetterVerdict::Sent:
            return dryRun ? LetterRedriveDialog::tr("✓ would be sent") : LetterRedriveDialog::tr("✓ sent");
        case LetterVerdict::NotChosen:
            return LetterRedriveDialog::tr("– not chosen");
        case LetterVerdict::TooOften:
            return LetterRedriveDialog::tr("! stays: redriven too often");
        case LetterVerdict::NoOrigin:
            return LetterRedriveDialog::tr("! stays: does not say where it died");
        case LetterVerdict::Unroutable:
            return LetterRedriveDialog::tr("✕ stays: no such queue");
        case LetterVerdict::Refused:
            break;
    }
    return LetterRedriveDialog::tr("✕ stays: refused by the broker");
}

}  // namespace

struct LetterRedriveDialog::Private {
    const Theme* theme = nullptr;
    ConnectionSettings settings;
    QString queue;
    std::unique_ptr<LetterRedrive> redrive;
    std::unique_ptr<MessageSearch> forecasts;
    BrowseForecast forecast;
    bool running = false;
    bool dryRun = true;
    bool looked = false;  ///< a dry run has ended
    RedriveResult result;
    std::array<qint64, kVerdicts.size()> counts{};

    QLabel* told = nullptr;
    QLineEdit* to = nullptr;
    QLineEdit* diedIn = nullptr;
    QComboBox* reason = nullptr;
    QDoubleSpinBox* rate = nullptr;
    QCheckBox* allow = nullptr;
    QTableWidget* table = nullptr;
    QLabel* state = nullptr;
    QProgressBar* progress = nullptr;
    QPushButton* look = nullptr;
    QPushButton* send = nullptr;
};

LetterRedriveDialog::LetterRedriveDialog(const Theme& theme, const BrokerPlugin& plugin,
                                         const ConnectionSettings& settings, const QString& queue,
                                         QWidget* parent)
    : QDialog(parent), d(std::make_unique<Private>()) {
    setAttribute(Qt::WA_DeleteOnClose);
    setObjectName("letterRedriveDialog");
    setWindowTitle(tr("Redrive %1").arg(queue));
    d->theme = &theme;
    d->settings = settings;
    d->queue = queue;
    d->redrive = std::make_unique<LetterRedrive>(plugin, settings);
    d->forecasts = std::make_unique<MessageSearch>(plugin, settings);
    build();
    connect(d->redrive.get(), &LetterRedrive::told, this, &LetterRedriveDialog::take);
    connect(d->redrive.get(), &LetterRedrive::finished, this, &LetterRedriveDialog::finish);
    connect(d->forecasts.get(), &MessageSearch::foretold, this, [this](const BrowseForecast& forecast) {
        d->forecast = forecast;
        const bool failed = forecast.problem.kind != BrokerProblem::Kind::None;
        const bool refused = forecast.effect == BrowseForecast::Effect::Refused;
        d->told->setText(failed    ? QStringLiteral("✕ ") + forecast.problem.text()
                         : refused ? tr("! No dry run: ") + forecast.sentences.join(u' ')
                                   : tr("The dry run only looks. ") + forecast.sentences.join(u' '));
        d->told->setStyleSheet(
            failed || refused ? QStringLiteral("color: %1").arg(d->theme->warningText.name()) : QString());
        refresh();
    });
    d->forecasts->forecast({.place = queue});
    resize(860, 560);
    refresh();
}

LetterRedriveDialog::~LetterRedriveDialog() = default;

void LetterRedriveDialog::build() {
    d->told = new QLabel(tr("Asking what a dry run would do…"));
    d->told->setWordWrap(true);
    d->to = new QLineEdit;
    d->to->setPlaceholderText(tr("Each to the queue where it died"));
    d->diedIn = new QLineEdit;
    d->diedIn->setPlaceholderText(tr("Any queue"));
    d->reason = new QComboBox;
    d->reason->addItem(tr("any reason"), QString());
    for (const char* reason : {"rejected", "expired", "maxlen", "delivery_limit"})
        d->reason->addItem(QString::fromLatin1(reason), QString::fromLatin1(reason));
    d->rate = new QDoubleSpinBox;
    d->rate->setRange(0, 1'000'000);
    d->rate->setDecimals(1);
    d->rate->setSpecialValueText(tr("as fast as the broker takes them"));
    d->rate->setSuffix(tr(" a second"));
    auto* form = new QFormLayout;
    form->addRow(tr("Send &to"), d->to);
    form->addRow(tr("Only those that &died in"), d->diedIn);
    form->addRow(tr("Only those that died &of"), d->reason);
    form->addRow(tr("At &most"), d->rate);
    d->table = new QTableWidget(0, 7);
    d->table->setAccessibleName(tr("Dead letters and what becomes of them"));
    d->table->setHorizontalHeaderLabels({tr("Letter"), tr("Id"), tr("Died in"), tr("Of"), tr("Goes to"),
                                         tr("Size"), tr("What becomes of it")});
    d->table->setSelectionBehavior(QAbstractItemView::SelectRows);
    d->table->setEditTriggers(QAbstractItemView::NoEditTriggers);
    d->table->setShowGrid(false);
    d->table->setTabKeyNavigation(false);
    d->table->verticalHeader()->hide();
    d->table->horizontalHeader()->setStretchLastSection(true);
    d->table->horizontalHeader()->setHighlightSections(false);
    d->table->horizontalHeader()->setDefaultAlignment(Qt::AlignLeft | Qt::AlignVCenter);
    d->allow = makeWritePermission(
        tr("&Write to %1: messages leave this queue and come into others").arg(d->settings.name),
        d->settings.mayWrite);
    connect(d->allow, &QCheckBox::toggled, this, &LetterRedriveDialog::refresh);
    d->state = new QLabel;
    d->state->setObjectName("letterRedriveDialog.state");
    d->state->setWordWrap(true);
    d->progress = new QProgressBar;
    d->progress->setAccessibleName(tr("How many letters are done"));
    d->progress->setTextVisible(false);
    d->progress->setFixedWidth(160);
    d->look = new QPushButton(tr("Dry &run"));
    d->look->setObjectName("letterRedriveDialog.look");
    d->send = new QPushButton(tr("&Send them back"));
    d->send->setObjectName("letterRedriveDialog.send");
    d->send->setProperty("primary", true);
    auto* close = new QPushButton(tr("Close"));
    for (QPushButton* button : {d->send, close})
        button->setAutoDefault(false);
    connect(d->look, &QPushButton::clicked, this, [this] { start(true); });
    connect(d->send, &QPushButton::clicked, this, [this] { d->running ? d->redrive->stop() : start(false); });
    connect(close, &QPushButton::clicked, this, &QDialog::close);
    auto* foot = new QHBoxLayout;
    foot->addWidget(d->state, 1);
    foot->addWidget(d->progress);
    foot->addWidget(d->look);
    foot->addWidget(d->send);
    foot->addWidget(close);
    auto* column = new QVBoxLayout(this);
    column->setContentsMargins(16, 16, 16, 12);
    column->setSpacing(10);
    column->addLayout(form);
    column->addWidget(d->told);
    column->addWidget(d->table, 1);
    column->addWidget(d->allow);
    column->addLayout(foot);
}

RedriveWish LetterRedriveDialog::wish(bool dryRun) const {
    RedriveWish wish{.queue = d->queue};
    wish.to = d->to->text().trimmed();
    wish.only = d->diedIn->text().trimmed();
    wish.reason = d->reason->currentData().toString();
    wish.perSecond = d->rate->value();
    wish.dryRun = dryRun;
    return wish;
}

void LetterRedriveDialog::start(bool dryRun) {
    d->table->setRowCount(0);
    d->counts = {};
    d->result = {};
    d->running = true;
    d->dryRun = dryRun;
    d->redrive->start(wish(dryRun), !dryRun && d->allow->isChecked());
    refresh();
}

void LetterRedriveDialog::take(const QList<RedrivenLetter>& letters) {
    const QLocale locale;
    for (const RedrivenLetter& letter : letters) {
        ++d->counts[static_cast<std::size_t>(letter.verdict)];
        const int row = d->table->rowCount();
        if (row >= kMostLetters)
            continue;
        d->table->insertRow(row);
        const QStringList cells{locale.toString(letter.number),
                                letter.id,
                                letter.origin,
                                letter.reason,
                                letter.target,
                                locale.formattedDataSize(letter.size),
                                fateWords(letter.verdict, d->dryRun)};
        for (int column = 0; column < static_cast<int>(cells.size()); ++column) {
            auto* item = new QTableWidgetItem(cells[column]);
            if (column == kNumberColumn || column == kSizeColumn)
                item->setTextAlignment(Qt::AlignRight | Qt::AlignVCenter);
            d->table->setItem(row, column, item);
        }
    }
    refresh();
}

void LetterRedriveDialog::finish(const RedriveResult& result) {
    d->running = false;
    d->result = result;
    d->looked = d->looked || (d->dryRun && result.problem.kind == BrokerProblem::Kind::None);
    d->table->resizeColumnsToContents();
    // Its figures are narrower than its title.
    d->table->setColumnWidth(
        kNumberColumn, std::max(d->table->columnWidth(kNumberColumn), 12 * fontMetrics().averageCharWidth()));
    if (!d->dryRun)
        emit written(tr("%1: %2 dead letters of %3 sent back, %4 stay")
                         .arg(d->settings.name)
                         .arg(result.sent)
                         .arg(d->queue)
                         .arg(result.stayed));
    refresh();
}

void LetterRedriveDialog::refresh() {
    const QLocale locale;
    QStringList parts;
    qint64 done = 0;
    for (const LetterVerdict verdict : kVerdicts) {
        const qint64 count = d->counts[static_cast<std::size_t>(verdict)];
        done += count;
        if (count > 0)
            parts << QStringLiteral("%1 %2").arg(locale.toString(count),
                                                 fateWords(verdict, d->dryRun).mid(2));
    }
    const bool failed = d->result.problem.kind != BrokerProblem::Kind::None;
    if (failed)
        parts << QStringLiteral("✕ ") + d->result.problem.text();
    else if (d->result.cancelled)
        parts << tr("stopped; send again to go on");
    else if (!d->running && d->looked && done == 0)
        parts << tr("the queue is empty");
    d->state->setText(parts.join(QStringLiteral(" · ")));
    d->state->setStyleSheet(failed ? QStringLiteral("color: %1").arg(d->theme->dangerText.name())
                                   : QString());
    d->progress->setVisible(d->running);
    const qint64 waiting = std::max<qint64>(d->forecast.messages, done);
    d->progress->setRange(0, waiting > 0 ? 1000 : 0);
    if (waiting > 0)
        d->progress->setValue(static_cast<int>(done * 1000 / waiting));
    const bool known = d->forecast.problem.kind == BrokerProblem::Kind::None && !d->forecast.kind.isEmpty();
    d->look->setEnabled(!d->running && known && d->forecast.effect != BrowseForecast::Effect::Refused);
    const bool sending = d->running && !d->dryRun;
    d->send->setText(sending ? tr("&Stop") : tr("&Send them back"));
    // What a dry run cannot tell without harm is told by sending.
    const bool mayGo = d->looked || (known && d->forecast.effect == BrowseForecast::Effect::Refused);
    d->send->setEnabled(sending || (!d->running && mayGo && d->allow->isChecked()));
    d->send->setToolTip(!d->settings.mayWrite    ? d->allow->toolTip()
                        : !d->allow->isChecked() ? tr("Tick that it is to be written")
                        : mayGo                  ? QString()
                                                 : tr("A dry run comes first"));
}

}  // namespace sluice
