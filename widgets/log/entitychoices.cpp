#include "widgets/log/entitychoices.h"

#include "widgets/log/eventwords.h"

namespace sluice {

void EntityChoices::setTable(std::shared_ptr<const EntityTable> table) {
    beginResetModel();
    m_table = std::move(table);
    endResetModel();
}

int EntityChoices::rowCount(const QModelIndex& parent) const {
    if (parent.isValid())
        return 0;
    return 1 + (m_table ? static_cast<int>(m_table->entities.size()) : 0);
}

QVariant EntityChoices::data(const QModelIndex& index, int role) const {
    if (!index.isValid() || index.row() >= rowCount())
        return {};
    const EntityId id = index.row() == 0 ? kNoEntity : static_cast<EntityId>(index.row() - 1);
    if (role == Qt::UserRole)
        return id;
    if (role != Qt::DisplayRole)
        return {};
    return id == kNoEntity ? tr("All elements") : eventwords::place(id, *m_table);
}

}  // namespace sluice
