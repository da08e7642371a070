#pragma once

#include <QLineEdit>
#include <memory>
#include <vector>

#include "core/query/eventquery.h"
#include "core/query/querycompletion.h"

class QCompleter;
class QStandardItemModel;

namespace sluice {

/// A line in which a query over events is typed: it proposes what may come next, and says what is wrong with
/// what stands there. Lives on the window's thread; owned by the event log.
class QueryField : public QLineEdit {
    Q_OBJECT

public:
    explicit QueryField(QWidget* parent = nullptr);

    /// Whose elements, links and types are proposed.
    void setTable(std::shared_ptr<const EntityTable> table);
    /// The last one that could be read.
    [[nodiscard]] const EventQuery& query() const { return m_query; }
    /// "column 7: …"; empty when all is well.
    [[nodiscard]] const QString& mistake() const { return m_mistake; }

signals:
    /// Another query, or mistake() changed.
    void queryChanged();

protected:
    void keyPressEvent(QKeyEvent* event) override;

private:
    void read();
    void propose();
    void take(const QModelIndex& index);

    std::shared_ptr<const EntityTable> m_table;
    EventQuery m_query;
    QString m_mistake;
    QCompleter* m_completer;
    QStandardItemModel* m_choices;
    QueryCompletions m_found;
};

}  // namespace sluice
