#pragma once

#include <QAbstractTableModel>
#include <array>
#include <vector>

#include "core/browse/brokermessage.h"

namespace sluice {

/// Messages that were looked at, a row each. On the window's thread; owned by the browser of messages.
class MessageTable : public QAbstractTableModel {
    Q_OBJECT

public:
    enum Column { Time, Partition, Offset, Key, Type, Size, Body, ColumnCount };

    using QAbstractTableModel::QAbstractTableModel;

    void clear();
    void add(const QList<BrokerMessage>& messages);
    [[nodiscard]] const std::vector<BrokerMessage>& messages() const { return m_messages; }
    /// Whether any message has something to show there.
    [[nodiscard]] bool isFilled(Column column) const { return m_filled[column]; }

    int rowCount(const QModelIndex& parent = {}) const override;
    int columnCount(const QModelIndex& parent = {}) const override;
    QVariant data(const QModelIndex& index, int role) const override;
    QVariant headerData(int section, Qt::Orientation orientation, int role) const override;

private:
    std::vector<BrokerMessage> m_messages;
    std::array<bool, ColumnCount> m_filled{};
};

/// Local time to the millisecond; empty if the message has none.
QString timeText(const BrokerMessage& message);
/// The key as text, or in base64 where its bytes are none.
QString keyText(const BrokerMessage& message);

}  // namespace sluice
