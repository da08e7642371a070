#include "widgets/editing/alertedits.h"

#include <QCoreApplication>

#include "core/alerts/alertrules.h"
#include "core/diagram/slug.h"

namespace sluice {

namespace {

QString ruleText(const AlertRule& rule) {
    return QString::fromStdString(nameOf(rule));
}

}  // namespace

Edit putAlertRule(const Document& document, AlertRule rule) {
    if (rule.id.empty())
        rule.id = document.freeId(slugOf(nameOf(rule)));
    const AlertRule* const existing = document.diagram().findAlert(rule.id);
    Edit edit{(existing ? QCoreApplication::translate("Edits", "Change alert rule %1")
                        : QCoreApplication::translate("Edits", "Add alert rule %1"))
                  .arg(ruleText(rule))
                  .toStdString(),
              {}};
    if (!existing || !(*existing == rule))
        edit.changes.push_back(Change<AlertRule>{rule.id, rule});
    return edit;
}

Edit removeAlertRule(const Document& document, const std::string& id) {
    const AlertRule* const rule = document.diagram().findAlert(id);
    return {QCoreApplication::translate("Edits", "Remove alert rule %1")
                .arg(rule ? ruleText(*rule) : QString::fromStdString(id))
                .toStdString(),
            {Change<AlertRule>{id, std::nullopt}}};
}

}  // namespace sluice
