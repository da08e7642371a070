#include "core/alerts/alertrules.h"

#include <fmt/format.h>

#include <algorithm>
#include <charconv>

#include "core/base/trimmed.h"
#include "core/diagram/slug.h"

namespace sluice {
namespace {

constexpr std::size_t kMostRules = 0xffff;

struct Clause {
    std::string_view text;
    std::size_t at = 0;
};

/// What stands between the commas that no quotes hold.
std::vector<Clause> clausesOf(std::string_view text) {
    std::vector<Clause> clauses;
    std::size_t begin = 0;
    bool quoted = false;
    for (std::size_t i = 0; i <= text.size(); ++i) {
        if (i < text.size() && text[i] == '"')
            quoted = !quoted;
        if (i < text.size() && (text[i] != ',' || quoted))
            continue;
        std::string_view clause = text.substr(begin, i - begin);
        const std::size_t spaces = clause.find_first_not_of(" \t");
        clauses.push_back({trimmed(clause), begin + (spaces == std::string_view::npos ? 0 : spaces)});
        begin = i + 1;
    }
    return clauses;
}

std::string unquoted(std::string_view text) {
    text = trimmed(text);
    if (text.size() >= 2 && text.front() == '"' && text.back() == '"')
        text = text.substr(1, text.size() - 2);
    return std::string(text);
}

Error wrongAt(std::size_t at, std::string sentence) {
    return {ErrorCode::InvalidInput, std::move(sentence), fmt::format("column {}", at + 1)};
}

/// What follows the condition.
Result<void> addClause(AlertRule& rule, const Clause& clause) {
    if (const auto severity = findKind<AlertSeverity>(kAlertSeverityNames, clause.text)) {
        rule.severity = *severity;
    } else if (clause.text == "record") {
        rule.record = true;
    } else if (clause.text.starts_with("quiet ")) {
        const std::string_view range = trimmed(clause.text.substr(6));
        if (const auto quiet = QuietTime::parse(range); !quiet)
            return wrongAt(clause.at + 6, quiet.error().sentence);
        rule.quiet.emplace_back(range);
    } else if (clause.text.starts_with("named ")) {
        rule.name = unquoted(clause.text.substr(6));
    } else {
        return wrongAt(clause.at,
                       fmt::format("'{}' says nothing about a rule; after a comma comes clear < 500, info, "
                                   "warning, critical, record, quiet 22:00-07:00 or named \"...\"",
                                   clause.text));
    }
    return {};
}

/// Minutes since midnight; -1 when it is no time of the day.
int minuteIn(std::string_view text) {
    const std::size_t colon = text.find(':');
    if (colon == std::string_view::npos || colon == 0 || colon > 2 || text.size() != colon + 3)
        return -1;
    int hour = 0;
    int minute = 0;
    const auto read = [](std::string_view digits, int& number) {
        const auto [end, failure] = std::from_chars(digits.data(), digits.data() + digits.size(), number);
        return failure == std::errc() && end == digits.data() + digits.size() && number >= 0;
    };
    if (!read(text.substr(0, colon), hour) || !read(text.substr(colon + 1), minute) || minute > 59)
        return -1;
    return hour * 60 + minute <= 24 * 60 ? hour * 60 + minute : -1;
}

}  // namespace

Result<QuietTime> QuietTime::parse(std::string_view text) {
    text = trimmed(text);
    const std::size_t dash = text.find('-');
    const int from = dash == std::string_view::npos ? -1 : minuteIn(trimmed(text.substr(0, dash)));
    const int to = dash == std::string_view::npos ? -1 : minuteIn(trimmed(text.substr(dash + 1)));
    if (from < 0 || to < 0 || from == to)
        return Error{ErrorCode::InvalidInput,
                     fmt::format("'{}' is no part of the day; write one such as 22:00-07:00", text),
                     {}};
    return QuietTime{from, to};
}

bool isQuiet(const AlertRule& rule, int minuteOfDay) {
    return std::any_of(rule.quiet.begin(), rule.quiet.end(), [minuteOfDay](const std::string& text) {
        const auto quiet = QuietTime::parse(text);
        return quiet && quiet->holds(minuteOfDay);
    });
}

Result<AlertRule> parseAlertRule(std::string_view text) {
    AlertRule rule;
    const std::vector<Clause> clauses = clausesOf(text);
    // The condition has one comma at most, before what clears it.
    std::size_t next = 1;
    std::size_t end = clauses.front().at + clauses.front().text.size();
    if (clauses.size() > 1 && clauses[1].text.starts_with("clear")) {
        end = clauses[1].at + clauses[1].text.size();
        next = 2;
    }
    const std::string_view condition = text.substr(0, end);
    if (const auto parsed = AlertCondition::parse(condition); !parsed)
        return parsed.error();
    rule.when = trimmed(condition);
    for (; next < clauses.size(); ++next) {
        if (const auto added = addClause(rule, clauses[next]); !added)
            return added.error();
    }
    rule.id = slugOf(nameOf(rule));
    return rule;
}

const std::string& nameOf(const AlertRule& rule) {
    return rule.name.empty() ? rule.when : rule.name;
}

std::vector<TracedAlert> tracedAlerts(const Diagram& diagram) {
    std::vector<TracedAlert> alerts;
    for (const AlertRule& rule : diagram.alerts)
        alerts.push_back({rule.id, nameOf(rule), rule.when});
    return alerts;
}

void addAlertRules(Diagram& diagram, const std::vector<AlertRule>& rules) {
    for (AlertRule rule : rules) {
        const std::string base = rule.id;
        for (int number = 2; diagram.findAlert(rule.id); ++number)
            rule.id = fmt::format("{}-{}", base, number);
        diagram.alerts.push_back(std::move(rule));
    }
}

std::vector<ActiveAlertRule> activeRules(const Diagram& diagram) {
    std::vector<ActiveAlertRule> rules;
    for (std::size_t i = 0; i < diagram.alerts.size() && i < kMostRules; ++i) {
        const AlertRule& rule = diagram.alerts[i];
        if (!rule.enabled)
            continue;
        if (auto condition = AlertCondition::parse(rule.when))
            rules.push_back({static_cast<std::uint16_t>(i), rule.severity, std::move(*condition)});
    }
    return rules;
}

}  // namespace sluice
