#include "app/live/lettereditdialog.h"

#include <QDialogButtonBox>
#include <QFormLayout>
#include <QLabel>
#include <QLineEdit>
#include <QPlainTextEdit>
#include <QPushButton>
#include <QVBoxLayout>

#include "core/browse/messageexport.h"
#include "widgets/theme/theme.h"

namespace sluice {
namespace {

using EditedJson = nlohmann::ordered_json;

QString dumped(const EditedJson& json) {
    return QString::fromStdString(json.dump(2, ' ', false, EditedJson::error_handler_t::replace));
}

QPlainTextEdit* makeText(const char* name, const QString& text) {
    auto* made = new QPlainTextEdit(text);
    made->setObjectName(name);
    made->setFont(figureFont());
    made->setTabChangesFocus(true);
    return made;
}

}  // namespace

struct LetterEditDialog::Private {
    Private(const Theme& shown, const RedrivenLetter& of)
        : theme(shown), letter(of), body(readBody(of.message->body)) {}
    const Theme& theme;
    RedrivenLetter letter;
    MessageBody body;
    bool isText = false;
    QString shownHeaders;
    QString shownBody;
    QLineEdit* target = nullptr;
    QLineEdit* key = nullptr;
    QPlainTextEdit* headers = nullptr;
    QPlainTextEdit* text = nullptr;
    QLabel* remark = nullptr;
    QPushButton* keep = nullptr;
};

LetterEditDialog::LetterEditDialog(const Theme& theme, const RedrivenLetter& letter, const LetterEdit* before,
                                   QWidget* parent)
    : QDialog(parent), d(std::make_unique<Private>(theme, letter)) {
    setObjectName("letterEditDialog");
    setWindowTitle(tr("Edit letter %1").arg(letter.number));
    const BrokerMessage& message = *letter.message;
    d->isText = d->body.packing.empty() && d->body.form != MessageBody::Form::Binary;
    d->shownHeaders = dumped(headersJson(message));
    d->shownBody = d->isText ? QString::fromStdString(message.body) : QString();
    d->target =
        new QLineEdit(QString::fromStdString(before && before->target ? *before->target : std::string()));
    d->target->setObjectName("letterEditDialog.target");
    d->target->setPlaceholderText(letter.target);
    d->headers = makeText("letterEditDialog.headers",
                          before && before->headers ? dumped(*before->headers) : d->shownHeaders);
    d->text = makeText("letterEditDialog.body",
                       before && before->body ? QString::fromStdString(*before->body) : d->shownBody);
    d->text->setEnabled(d->isText);
    if (!d->isText)
        d->text->setPlaceholderText(d->body.packing.empty()
                                        ? tr("Its body is no text, and goes as it is.")
                                        : tr("Its body is packed with %1, and goes as it is.")
                                              .arg(QString::fromStdString(d->body.packing)));
    auto* form = new QFormLayout;
    form->addRow(tr("Send &to"), d->target);
    if (message.partition >= 0 && isText(message.key.value_or(""))) {
        const auto& shown = before && before->key ? before->key : message.key;
        d->key = new QLineEdit(QString::fromStdString(shown.value_or("")));
        d->key->setObjectName("letterEditDialog.key");
        form->addRow(tr("&Key"), d->key);
    }
    form->addRow(tr("&Headers, as JSON"), d->headers);
    form->addRow(tr("&Body"), d->text);
    d->remark = new QLabel;
    d->remark->setObjectName("letterEditDialog.remark");
    d->remark->setWordWrap(true);
    auto* buttons = new QDialogButtonBox(QDialogButtonBox::Cancel);
    d->keep = buttons->addButton(tr("Keep the &edit"), QDialogButtonBox::AcceptRole);
    d->keep->setObjectName("letterEditDialog.keep");
    d->keep->setProperty("primary", true);
    connect(buttons, &QDialogButtonBox::accepted, this, &QDialog::accept);
    connect(buttons, &QDialogButtonBox::rejected, this, &QDialog::reject);
    auto* column = new QVBoxLayout(this);
    column->setContentsMargins(16, 16, 16, 12);
    column->setSpacing(10);
    column->addLayout(form, 1);
    column->addWidget(d->remark);
    column->addWidget(buttons);
    for (QPlainTextEdit* text : {d->headers, d->text})
        connect(text, &QPlainTextEdit::textChanged, this, &LetterEditDialog::check);
    resize(640, 560);
    check();
    d->text->setFocus();
}

LetterEditDialog::~LetterEditDialog() = default;

void LetterEditDialog::check() {
    const bool headers =
        EditedJson::parse(d->headers->toPlainText().toStdString(), nullptr, false).is_object();
    const bool wasJson = d->body.form == MessageBody::Form::Json;
    const bool isJson = readBody(d->text->toPlainText().toStdString()).form == MessageBody::Form::Json;
    d->remark->setText(!headers ? tr("✕ The headers must be a JSON object.")
                       : wasJson && !isJson
                           ? tr("! The body was JSON, and is none any more.")
                           : tr("It goes instead of the original, which leaves its place only when "
                                "the broker has this one."));
    const QColor color = !headers             ? d->theme.dangerText
                         : wasJson && !isJson ? d->theme.warningText
                                              : d->theme.textMuted;
    d->remark->setStyleSheet(QStringLiteral("color: %1").arg(color.name()));
    d->keep->setEnabled(headers);
}

std::optional<LetterEdit> LetterEditDialog::edit() const {
    const BrokerMessage& message = *d->letter.message;
    LetterEdit edit;
    edit.number = d->letter.number;
    edit.partition = message.partition;
    edit.offset = message.partition >= 0 ? message.offset : -1;
    edit.id = message.id;
    edit.mark = letterMark(message);
    bool changed = false;
    if (const QString target = d->target->text().trimmed(); !target.isEmpty() && target != d->letter.target) {
        edit.target = target.toStdString();
        changed = true;
    }
    if (d->key && d->key->text().toStdString() != message.key.value_or("")) {
        edit.key = d->key->text().toStdString();
        changed = true;
    }
    if (d->headers->toPlainText() != d->shownHeaders) {
        edit.headers = EditedJson::parse(d->headers->toPlainText().toStdString(), nullptr, false);
        changed = true;
    }
    if (d->isText && d->text->toPlainText() != d->shownBody) {
        edit.body = d->text->toPlainText().toStdString();
        changed = true;
    }
    return changed ? std::optional(edit) : std::nullopt;
}

}  // namespace sluice
