#pragma once

#include <map>
#include <optional>
#include <utility>
#include <vector>

#include "core/trace/event.h"

namespace sluice {

/// One alert of a trace, from its beginning to its end.
struct Alert {
    std::uint32_t rule = 0;  ///< in EntityTable::alerts; beyond it: made while a live broker was watched
    EntityId subject = kNoEntity;
    AlertSeverity severity = AlertSeverity::Info;
    TraceTime raised{};
    Sequence event = 0;  ///< that raised it
    double level = 0;    ///< the reading then, in the metric's unit
    std::optional<TraceTime> cleared{};
    [[nodiscard]] bool isActive() const { return !cleared.has_value(); }
    bool operator==(const Alert&) const = default;
};

/// The alerts of a trace, in the order in which they were raised. To be told its events, in their order;
/// those that are no alerts need not be.
class AlertList {
public:
    void apply(Sequence sequence, const TraceEvent& event);
    [[nodiscard]] const std::vector<Alert>& alerts() const { return m_alerts; }
    [[nodiscard]] std::size_t active() const { return m_open.size(); }

private:
    std::vector<Alert> m_alerts;
    std::map<std::pair<std::uint32_t, EntityId>, std::size_t> m_open;  ///< in m_alerts
};

}  // namespace sluice
