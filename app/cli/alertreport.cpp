#include "app/cli/alertreport.h"

#include <fmt/format.h>

#include <algorithm>

#include "app/cli/texttable.h"
#include "core/alerts/alertevaluator.h"
#include "core/alerts/alertwords.h"

namespace sluice::cli {

std::string alertLine(const Alert& alert, const EntityTable& table) {
    const std::string level = levelText(alert, table);
    return fmt::format("{}  {}, {}: raised at {}{}{}", padded(kindName(alert.severity), 8, false),
                       ruleName(alert, table), subjectName(alert, table), describeDuration(alert.raised),
                       level.empty() ? "" : " with " + level,
                       alert.cleared ? ", cleared at " + describeDuration(*alert.cleared) : "");
}

std::string describeAlerts(const std::vector<Alert>& alerts, const EntityTable& table) {
    std::string text;
    for (const Alert& alert : alerts)
        text += "  " + alertLine(alert, table) + "\n";
    return text.empty() ? text : "Alerts\n" + text + "\n";
}

Json alertsToJson(const std::vector<Alert>& alerts, const EntityTable& table) {
    Json json = Json::array();
    for (const Alert& alert : alerts) {
        const bool named = alert.rule < table.alerts.size();
        json.push_back(
            {{"rule", named ? Json(table.alerts[alert.rule].id) : Json(alert.rule)},
             {"name", ruleName(alert, table)},
             {"when", named ? Json(table.alerts[alert.rule].when) : Json()},
             {"severity", kindName(alert.severity)},
             {"subject",
              alert.subject < table.entities.size() ? Json(table.entities[alert.subject].id) : Json()},
             {"raised", seconds(alert.raised)},
             {"level", alert.level},
             {"cleared", alert.cleared ? Json(seconds(*alert.cleared)) : Json()}});
    }
    return json;
}

std::vector<Alert> alertsIn(const TraceStore& store) {
    AlertList list;
    store.visit(0, store.size(), [&](Sequence sequence, const TraceEvent& event) {
        list.apply(sequence, event);
        return true;
    });
    return list.alerts();
}

std::vector<Alert> alertsBy(const Diagram& rules, const TraceStore& store, EntityTable& table) {
    table = store.table();
    table.alerts = tracedAlerts(rules);
    AlertEvaluator evaluator(store.sharedTable(), activeRules(rules));
    AlertList list;
    std::vector<TraceEvent> said;
    const auto take = [&](Sequence sequence) {
        for (const TraceEvent& event : said)
            list.apply(sequence, event);
        said.clear();
    };
    store.visit(0, store.size(), [&](Sequence sequence, const TraceEvent& event) {
        evaluator.apply(event, said);
        take(sequence);
        return true;
    });
    evaluator.advanceTo(store.horizon(), said);
    take(store.size());
    return list.alerts();
}

bool isAlarming(const std::vector<Alert>& alerts, std::size_t from) {
    return std::any_of(alerts.begin(), alerts.end(), [from](const Alert& alert) {
        return alert.rule >= from && alert.severity != AlertSeverity::Info;
    });
}

}  // namespace sluice::cli
