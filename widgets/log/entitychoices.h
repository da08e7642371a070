#pragma once

#include <QAbstractListModel>
#include <memory>

#include "core/trace/entitytable.h"

namespace sluice {

/// What a list offers to choose one element or link from: "All elements", then all there are. Nothing is kept
/// of them: a live broker may have tens of thousands. The id is the data for Qt::UserRole. Lives on the
/// window's thread; owned by the list.
class EntityChoices : public QAbstractListModel {
    Q_OBJECT

public:
    using QAbstractListModel::QAbstractListModel;

    /// Null: only "All elements".
    void setTable(std::shared_ptr<const EntityTable> table);

    [[nodiscard]] int rowCount(const QModelIndex& parent = {}) const override;
    [[nodiscard]] QVariant data(const QModelIndex& index, int role) const override;

private:
    std::shared_ptr<const EntityTable> m_table;
};

}  // namespace sluice
