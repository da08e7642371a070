#pragma once

#include <string>
#include <vector>

#include "core/alerts/alertrules.h"

namespace sluice {

/// Looks up what rules are about in one table: names are brought into the form in which they are compared
/// once, not for each rule. The table outlives it.
class AlertSubjects {
public:
    explicit AlertSubjects(const EntityTable& table);

    /// The same as subjectsOf().
    [[nodiscard]] std::vector<EntityId> of(const AlertCondition& condition) const;
    /// Whether anything is called so, whatever figures it has.
    [[nodiscard]] bool isNamed(const AlertTarget& target) const { return !named(target).empty(); }

private:
    [[nodiscard]] std::vector<EntityId> named(const AlertTarget& target) const;
    [[nodiscard]] bool isOfKind(const AlertTarget& target, EntityId entity) const;
    [[nodiscard]] bool has(AlertMetric metric, EntityId entity) const;

    const EntityTable* m_table;
    /// Ids and names in lower case, by entity.
    std::vector<std::string> m_ids;
    std::vector<std::string> m_names;
    std::vector<bool> m_groups;  ///< elements whose topic is read, or that read one
};

/// Checks rules against one drawing, as checkAlertRule() does one.
class AlertRuleCheck {
public:
    explicit AlertRuleCheck(const Diagram& diagram);
    AlertRuleCheck(const AlertRuleCheck&) = delete;
    AlertRuleCheck& operator=(const AlertRuleCheck&) = delete;
    [[nodiscard]] Result<void> operator()(const AlertRule& rule) const;

private:
    EntityTable m_table;
    AlertSubjects m_subjects;
};

}  // namespace sluice
