#include <fmt/format.h>

#include <array>

#include "core/alerts/alertsubjects.h"
#include "core/review/rules.h"

namespace sluice {
namespace {

void tellsNobody(const Design& design, Findings& findings) {
    const std::vector<AlertRule>& alerts = design.diagram.alerts;
    if (alerts.empty())
        return;
    const AlertRuleCheck check(design.diagram);
    for (std::size_t i = 0; i < alerts.size(); ++i) {
        const auto checked = check(alerts[i]);
        if (checked)
            continue;
        const Error& error = checked.error();
        const bool fitsNothing = error.code == ErrorCode::NotFound;
        findings.add(fitsNothing ? Severity::Warning : Severity::Error,
                     fitsNothing ? "alert-about-nothing" : "unreadable-alert", alerts[i].id,
                     fmt::format("alerts[{}].{}", i, error.where),
                     fmt::format("The alert rule '{}' is never met: {}", alerts[i].id, error.sentence),
                     fitsNothing ? "Name an element or link that has such a figure, or remove the rule"
                                 : "Write it as in queue:orders depth > 1000 for 30s, clear < 500");
    }
}

constexpr std::array<Rule, 1> kAlertRules{tellsNobody};

}  // namespace

std::span<const Rule> alertRules() {
    return kAlertRules;
}

}  // namespace sluice
