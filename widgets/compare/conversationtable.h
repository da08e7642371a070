#pragma once

#include <QAbstractTableModel>
#include <memory>

#include "core/compare/comparison.h"

namespace sluice {

struct Theme;

/// The conversations that are not the same on both sides, a row each.
class ConversationTable : public QAbstractTableModel {
    Q_OBJECT

public:
    enum Column { Began, What, Left, Right, ColumnCount };

    ConversationTable(const Theme& theme, QObject* parent);

    void setTheme(const Theme& theme);
    /// Null: none. The tables give the names.
    void show(std::shared_ptr<const Comparison> comparison, std::shared_ptr<const EntityTable> left,
              std::shared_ptr<const EntityTable> right);
    /// Null for a side that has none.
    [[nodiscard]] const Conversation* leftAt(int row) const;
    [[nodiscard]] const Conversation* rightAt(int row) const;

    int rowCount(const QModelIndex& parent = {}) const override;
    int columnCount(const QModelIndex& parent = {}) const override;
    QVariant data(const QModelIndex& index, int role) const override;
    QVariant headerData(int section, Qt::Orientation orientation, int role) const override;

private:
    [[nodiscard]] QString textAt(int row, int column) const;

    const Theme* m_theme;
    std::shared_ptr<const Comparison> m_comparison;
    std::shared_ptr<const EntityTable> m_left;
    std::shared_ptr<const EntityTable> m_right;
};

/// "✓ done", "✕ dead-lettered": never told by a colour alone.
QString fateWords(Fate fate);

}  // namespace sluice
