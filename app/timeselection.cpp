#include "app/timeselection.h"

#include "app/runsession.h"

namespace sluice {

TimeSelection::TimeSelection(RunSession& session, QObject* parent) : QObject(parent) {
    connect(&session, &RunSession::began, this, &TimeSelection::clear);
}

void TimeSelection::select(std::optional<TimeRange> range) {
    if (range && range->from >= range->to)
        range.reset();
    if (range == m_range)
        return;
    m_range = range;
    emit changed();
}

std::vector<Incident> TimeSelection::filtered(std::vector<Incident> incidents) const {
    if (m_range) {
        std::erase_if(incidents, [this](const Incident& one) {
            return one.last < m_range->from || one.opened >= m_range->to;
        });
    }
    return incidents;
}

}  // namespace sluice
