#include "app/brokers/alertpost.h"

#include <QDateTime>

#include "core/alerts/alertrules.h"
#include "core/alerts/alertwords.h"

namespace sluice {

QJsonObject alertPost(const Alert& alert, const EntityTable& table, const AlertRule* rule,
                      const QString& text) {
    const std::string_view severity = kindName(alert.severity);
    QJsonObject json{
        {"alert", QString::fromStdString(rule ? nameOf(*rule) : ruleName(alert, table))},
        {"severity", QString::fromLatin1(severity.data(), static_cast<qsizetype>(severity.size()))},
        {"where", QString::fromStdString(subjectName(alert, table))},
        {"reading",
         QString::fromStdString(rule && alert.rule >= table.alerts.size() ? levelText(alert, rule->when)
                                                                          : levelText(alert, table))},
        {"level", alert.level},
        {"drawing", QString::fromStdString(table.diagram)},
        {"at", QDateTime::currentDateTimeUtc().toString(Qt::ISODate)},
        {"text", text}};
    if (rule) {
        json["rule"] = QString::fromStdString(rule->id);
        json["when"] = QString::fromStdString(rule->when);
        if (!rule->note.empty())
            json["note"] = QString::fromStdString(rule->note);
    }
    return json;
}

}  // namespace sluice
