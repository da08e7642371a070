#include "widgets/compare/conversationtable.h"

#include "widgets/log/eventwords.h"
#include "widgets/theme/theme.h"

namespace sluice {
namespace {

bool isIll(Fate fate) {
    return fate == Fate::DeadLettered || fate == Fate::Lost || fate == Fate::Discarded;
}

QString sideText(const Conversation* conversation) {
    if (!conversation)
        return ConversationTable::tr("– not there");
    return ConversationTable::tr("%1 %2 after %3")
        .arg(eventwords::message(conversation->first), fateWords(conversation->fate),
             eventwords::duration(conversation->ended - conversation->began));
}

}  // namespace

QString fateWords(Fate fate) {
    switch (fate) {
        case Fate::Underway:
            return ConversationTable::tr("… underway");
        case Fate::Done:
            return ConversationTable::tr("✓ done");
        case Fate::Deferred:
            return ConversationTable::tr("… deferred");
        case Fate::Refused:
            return ConversationTable::tr("⊘ refused");
        case Fate::Late:
            return ConversationTable::tr("◷ late");
        case Fate::TimedOut:
            return ConversationTable::tr("◷ timed out");
        case Fate::Discarded:
            return ConversationTable::tr("✕ discarded");
        case Fate::Lost:
            return ConversationTable::tr("✕ lost");
        case Fate::DeadLettered:
            return ConversationTable::tr("✕ dead-lettered");
    }
    return {};
}

ConversationTable::ConversationTable(const Theme& theme, QObject* parent)
    : QAbstractTableModel(parent), m_theme(&theme) {}

void ConversationTable::setTheme(const Theme& theme) {
    m_theme = &theme;
    if (rowCount() > 0)
        emit dataChanged(index(0, 0), index(rowCount() - 1, ColumnCount - 1), {Qt::ForegroundRole});
}

void ConversationTable::show(std::shared_ptr<const Comparison> comparison,
                             std::shared_ptr<const EntityTable> left,
                             std::shared_ptr<const EntityTable> right) {
    beginResetModel();
    m_comparison = std::move(comparison);
    m_left = std::move(left);
    m_right = std::move(right);
    endResetModel();
}

const Conversation* ConversationTable::leftAt(int row) const {
    const std::uint32_t at = m_comparison->different[static_cast<std::size_t>(row)].left;
    return at == ConversationPair::kNone ? nullptr : &m_comparison->leftConversations[at];
}

const Conversation* ConversationTable::rightAt(int row) const {
    const std::uint32_t at = m_comparison->different[static_cast<std::size_t>(row)].right;
    return at == ConversationPair::kNone ? nullptr : &m_comparison->rightConversations[at];
}

int ConversationTable::rowCount(const QModelIndex& parent) const {
    return parent.isValid() || !m_comparison ? 0 : static_cast<int>(m_comparison->different.size());
}

int ConversationTable::columnCount(const QModelIndex& parent) const {
    return parent.isValid() ? 0 : ColumnCount;
}

QString ConversationTable::textAt(int row, int column) const {
    const Conversation* left = leftAt(row);
    const Conversation* right = rightAt(row);
    const Conversation& one = left ? *left : *right;
    switch (column) {
        case Began:
            return eventwords::instant(one.began);
        case What: {
            const EntityTable& table = left ? *m_left : *m_right;
            const std::string key = table.keyText(one.type, one.key);
            const std::string type =
                one.type < table.types.size() ? table.types[one.type].id : tr("message").toStdString();
            return QString::fromStdString(key.empty() ? type : type + "  " + key);
        }
        case Left:
            return sideText(left);
        case Right:
            return sideText(right);
        default:
            return {};
    }
}

QVariant ConversationTable::data(const QModelIndex& index, int role) const {
    if (!index.isValid() || index.row() >= rowCount())
        return {};
    switch (role) {
        case Qt::DisplayRole:
        case Qt::ToolTipRole:
            return textAt(index.row(), index.column());
        case Qt::FontRole:
            return index.column() == Began ? QVariant(figureFont()) : QVariant();
        case Qt::TextAlignmentRole:
            return static_cast<int>(Qt::AlignVCenter |
                                    (index.column() == Began ? Qt::AlignRight : Qt::AlignLeft));
        case Qt::ForegroundRole: {
            if (index.column() != Left && index.column() != Right)
                return m_theme->text;
            const Conversation* side = index.column() == Left ? leftAt(index.row()) : rightAt(index.row());
            return side && isIll(side->fate) ? m_theme->dangerText : m_theme->text;
        }
        default:
            return {};
    }
}

QVariant ConversationTable::headerData(int section, Qt::Orientation orientation, int role) const {
    if (orientation != Qt::Horizontal || role != Qt::DisplayRole)
        return {};
    switch (section) {
        case Began:
            return tr("Began");
        case What:
            return tr("Conversation");
        case Left:
            return tr("Left");
        case Right:
            return tr("Right");
        default:
            return {};
    }
}

}  // namespace sluice
