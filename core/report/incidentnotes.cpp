#include "core/report/incidentnotes.h"

namespace sluice {

IncidentStates statesOf(const std::vector<IncidentNote>& notes) {
    IncidentStates states;
    for (const IncidentNote& note : notes) {
        Incident incident;
        incident.queue = note.queue;
        incident.cause = note.cause;
        incident.reason = note.reason;
        incident.opened = note.opened;
        if (const auto state = findState(note.state))
            states.mark(incident, {*state, note.at, note.by, note.when, note.why});
    }
    return states;
}

std::vector<IncidentNote> notesOf(const IncidentStates& states) {
    std::vector<IncidentNote> notes;
    states.forEach([&notes](const Incident& of, const IncidentMark& mark) {
        notes.push_back({of.queue, of.cause, of.reason, of.opened, std::string(stateName(mark.state)),
                         mark.at, mark.by, mark.when, mark.why});
    });
    return notes;
}

}  // namespace sluice
