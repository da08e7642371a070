#pragma once

#include <string_view>
#include <vector>

#include "core/alerts/alertcondition.h"
#include "core/diagram/diagram.h"
#include "core/trace/entitytable.h"

namespace sluice {

/// A rule in one line, as it is given on a command line: a condition, and after commas what is more.
///
///     queue:orders depth > 1000 for 30s, clear < 500, critical, record, quiet 22:00-07:00, named "Orders
///     pile up"
///
/// Its id is made of its name or its condition. Errors: those of AlertCondition::parse(), and words after a
/// comma that mean nothing; `where` is "column 41".
Result<AlertRule> parseAlertRule(std::string_view text);

/// The rule's name, or its condition where it has none.
const std::string& nameOf(const AlertRule& rule);

/// The drawing's rules as a trace knows them: its alerts name them by their place.
std::vector<TracedAlert> tracedAlerts(const Diagram& diagram);

/// Puts rules behind those of the drawing, their ids made unique.
void addAlertRules(Diagram& diagram, const std::vector<AlertRule>& rules);

/// A part of the day, in minutes since midnight; one that ends before it begins goes over midnight.
struct QuietTime {
    int from = 0;
    int to = 0;
    [[nodiscard]] bool holds(int minuteOfDay) const {
        return from <= to ? minuteOfDay >= from && minuteOfDay < to : minuteOfDay >= from || minuteOfDay < to;
    }
    /// "22:00-07:00". Errors: anything else.
    static Result<QuietTime> parse(std::string_view text);
};

/// Whether nobody wants to be disturbed by the rule at that time of the day. What is no quiet time is none.
bool isQuiet(const AlertRule& rule, int minuteOfDay);

/// A rule that can be asked: its place among the drawing's.
struct ActiveAlertRule {
    std::uint16_t place = 0;
    AlertSeverity severity = AlertSeverity::Warning;
    AlertCondition condition{};
    bool operator==(const ActiveAlertRule&) const = default;
};
/// Those that are on and can be read. (What is wrong with the others is a finding of the review.)
std::vector<ActiveAlertRule> activeRules(const Diagram& diagram);

/// Whether the rule can be read and is about something drawn, and its quiet times are times. Errors: what is
/// not so, `where` the key it is about: "when" or "quiet".
Result<void> checkAlertRule(const AlertRule& rule, const Diagram& diagram);

/// The elements and links of the table that a rule is about, in its order; none when nothing there has such a
/// figure. The broker is kNoEntity.
std::vector<EntityId> subjectsOf(const AlertCondition& condition, const EntityTable& table);

}  // namespace sluice
