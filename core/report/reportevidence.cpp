#include "core/report/reportevidence.h"

#include <fmt/format.h>

#include <algorithm>

#include "core/trace/blockindex.h"
#include "core/trace/closedrange.h"

namespace sluice {
namespace {

void note(ReportEvidence& evidence, const TraceEvent& event, const EntityTable& table) {
    switch (event.kind) {
        case EventKind::UserInformed:
            evidence.told[event.message] = event;
            return;
        case EventKind::Redriven:
            if (event.at >= evidence.from)
                evidence.redriven.push_back(event);
            return;
        case EventKind::Discarded:
            if (event.at >= evidence.from && static_cast<DeathReason>(event.detail) == DeathReason::Purged &&
                event.subject < table.entities.size() && table.entities[event.subject].deadLetters)
                evidence.redriven.push_back(event);
            return;
        case EventKind::ActionBegan:
        case EventKind::ActionEnded:
        case EventKind::InstanceStopped:
        case EventKind::InstanceStarted:
        case EventKind::AlertRaised:
        case EventKind::AlertCleared:
            if (event.at >= evidence.from)
                evidence.marks.push_back(event);
            return;
        default:
            return;
    }
}

}  // namespace

Result<ReportEvidence> collectEvidence(const TraceStore& store, const ReportScope& scope) {
    ReportEvidence evidence;
    const Result<ClosedRange> range = clipped({scope.from, scope.to}, store);
    if (!range)
        return range.error();
    evidence.from = range->from;
    evidence.to = range->to;
    IncidentCollector incidents(store.sharedTable());
    OutcomeCollector outcome(store.sharedTable());
    const Sequence end = firstAfter(store, evidence.to);
    const bool whole = end >= store.size();
    for (Sequence at = 0; at < end; at += kBlockEvents) {
        const std::vector<TraceEvent> events = store.read(at, std::min<Sequence>(at + kBlockEvents, end));
        incidents.accept(events, events.back().at);
        outcome.accept(events, whole ? store.horizon() : events.back().at);
        for (const TraceEvent& event : events)
            note(evidence, event, store.table());
    }
    outcome.finish({});
    evidence.outcome = outcome.outcome();
    for (Incident& incident : incidents.incidents()) {
        const bool asked = !scope.only || areSame(incident, *scope.only);
        if (asked && incident.last >= evidence.from)
            evidence.incidents.push_back(std::move(incident));
    }
    if (scope.only) {
        const auto isOfIt = [&evidence](const TraceEvent& event) {
            return std::any_of(
                evidence.incidents.begin(), evidence.incidents.end(), [&](const Incident& one) {
                    return one.deadLetterQueue == event.subject &&
                           std::find(one.messages.begin(), one.messages.end(), event.message) !=
                               one.messages.end();
                });
        };
        std::erase_if(evidence.redriven, [&](const TraceEvent& event) { return !isOfIt(event); });
    }
    scope.states.apply(evidence.incidents);
    std::stable_sort(evidence.incidents.begin(), evidence.incidents.end(),
                     [](const Incident& a, const Incident& b) { return a.opened < b.opened; });
    return evidence;
}

}  // namespace sluice
