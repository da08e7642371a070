#include "app/browse/messagetable.h"

#include <QDateTime>
#include <QLocale>

#include "core/browse/messagebody.h"
#include "core/browse/messageexport.h"
#include "widgets/theme/theme.h"

namespace sluice {
namespace {

constexpr std::size_t kPreview = 200;     // characters of a body in its row
constexpr std::size_t kLong = 64 << 10U;  // bytes; reading all of it takes too long for a row

/// Of a long body only the beginning is looked at: a row is painted often.
QString longBodyLine(std::string_view body) {
    std::string_view begin = body.substr(0, kPreview);
    // Not in the middle of a character (UTF-8: those bytes begin with the bits 10).
    while (!begin.empty() && (static_cast<unsigned char>(body[begin.size()]) & 0xC0U) == 0x80U)
        begin.remove_suffix(1);
    if (!isText(begin))
        return MessageTable::tr("%1 that are no text").arg(QLocale().formattedDataSize(qint64(body.size())));
    return QString::fromUtf8(begin.data(), qsizetype(begin.size())).simplified();
}

bool isFigure(int column) {
    return column == MessageTable::Partition || column == MessageTable::Offset ||
           column == MessageTable::Size;
}

QString bodyLine(const BrokerMessage& message) {
    if (message.body.size() > kLong)
        return longBodyLine(message.body);
    const MessageBody body = readBody(message.body);
    switch (body.form) {
        case MessageBody::Form::Empty:
            return MessageTable::tr("empty");
        case MessageBody::Form::Binary:
            return MessageTable::tr("%1 that are no text")
                .arg(QLocale().formattedDataSize(qint64(body.bytes.size())));
        case MessageBody::Form::Json:
        case MessageBody::Form::Text:
            break;
    }
    return QString::fromUtf8(body.bytes.data(), qsizetype(std::min(body.bytes.size(), kPreview)))
        .simplified();
}

}  // namespace

QString timeText(const BrokerMessage& message) {
    if (!message.time)
        return {};
    const qint64 ms = std::chrono::duration_cast<std::chrono::milliseconds>(*message.time).count();
    return QDateTime::fromMSecsSinceEpoch(ms).toString(QStringLiteral("yyyy-MM-dd HH:mm:ss.zzz"));
}

QString keyText(const BrokerMessage& message) {
    if (!message.key)
        return {};
    return QString::fromStdString(isText(*message.key) ? *message.key : "base64:" + base64(*message.key));
}

void MessageTable::clear() {
    beginResetModel();
    m_messages.clear();
    m_filled = {};
    endResetModel();
}

void MessageTable::add(const QList<BrokerMessage>& messages) {
    if (messages.isEmpty())
        return;
    const int first = rowCount();
    beginInsertRows({}, first, first + static_cast<int>(messages.size()) - 1);
    m_messages.insert(m_messages.end(), messages.begin(), messages.end());
    endInsertRows();
    for (const BrokerMessage& message : messages) {
        m_filled[Time] |= message.time.has_value();
        m_filled[Partition] |= message.partition >= 0;
        m_filled[Key] |= message.key.has_value();
        m_filled[Type] |= !message.type.empty() || message.redelivered;
    }
}

int MessageTable::rowCount(const QModelIndex& parent) const {
    return parent.isValid() ? 0 : static_cast<int>(m_messages.size());
}

int MessageTable::columnCount(const QModelIndex& parent) const {
    return parent.isValid() ? 0 : ColumnCount;
}

QVariant MessageTable::data(const QModelIndex& index, int role) const {
    if (!index.isValid())
        return {};
    const BrokerMessage& message = m_messages[static_cast<std::size_t>(index.row())];
    const bool figure = isFigure(index.column());
    if (role == Qt::TextAlignmentRole)
        return int(figure ? Qt::AlignRight | Qt::AlignVCenter : Qt::AlignLeft | Qt::AlignVCenter);
    if (role == Qt::FontRole && (figure || index.column() == Time))
        return figureFont();
    if (role != Qt::DisplayRole)
        return {};
    switch (index.column()) {
        case Time:
            return timeText(message);
        case Partition:
            return message.partition < 0 ? QVariant() : message.partition;
        case Offset:
            return message.offset < 0 ? QVariant() : QString::number(message.offset);
        case Key:
            return keyText(message);
        case Type:
            return QString::fromStdString(message.type) +
                   (message.redelivered ? (message.type.empty() ? tr("redelivered") : tr(" (redelivered)"))
                                        : QString());
        case Size:
            return QLocale().formattedDataSize(
                qint64(std::max<std::uint64_t>(message.bodySize, message.body.size())), 1,
                QLocale::DataSizeTraditionalFormat);
        case Body:
            return bodyLine(message);
        default:
            return {};
    }
}

QVariant MessageTable::headerData(int section, Qt::Orientation orientation, int role) const {
    if (orientation != Qt::Horizontal)
        return {};
    // Titles stand where their figures do.
    if (role == Qt::TextAlignmentRole)
        return int(isFigure(section) ? Qt::AlignRight | Qt::AlignVCenter : Qt::AlignLeft | Qt::AlignVCenter);
    if (role != Qt::DisplayRole)
        return {};
    switch (section) {
        case Time:
            return tr("Time");
        case Partition:
            return tr("Partition");
        case Offset:
            return tr("Offset");
        case Key:
            return tr("Key");
        case Type:
            return tr("Type");
        case Size:
            return tr("Size");
        case Body:
            return tr("Body");
        default:
            return {};
    }
}

}  // namespace sluice
