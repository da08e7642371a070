#pragma once

#include <QTreeWidget>
#include <vector>

#include "core/incident/incident.h"
#include "core/trace/entitytable.h"

namespace sluice {

struct Theme;

/// The rows of the incident list, together by queue, reason or message type when that is chosen. On the
/// window's thread.
class IncidentTree : public QTreeWidget {
    Q_OBJECT

public:
    enum class Grouping { None, Queue, Reason, Type };

    explicit IncidentTree(const Theme& theme, QWidget* parent = nullptr);

    void setTheme(const Theme& theme);
    void setGrouping(Grouping grouping);
    /// Keeps what is chosen as long as it is there; at first the first one is. `types` by incident: what its
    /// messages are.
    void setIncidents(const std::vector<Incident>& incidents, const std::vector<std::string>& types,
                      const EntityTable& names);
    /// The chosen incident's place in what was set; -1: none, or a group.
    [[nodiscard]] int chosen() const;
    /// The row of that incident.
    [[nodiscard]] QTreeWidgetItem* rowOf(int incident) const;

signals:
    void chosenChanged();
    void incidentActivated(int incident);

private:
    void fill();
    [[nodiscard]] QString groupOf(std::size_t incident) const;
    void fillRow(QTreeWidgetItem& row, const Incident& incident) const;

    const Theme* m_theme;
    Grouping m_grouping = Grouping::None;
    std::vector<Incident> m_incidents;
    std::vector<std::string> m_types;
    const EntityTable* m_names = nullptr;
    bool m_filling = false;
};

}  // namespace sluice
