#include "app/live/letterredrivedialog.h"

#include <QCheckBox>
#include <QComboBox>
#include <QDoubleSpinBox>
#include <QFormLayout>
#include <QLabel>
#include <QLineEdit>
#include <QLocale>
#include <QProgressBar>
#include <QPushButton>
#include <QVBoxLayout>
#include <array>
#include <map>

#include "app/brokers/letterredrive.h"
#include "app/brokers/messagesearch.h"
#include "app/live/dialogfoot.h"
#include "app/live/lettereditdialog.h"
#include "app/live/lettertable.h"
#include "widgets/editing/counting.h"
#include "widgets/theme/theme.h"

namespace sluice {
namespace {

constexpr std::array kVerdicts{LetterVerdict::Sent,      LetterVerdict::NotChosen,  LetterVerdict::TooOften,
                               LetterVerdict::NoOrigin,  LetterVerdict::Superseded, LetterVerdict::Expired,
                               LetterVerdict::EditUnfit, LetterVerdict::Unroutable, LetterVerdict::Refused};

QLineEdit* makeNames(const char* name, const QString& usual, const QString& tip) {
    auto* made = new QLineEdit;
    made->setObjectName(name);
    made->setPlaceholderText(usual);
    made->setToolTip(tip);
    return made;
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
    bool paused = false;
    qint64 waiting = 0;                    ///< letters, as the redrive under way says
    std::map<qint64, LetterEdit> edits{};  ///< by the letter's number
    RedriveResult result;
    std::array<qint64, kVerdicts.size()> counts{};

    QLabel* told = nullptr;
    QLineEdit* to = nullptr;
    QLineEdit* diedIn = nullptr;
    QComboBox* reason = nullptr;
    QDoubleSpinBox* rate = nullptr;
    QLineEdit* operation = nullptr;
    QLineEdit* key = nullptr;
    QLineEdit* age = nullptr;
    QCheckBox* superseded = nullptr;
    QCheckBox* expired = nullptr;
    QLabel* mistake = nullptr;
    LetterTable* table = nullptr;
    QPushButton* edit = nullptr;
    QPushButton* undo = nullptr;
    QLabel* edited = nullptr;
    std::unique_ptr<DialogFoot> foot;
    QProgressBar* progress = nullptr;
    QPushButton* look = nullptr;
    QPushButton* pause = nullptr;
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
    resize(960, 620);
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
    d->reason->setEditable(true);
    d->reason->setInsertPolicy(QComboBox::NoInsert);
    d->reason->lineEdit()->setPlaceholderText(tr("Any reason, or a part of an exception's name"));
    d->reason->addItems({QString(), QStringLiteral("rejected"), QStringLiteral("expired"),
                         QStringLiteral("maxlen"), QStringLiteral("delivery_limit")});
    d->rate = new QDoubleSpinBox;
    d->rate->setRange(0, 1'000'000);
    d->rate->setDecimals(1);
    d->rate->setSpecialValueText(tr("as fast as the broker takes them"));
    d->rate->setSuffix(tr(" a second"));
    const QString names =
        tr("type, key, id, correlation, header.NAME or field.NAME; of several the first that a "
           "letter has");
    d->operation = makeNames("letterRedriveDialog.operation", tr("type, header.type, field.type"), names);
    d->key = makeNames("letterRedriveDialog.key", tr("key, header.key, field.key"), names);
    d->age = makeNames("letterRedriveDialog.age", tr("Never by age; or such as 2h, 7d"),
                       tr("What outlived its own time to live is expired in any case"));
    d->superseded = new QCheckBox(tr("Send s&uperseded ones too"));
    d->superseded->setObjectName("letterRedriveDialog.superseded");
    d->superseded->setToolTip(tr("A newer one of the same operation and key is known"));
    d->expired = new QCheckBox(tr("Send e&xpired ones too"));
    d->expired->setObjectName("letterRedriveDialog.expired");
    auto* left = new QFormLayout;
    left->addRow(tr("Send &to"), d->to);
    left->addRow(tr("Only those that &died in"), d->diedIn);
    left->addRow(tr("Only those that died &of"), d->reason);
    left->addRow(tr("At &most"), d->rate);
    auto* right = new QFormLayout;
    right->addRow(tr("O&peration read from"), d->operation);
    right->addRow(tr("&Key read from"), d->key);
    right->addRow(tr("Expired &after"), d->age);
    auto* too = new QHBoxLayout;
    too->addWidget(d->superseded);
    too->addWidget(d->expired);
    too->addStretch();
    right->addRow(too);
    auto* form = new QHBoxLayout;
    form->setSpacing(24);
    form->addLayout(left, 1);
    form->addLayout(right, 1);
    d->mistake = new QLabel;
    d->mistake->setObjectName("letterRedriveDialog.mistake");
    d->mistake->setStyleSheet(QStringLiteral("color: %1").arg(d->theme->dangerText.name()));
    d->mistake->setWordWrap(true);
    d->mistake->hide();
    d->table = new LetterTable;
    d->edit = new QPushButton(tr("&Edit…"));
    d->edit->setObjectName("letterRedriveDialog.edit");
    d->undo = new QPushButton(tr("As &it was"));
    d->undo->setObjectName("letterRedriveDialog.undo");
    d->undo->setToolTip(tr("Forget what was edited about this letter"));
    d->edited = new QLabel;
    d->edited->setProperty("muted", true);
    auto* edits = new QHBoxLayout;
    edits->addWidget(d->edit);
    edits->addWidget(d->undo);
    edits->addWidget(d->edited, 1);
    connect(d->edit, &QPushButton::clicked, this, &LetterRedriveDialog::editChosen);
    connect(d->undo, &QPushButton::clicked, this, [this] {
        if (const RedrivenLetter* letter = d->table->chosen()) {
            const qint64 number = letter->number;
            d->edits.erase(number);
            d->table->mark(number, false, d->dryRun);
            refresh();
        }
    });
    connect(d->table, &QTableWidget::currentCellChanged, this, &LetterRedriveDialog::refresh);
    connect(d->table, &QTableWidget::cellActivated, this, &LetterRedriveDialog::editChosen);
    d->foot = std::make_unique<DialogFoot>(
        *this, *d->theme, "letterRedriveDialog",
        tr("&Write to %1: messages leave this queue and come into others").arg(d->settings.name),
        d->settings.mayWrite);
    connect(d->foot->permission(), &QCheckBox::toggled, this, &LetterRedriveDialog::refresh);
    d->progress = new QProgressBar;
    d->progress->setAccessibleName(tr("How many letters are done"));
    d->progress->setTextVisible(false);
    d->progress->setFixedWidth(160);
    d->look = new QPushButton(tr("Dry &run"));
    d->look->setObjectName("letterRedriveDialog.look");
    d->pause = new QPushButton;
    d->pause->setObjectName("letterRedriveDialog.pause");
    for (QPushButton* button : {d->pause, d->edit, d->undo})
        button->setAutoDefault(false);
    connect(d->look, &QPushButton::clicked, this, [this] { start(true); });
    connect(d->pause, &QPushButton::clicked, this, [this] {
        d->paused = !d->paused;
        d->redrive->pause(d->paused);
        refresh();
    });
    connect(d->foot->go(), &QPushButton::clicked, this,
            [this] { d->running ? d->redrive->stop() : start(false); });
    d->foot->add(d->progress);
    d->foot->add(d->look);
    d->foot->add(d->pause);
    auto* column = new QVBoxLayout(this);
    column->setContentsMargins(16, 16, 16, 12);
    column->setSpacing(10);
    column->addLayout(form);
    column->addWidget(d->mistake);
    column->addWidget(d->told);
    column->addWidget(d->table, 1);
    column->addLayout(edits);
    column->addWidget(d->foot->permission());
    column->addLayout(d->foot->row());
}

void LetterRedriveDialog::editChosen() {
    const RedrivenLetter* chosen = d->table->chosen();
    if (!chosen || !chosen->message || d->running)
        return;
    const auto before = d->edits.find(chosen->number);
    auto* dialog =
        new LetterEditDialog(*d->theme, *chosen, before == d->edits.end() ? nullptr : &before->second, this);
    dialog->setAttribute(Qt::WA_DeleteOnClose);
    connect(dialog, &QDialog::accepted, this, [this, dialog, number = chosen->number] {
        const auto edit = dialog->edit();
        if (edit)
            d->edits[number] = *edit;
        else
            d->edits.erase(number);
        d->table->mark(number, edit.has_value(), d->dryRun);
        refresh();
    });
    dialog->open();
}

std::optional<RedriveWish> LetterRedriveDialog::wish(bool dryRun) const {
    RedriveWish wish{.queue = d->queue};
    QString mistake;
    for (const auto& [names, field] :
         {std::pair(d->operation, &wish.rule.operation), std::pair(d->key, &wish.rule.key)}) {
        if (names->text().trimmed().isEmpty())
            continue;
        const auto read = MessageField::parse(names->text().toStdString());
        if (read)
            *field = *read;
        else
            mistake = tr("Where something is read %1.").arg(QString::fromStdString(read.error().sentence));
    }
    if (!d->age->text().trimmed().isEmpty()) {
        const auto age = parseDuration(d->age->text().trimmed().toStdString());
        if (age)
            wish.rule.mostAge = *age;
        else
            mistake = tr("An age %1.").arg(QString::fromStdString(age.error().sentence));
    }
    d->mistake->setText(QStringLiteral("✕ ") + mistake);
    d->mistake->setVisible(!mistake.isEmpty());
    if (!mistake.isEmpty())
        return std::nullopt;
    wish.to = d->to->text().trimmed();
    wish.only = d->diedIn->text().trimmed();
    wish.reason = d->reason->currentText().trimmed();
    wish.perSecond = d->rate->value();
    wish.rule.superseded = d->superseded->isChecked();
    wish.rule.expired = d->expired->isChecked();
    for (const auto& [number, edit] : d->edits)
        wish.edits.add(edit);
    wish.dryRun = dryRun;
    // To edit them.
    wish.messages = dryRun;
    return wish;
}

void LetterRedriveDialog::start(bool dryRun) {
    const auto wanted = wish(dryRun);
    if (!wanted)
        return;
    d->table->clearLetters();
    d->counts = {};
    d->result = {};
    d->waiting = 0;
    d->running = true;
    d->paused = false;
    d->dryRun = dryRun;
    d->redrive->start(*wanted, !dryRun && d->foot->isAllowed());
    refresh();
}

void LetterRedriveDialog::take(const QList<RedrivenLetter>& letters, qint64 waiting) {
    d->waiting = waiting;
    for (const RedrivenLetter& letter : letters) {
        ++d->counts[static_cast<std::size_t>(letter.verdict)];
        d->table->add(letter, d->dryRun);
    }
    refresh();
}

void LetterRedriveDialog::finish(const RedriveResult& result) {
    d->running = false;
    d->result = result;
    d->looked = d->looked || (d->dryRun && result.problem.kind == BrokerProblem::Kind::None);
    // What was sent is not there any more, and what stays has other numbers.
    if (!d->dryRun)
        d->edits.clear();
    d->table->fitColumns();
    if (!d->dryRun) {
        d->foot->askAgain();
        emit written(tr("%1: %2 dead letters of %3 sent back, %4 stay")
                         .arg(d->settings.name, QLocale().toString(result.sent), d->queue,
                              QLocale().toString(result.stayed)));
    }
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
    else if (d->paused && d->running)
        parts << tr("paused");
    else if (!d->running && d->looked && done == 0)
        parts << tr("there are no letters");
    parts << d->result.notes;
    d->foot->show(parts.join(QStringLiteral(" · ")), failed);
    d->progress->setVisible(d->running);
    const qint64 waiting = std::max({d->waiting, d->forecast.messages, done});
    d->progress->setRange(0, waiting > 0 ? 1000 : 0);
    if (waiting > 0)
        d->progress->setValue(static_cast<int>(done * 1000 / waiting));
    const bool known = d->forecast.problem.kind == BrokerProblem::Kind::None && !d->forecast.kind.isEmpty();
    const bool sending = d->running && !d->dryRun;
    d->look->setVisible(!sending);
    d->look->setEnabled(!d->running && known && d->forecast.effect != BrowseForecast::Effect::Refused);
    d->pause->setVisible(sending);
    d->pause->setText(d->paused ? tr("Go &on") : tr("&Pause"));
    const RedrivenLetter* chosen = d->table->chosen();
    d->edit->setEnabled(chosen && chosen->message && !d->running);
    d->edit->setToolTip(d->looked ? tr("Choose a letter") : tr("A dry run comes first"));
    d->undo->setEnabled(chosen && d->edits.contains(chosen->number) && !d->running);
    d->edited->setText(
        d->edits.empty() ? QString()
                         : counted(d->edits.size(), tr("1 letter goes edited"), tr("%1 letters go edited")));
    d->foot->freeze(d->running);
    // What a dry run cannot tell without harm is told by sending.
    const bool mayGo = d->looked || (known && d->forecast.effect == BrowseForecast::Effect::Refused);
    if (sending)
        d->foot->offerStop();
    else
        d->foot->offer(tr("&Send them back"), !d->running && mayGo, tr("A dry run comes first"));
}

}  // namespace sluice
