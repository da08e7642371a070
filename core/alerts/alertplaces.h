#pragma once

#include <map>
#include <string>
#include <vector>

#include "core/alerts/alertrules.h"

namespace sluice {

/// Which number the rules of a drawing have while a live broker is watched, however they are edited
/// meanwhile: that of the table for those the watch began with, and one of their own for those that came
/// later. One thread; owned by whoever feeds the trace.
class AlertPlaces {
public:
    /// Another trace begins.
    void begin(const EntityTable& table) {
        m_places.clear();
        for (const TracedAlert& alert : table.alerts)
            m_places.emplace(alert.id, static_cast<std::uint16_t>(m_places.size()));
    }
    /// The rules to ask, with their numbers.
    [[nodiscard]] std::vector<ActiveAlertRule> rulesOf(const Diagram& diagram) {
        std::vector<ActiveAlertRule> rules = activeRules(diagram);
        for (ActiveAlertRule& rule : rules) {
            const auto next = static_cast<std::uint16_t>(m_places.size());
            rule.place = m_places.emplace(diagram.alerts[rule.place].id, next).first->second;
        }
        return rules;
    }
    /// The id of the rule with that number; empty when there is none.
    [[nodiscard]] std::string idAt(std::uint32_t place) const {
        for (const auto& [id, one] : m_places) {
            if (one == place)
                return id;
        }
        return {};
    }

private:
    std::map<std::string, std::uint16_t> m_places;
};

}  // namespace sluice
