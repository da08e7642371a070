#pragma once

#include <fmt/format.h>

#include <algorithm>
#include <string>
#include <string_view>

#include "core/diagram/file.h"
#include "core/incident/incident.h"
#include "core/interchange/eventcsv.h"
#include "core/interchange/importtrace.h"
#include "core/metrics/outcome.h"
#include "core/trace/tracestore.h"

namespace sluice {

/// Imports a text from a stranger and looks at what came of it: events in the order of time whose elements
/// and types are there, a drawing that its file gives back, a state, incidents and figures at any time, and a
/// CSV that imports to as many events. What is not so, in words; empty: all is well.
inline std::string brokenBy(std::string_view text) {
    const auto trace = importTrace(text, "import");
    if (!trace)
        return trace.error().sentence.empty() ? "it is refused without a reason" : "";
    for (const Error& warning : trace->warnings) {
        if (warning.sentence.empty())
            return "a warning says nothing";
    }
    const EntityTable& table = *trace->table;
    if (trace->events.empty())
        return "it is imported, and has no event";
    if (trace->events.front().at < TraceTime::zero())
        return "it begins before time does";
    if (!std::is_sorted(trace->events.begin(), trace->events.end(),
                        [](const TraceEvent& a, const TraceEvent& b) { return a.at < b.at; }))
        return "events are not in the order of time";
    for (const TraceEvent& event : trace->events) {
        if (event.subject != kNoEntity && event.subject >= table.entities.size())
            return fmt::format("a {} is at an element that is not there", kindName(event.kind));
    }
    const auto again = parseDiagram(writeDiagram(trace->diagram));
    if (!again)
        return "its drawing cannot be opened: " + again.error().text();
    if (!again->warnings.empty())
        return "its drawing is put right when opened: " + again->warnings.front().text();
    if (!(again->diagram == trace->diagram))
        return "its drawing is another one when opened";

    TraceStore store(trace->table);
    store.accept(trace->events, trace->events.back().at);
    store.finish({});
    for (int i = 0; i <= 4; ++i)
        static_cast<void>(store.stateAt(store.horizon() / 4 * i));
    for (const TraceEvent& event : trace->events) {
        if (event.message != 0 && !store.message(event.message))
            return fmt::format("nothing is known of message {}", event.message);
    }
    OutcomeCollector outcome(trace->table);
    IncidentCollector incidents(trace->table);
    outcome.accept(trace->events, store.horizon());
    incidents.accept(trace->events, store.horizon());
    outcome.finish({});
    incidents.finish({});
    static_cast<void>(outcome.outcome());
    static_cast<void>(incidents.incidents());

    std::string csv = eventCsvHead();
    for (const TraceEvent& event : trace->events)
        csv += eventCsvRow(event, table);
    const auto exported = importTrace(csv, "import");
    if (!exported)
        return "what it exports is refused: " + exported.error().text();
    if (exported->events.size() != trace->events.size())
        return fmt::format("{} events are exported as {}", trace->events.size(), exported->events.size());
    return {};
}

}  // namespace sluice
