#include "app/live/publishdialog.h"

#include <QCheckBox>
#include <QDoubleSpinBox>
#include <QFormLayout>
#include <QLabel>
#include <QLineEdit>
#include <QLocale>
#include <QPlainTextEdit>
#include <QPushButton>
#include <QVBoxLayout>
#include <chrono>
#include <random>

#include "app/live/dialogfoot.h"
#include "widgets/editing/counting.h"
#include "widgets/theme/theme.h"

namespace sluice {

namespace {

constexpr int kMostAtOnce = 1'000'000;
constexpr int kPreviewLength = 120;  // characters

}  // namespace

struct PublishDialog::Private {
    const Theme* theme = nullptr;
    WritableBroker broker;
    QString place;
    std::unique_ptr<BrokerWriting> writing;
    bool running = false;
    qint64 asked = 0;
    qint64 confirmed = 0;
    QString outcome;
    bool failed = false;
    RandomStream random{std::random_device{}(), std::random_device{}()};
    QLineEdit* key = nullptr;
    QPlainTextEdit* headers = nullptr;
    QPlainTextEdit* body = nullptr;
    QSpinBox* count = nullptr;
    QDoubleSpinBox* rate = nullptr;
    QLabel* preview = nullptr;
    std::unique_ptr<DialogFoot> foot;
};

PublishDialog::PublishDialog(const Theme& theme, const WritableBroker& broker, const QString& place,
                             bool hasKey, QWidget* parent)
    : QDialog(parent), d(std::make_unique<Private>()) {
    setAttribute(Qt::WA_DeleteOnClose);
    setObjectName("publishDialog");
    setWindowTitle(tr("Publish to %1").arg(place));
    d->theme = &theme;
    d->broker = broker;
    d->place = place;
    d->writing = std::make_unique<BrokerWriting>(broker);
    build(hasKey);
    connect(d->writing.get(), &BrokerWriting::confirmed, this, [this](qint64 messages) {
        d->confirmed = messages;
        refresh();
    });
    connect(d->writing.get(), &BrokerWriting::published, this, &PublishDialog::take);
    resize(600, 520);
    refresh();
    d->body->setFocus();
}

PublishDialog::~PublishDialog() = default;

void PublishDialog::build(bool hasKey) {
    const auto changed = [this] {
        d->outcome.clear();
        d->failed = false;
        refresh();
    };
    d->body = new QPlainTextEdit;
    d->body->setObjectName("publishDialog.body");
    d->body->setFont(figureFont());
    d->body->setPlaceholderText(QStringLiteral(R"({"order": {{number}}, "at": "{{now}}"})"));
    d->body->setTabChangesFocus(true);
    connect(d->body, &QPlainTextEdit::textChanged, this, changed);
    d->headers = new QPlainTextEdit;
    d->headers->setObjectName("publishDialog.headers");
    d->headers->setFont(figureFont());
    d->headers->setPlaceholderText(tr("tenant=a, one a line"));
    d->headers->setTabChangesFocus(true);
    d->headers->setMaximumHeight(4 * d->headers->fontMetrics().lineSpacing() + 12);
    connect(d->headers, &QPlainTextEdit::textChanged, this, changed);
    d->count = new QSpinBox;
    d->count->setObjectName("publishDialog.count");
    d->count->setRange(1, kMostAtOnce);
    d->count->setGroupSeparatorShown(true);
    connect(d->count, &QSpinBox::valueChanged, this, changed);
    d->rate = new QDoubleSpinBox;
    d->rate->setRange(0, kMostAtOnce);
    d->rate->setDecimals(1);
    d->rate->setSpecialValueText(tr("as fast as the broker takes them"));
    d->rate->setSuffix(tr(" a second"));
    auto* form = new QFormLayout;
    if (hasKey) {
        d->key = new QLineEdit;
        d->key->setObjectName("publishDialog.key");
        d->key->setPlaceholderText(QStringLiteral("user-{{random 1..9}}"));
        connect(d->key, &QLineEdit::textChanged, this, changed);
        form->addRow(tr("&Key"), d->key);
    }
    form->addRow(tr("&Headers"), d->headers);
    form->addRow(tr("&Body"), d->body);
    form->addRow(tr("Messa&ges"), d->count);
    form->addRow(tr("At &most"), d->rate);
    d->preview = new QLabel;
    d->preview->setObjectName("publishDialog.preview");
    d->preview->setTextFormat(Qt::PlainText);
    d->preview->setWordWrap(true);
    d->foot = std::make_unique<DialogFoot>(
        *this, *d->theme, "publishDialog",
        tr("&Write to %1: messages come into %2").arg(d->broker.name, d->place), d->broker.mayWrite);
    connect(d->foot->permission(), &QCheckBox::toggled, this, &PublishDialog::refresh);
    connect(d->foot->go(), &QPushButton::clicked, this, [this] {
        if (d->running) {
            d->writing->stop();
            return;
        }
        const Result<MessageDraft> made = draft();
        if (!made)
            return;
        d->running = true;
        d->asked = made->wish.count;
        d->confirmed = 0;
        refresh();
        d->writing->publish(*made);
    });
    auto* column = new QVBoxLayout(this);
    column->setContentsMargins(16, 16, 16, 12);
    column->setSpacing(10);
    column->addLayout(form, 1);
    column->addWidget(d->preview);
    column->addWidget(d->foot->permission());
    column->addLayout(d->foot->row());
}

Result<MessageDraft> PublishDialog::draft() const {
    MessageDraft made;
    made.wish.place = d->place;
    made.wish.count = d->count->value();
    made.wish.perSecond = d->rate->value();
    Result<MessageTemplate> body = MessageTemplate::parse(d->body->toPlainText().toStdString());
    if (!body)
        return Error{ErrorCode::InvalidInput, body.error().sentence, tr("the body").toStdString()};
    made.body = *body;
    if (d->key && !d->key->text().isEmpty()) {
        Result<MessageTemplate> key = MessageTemplate::parse(d->key->text().toStdString());
        if (!key)
            return Error{ErrorCode::InvalidInput, key.error().sentence, tr("the key").toStdString()};
        made.key = *key;
    }
    for (const QString& line : d->headers->toPlainText().split(u'\n', Qt::SkipEmptyParts)) {
        const auto equals = line.indexOf(u'=');
        if (equals < 1)
            return Error{ErrorCode::InvalidInput, tr("must be name=value").toStdString(), line.toStdString()};
        Result<MessageTemplate> value = MessageTemplate::parse(line.mid(equals + 1).toStdString());
        if (!value)
            return Error{ErrorCode::InvalidInput, value.error().sentence, line.toStdString()};
        made.headers.emplace_back(line.left(equals).trimmed().toStdString(), *value);
    }
    return made;
}

void PublishDialog::take(const PublishResult& result) {
    d->running = false;
    d->confirmed = result.confirmed;
    d->failed = result.problem.kind != BrokerProblem::Kind::None;
    QStringList words{
        tr("%1 of %2 confirmed").arg(QLocale().toString(result.confirmed), QLocale().toString(d->asked))};
    if (result.unroutable > 0)
        words << tr("%1 reached no queue").arg(QLocale().toString(result.unroutable));
    if (result.refused > 0)
        words << tr("%1 refused by the broker").arg(QLocale().toString(result.refused));
    if (d->failed)
        words << QStringLiteral("✕ ") + result.problem.text();
    else if (result.cancelled)
        words << tr("stopped");
    d->outcome = words.join(QStringLiteral(" · "));
    d->foot->askAgain();
    refresh();
    if (result.confirmed > 0)
        emit written(counted(static_cast<qulonglong>(result.confirmed),
                             tr("1 message was published to %1").arg(d->place),
                             tr("%1 messages were published to %2").arg(u"%1", d->place)));
}

void PublishDialog::refresh() {
    const Result<MessageDraft> made = draft();
    if (made) {
        const BrokerMessage first =
            made->message(1, std::chrono::system_clock::now().time_since_epoch(), d->random);
        QString text = QString::fromStdString(first.body).simplified();
        if (text.size() > kPreviewLength)
            text = text.left(kPreviewLength) + u'…';
        d->preview->setText(text.isEmpty() ? tr("The first message has no body.")
                                           : tr("The first: %1").arg(text));
    } else {
        d->preview->setText(QStringLiteral("! ") + QString::fromStdString(made.error().text()));
    }
    d->preview->setStyleSheet(
        QStringLiteral("color: %1").arg((made ? d->theme->textMuted : d->theme->warningText).name()));
    d->foot->show(
        d->running
            ? tr("%1 of %2 confirmed").arg(QLocale().toString(d->confirmed), QLocale().toString(d->asked))
            : d->outcome,
        d->failed);
    d->foot->freeze(d->running);
    if (d->running)
        d->foot->offerStop();
    else
        d->foot->offer(tr("&Publish"), made.ok(),
                       made ? QString() : QString::fromStdString(made.error().text()));
}

}  // namespace sluice
