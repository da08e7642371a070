#pragma once

#include <QAbstractListModel>
#include <optional>

#include "core/base/kinds.h"

namespace sluice {

/// What the palette offers, one row each: the element kinds and a group. Owned by the palette.
class PaletteModel : public QAbstractListModel {
    Q_OBJECT

public:
    enum Role { SummaryRole = Qt::UserRole, WordsRole, KindRole };

    using QAbstractListModel::QAbstractListModel;

    /// Also of an index of a model that filters this one; nothing for the group's row.
    static std::optional<ElementKind> kindOf(const QModelIndex& index);

    [[nodiscard]] int rowCount(const QModelIndex& parent = {}) const override;
    [[nodiscard]] QVariant data(const QModelIndex& index, int role) const override;
    [[nodiscard]] Qt::ItemFlags flags(const QModelIndex& index) const override;
    [[nodiscard]] QStringList mimeTypes() const override;
    [[nodiscard]] QMimeData* mimeData(const QModelIndexList& indexes) const override;
};

}  // namespace sluice
