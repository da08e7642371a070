#include "core/alerts/alertwords.h"

#include <fmt/format.h>

#include "core/alerts/alertcondition.h"

namespace sluice {

std::string ruleName(const Alert& alert, const EntityTable& table) {
    return alert.rule < table.alerts.size() ? table.alerts[alert.rule].name
                                            : fmt::format("rule {}", alert.rule + 1);
}

std::string subjectName(const Alert& alert, const EntityTable& table) {
    if (alert.subject >= table.entities.size())
        return "broker";
    const Entity& entity = table.entities[alert.subject];
    return entity.name.empty() ? entity.id : entity.name;
}

std::string levelText(const Alert& alert, const EntityTable& table) {
    return levelText(alert, alert.rule < table.alerts.size() ? table.alerts[alert.rule].when : std::string());
}

std::string levelText(const Alert& alert, std::string_view when) {
    const auto condition = AlertCondition::parse(when);
    if (!condition)
        return fmt::format("{}", alert.level);
    return condition->test == AlertCondition::Test::Silent ? std::string()
                                                           : readingText(condition->metric, alert.level);
}

}  // namespace sluice
