#include "app/cli/alertoptions.h"

#include <fmt/format.h>

#include "core/alerts/alertrules.h"

namespace sluice::cli {

Result<std::vector<AlertRule>> alertRulesOf(const Arguments& arguments, const Diagram& diagram) {
    std::vector<AlertRule> rules;
    for (const std::string& text : arguments.values("--alert")) {
        auto rule = parseAlertRule(text);
        if (!rule)
            return Error{rule.error().code,
                         fmt::format("'{}', {}: {}", text, rule.error().where, rule.error().sentence),
                         "--alert"};
        if (const auto fits = checkAlertRule(*rule, diagram); !fits)
            return Error{fits.error().code, fmt::format("'{}': {}", text, fits.error().sentence), "--alert"};
        rules.push_back(std::move(*rule));
    }
    return rules;
}

}  // namespace sluice::cli
