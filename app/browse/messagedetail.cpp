#include "app/browse/messagedetail.h"

#include <QComboBox>
#include <QHeaderView>
#include <QLabel>
#include <QLocale>
#include <QPlainTextEdit>
#include <QTableWidget>
#include <QVBoxLayout>

#include "app/browse/messagetable.h"
#include "core/browse/messagebody.h"

namespace sluice {
namespace {

enum BodyForm { AsItIs, AsText, AsBytes };
constexpr qsizetype kMostShown = 1'000'000;  // bytes, and characters of what was unpacked
constexpr qsizetype kLongestLine = 4'000;    // characters

/// The editor needs a time that grows with the square of a line's length: a minute for a megabyte.
bool breakLongLines(QString& text) {
    QString broken;
    broken.reserve(text.size() + text.size() / kLongestLine);
    qsizetype inLine = 0;
    for (const QChar letter : std::as_const(text)) {
        // Not between the two halves of a character.
        if (inLine >= kLongestLine && letter != u'\n' && !letter.isLowSurrogate()) {
            broken += u'\n';
            inLine = 0;
        }
        broken += letter;
        inLine = letter == u'\n' ? 0 : inLine + 1;
    }
    const bool isOther = broken.size() > text.size();
    text.swap(broken);
    return isOther;
}

QString shownValue(const nlohmann::ordered_json& value) {
    return QString::fromStdString(
        value.is_string() ? value.get<std::string>()
                          : value.dump(-1, ' ', false, nlohmann::ordered_json::error_handler_t::replace));
}

}  // namespace

MessageDetail::MessageDetail(QWidget* parent) : QWidget(parent) {
    m_title = new QLabel;
    m_title->setTextInteractionFlags(Qt::TextSelectableByMouse);
    m_title->setWordWrap(true);
    m_headers = new QTableWidget(0, 2);
    m_headers->setAccessibleName(tr("Headers of the message"));
    m_headers->setHorizontalHeaderLabels({tr("Header"), tr("Value")});
    m_headers->verticalHeader()->hide();
    m_headers->horizontalHeader()->setStretchLastSection(true);
    m_headers->horizontalHeader()->setHighlightSections(false);
    m_headers->horizontalHeader()->setDefaultAlignment(Qt::AlignLeft | Qt::AlignVCenter);
    m_headers->setEditTriggers(QAbstractItemView::NoEditTriggers);
    m_headers->setSelectionBehavior(QAbstractItemView::SelectRows);
    m_headers->setShowGrid(false);
    m_headers->setTabKeyNavigation(false);
    m_form = new QComboBox;
    m_form->setAccessibleName(tr("How the body is shown"));
    m_form->addItems({tr("As it is"), tr("Text"), tr("Bytes")});
    m_remark = new QLabel;
    m_remark->setProperty("muted", true);
    m_remark->setWordWrap(true);
    m_body = new QPlainTextEdit;
    m_body->setAccessibleName(tr("Body of the message"));
    m_body->setReadOnly(true);
    m_body->setTabChangesFocus(true);
    QFont font(QStringLiteral("monospace"));
    font.setStyleHint(QFont::Monospace);
    m_body->setFont(font);
    auto* bodyRow = new QHBoxLayout;
    bodyRow->addWidget(m_remark, 1);
    bodyRow->addWidget(m_form);
    auto* column = new QVBoxLayout(this);
    column->setContentsMargins(8, 0, 0, 0);
    column->setSpacing(6);
    column->addWidget(m_title);
    column->addWidget(m_headers, 1);
    column->addLayout(bodyRow);
    column->addWidget(m_body, 3);
    connect(m_form, &QComboBox::currentIndexChanged, this, &MessageDetail::showBody);
    show(nullptr);
}

void MessageDetail::show(const BrokerMessage* message) {
    m_message = message ? *message : BrokerMessage();
    setEnabled(message != nullptr);
    if (!message) {
        m_title->setText(tr("Choose a message to see all of it."));
        m_headers->setRowCount(0);
        showBody();
        return;
    }
    QStringList place{QString::fromStdString(message->place)};
    if (message->partition >= 0)
        place << tr("partition %1").arg(message->partition);
    if (message->offset >= 0)
        place << tr("offset %1").arg(message->offset);
    if (message->time)
        place << timeText(*message);
    m_title->setText(place.join(QStringLiteral(" · ")));
    QList<std::pair<QString, QString>> rows;
    const auto add = [&](const QString& name, const QString& value) {
        if (!value.isEmpty())
            rows.append({name, value});
    };
    add(tr("key"), keyText(*message));
    add(tr("type"), QString::fromStdString(message->type));
    add(tr("message id"), QString::fromStdString(message->id));
    add(tr("correlation id"), QString::fromStdString(message->correlation));
    add(tr("content type"), QString::fromStdString(message->contentType));
    for (const BrokerMessage::Header& header : message->headers)
        rows.append({QString::fromStdString(header.name), shownValue(header.value)});
    m_headers->setRowCount(static_cast<int>(rows.size()));
    for (int row = 0; row < static_cast<int>(rows.size()); ++row) {
        m_headers->setItem(row, 0, new QTableWidgetItem(rows[row].first));
        auto* value = new QTableWidgetItem(rows[row].second);
        value->setToolTip(rows[row].second);
        m_headers->setItem(row, 1, value);
    }
    m_headers->resizeColumnToContents(0);
    showBody();
}

void MessageDetail::showBody() {
    // By a schema or as the bytes are. What is longer makes the editor slow, and JSON of that length the
    // window.
    const bool raw = m_form->currentIndex() != 0 && !m_message.original.empty();
    const std::string& bytes = raw ? m_message.original : m_message.body;
    const bool isLong = qsizetype(bytes.size()) > kMostShown;
    const MessageBody body = readBody(std::string_view(bytes).substr(0, std::size_t(kMostShown)));
    QString text;
    switch (m_form->currentIndex()) {
        case AsText:
            text = QString::fromUtf8(body.bytes.data(), qsizetype(body.bytes.size()));
            break;
        case AsBytes:
            text = QString::fromStdString(hexText(body.bytes, 64 << 10U));
            break;
        default:
            text = QString::fromStdString(shownBody(body));
    }
    QStringList remarks;
    const QLocale locale;
    const std::string& sent = m_message.original.empty() ? m_message.body : m_message.original;
    if (m_message.bodySize > 0)
        remarks << tr("%1, of which Sluice reads only the first %2")
                       .arg(locale.formattedDataSize(qint64(m_message.bodySize)),
                            locale.formattedDataSize(qint64(sent.size())));
    else if (!sent.empty())
        remarks << locale.formattedDataSize(qint64(sent.size()));
    if (isLong)
        remarks << tr("shown: the first million bytes");
    if (!body.packing.empty())
        remarks << tr("%1, unpacked %2")
                       .arg(QString::fromStdString(body.packing),
                            locale.formattedDataSize(qint64(body.bytes.size())));
    if (!m_message.schema.empty())
        remarks << QString::fromStdString(m_message.schema);
    if (!m_message.problem.empty())
        remarks << QStringLiteral("! ") + QString::fromStdString(m_message.problem);
    if (!body.problem.empty())
        remarks << QString::fromStdString(body.problem);
    if (text.size() > kMostShown) {
        text.truncate(kMostShown);
        remarks << tr("the first million characters");
    }
    if (breakLongLines(text))
        remarks << tr("long lines are broken");
    m_remark->setText(remarks.join(QStringLiteral(" · ")));
    m_body->setPlainText(text);
}

}  // namespace sluice
