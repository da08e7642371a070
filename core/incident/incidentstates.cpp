#include "core/incident/incidentstates.h"

#include <algorithm>

namespace sluice {

bool areSame(const Incident& a, const Incident& b) {
    return a.queue == b.queue && a.cause == b.cause && a.reason == b.reason && a.opened == b.opened;
}

std::string_view stateName(IncidentState state) {
    switch (state) {
        case IncidentState::Open:
            return "open";
        case IncidentState::Redriven:
            return "redriven";
        case IncidentState::Discarded:
            return "discarded";
        case IncidentState::Acknowledged:
            return "acknowledged";
    }
    return {};
}

std::optional<IncidentState> findState(std::string_view name) {
    for (const IncidentState state : {IncidentState::Open, IncidentState::Acknowledged,
                                      IncidentState::Redriven, IncidentState::Discarded}) {
        if (stateName(state) == name)
            return state;
    }
    return std::nullopt;
}

const IncidentStates::Marked* IncidentStates::find(const Incident& incident) const {
    const auto found = std::find_if(m_marked.begin(), m_marked.end(),
                                    [&](const Marked& marked) { return marked.isOf(incident); });
    return found == m_marked.end() ? nullptr : &*found;
}

void IncidentStates::mark(const Incident& incident, IncidentMark mark) {
    auto* marked = const_cast<Marked*>(find(incident));
    if (!marked)
        marked = &m_marked.emplace_back(
            Marked{incident.queue, incident.cause, incident.reason, incident.opened, {}});
    marked->marks.push_back(std::move(mark));
}

std::vector<IncidentMark> IncidentStates::marksOf(const Incident& incident) const {
    const Marked* marked = find(incident);
    return marked ? marked->marks : std::vector<IncidentMark>();
}

void IncidentStates::forEach(
    const std::function<void(const Incident& of, const IncidentMark& mark)>& visit) const {
    for (const Marked& marked : m_marked) {
        Incident incident;
        incident.queue = marked.queue;
        incident.cause = marked.cause;
        incident.reason = marked.reason;
        incident.opened = marked.opened;
        for (const IncidentMark& mark : marked.marks)
            visit(incident, mark);
    }
}

void IncidentStates::apply(std::vector<Incident>& incidents) const {
    for (Incident& incident : incidents) {
        const Marked* marked = find(incident);
        if (!marked || incident.state != IncidentState::Open)
            continue;
        for (const IncidentMark& mark : marked->marks) {
            // A redrive that brought nothing to an end leaves the incident as it was.
            if (mark.state == IncidentState::Redriven)
                continue;
            const bool joined = incident.last > mark.at;
            incident.state =
                mark.state == IncidentState::Discarded && joined ? IncidentState::Open : mark.state;
        }
    }
}

}  // namespace sluice
