#pragma once

#include "core/interchange/eventcsv.h"
#include "core/interchange/importtrace.h"
#include "tests/engine/examplerun.h"

/// What to ask of an imported trace.
namespace sluice::test {

inline std::string csvOf(const TraceStore& store) {
    std::string csv = eventCsvHead();
    store.visit(0, store.size(), [&](Sequence, const TraceEvent& event) {
        csv += eventCsvRow(event, store.table());
        return true;
    });
    return csv;
}

inline std::vector<std::string> linksOf(const ImportedTrace& trace) {
    std::vector<std::string> links;
    for (const Link& link : trace.diagram.links)
        links.push_back(link.from + ' ' + std::string(kindName(link.kind)) + ' ' + link.to);
    std::sort(links.begin(), links.end());
    return links;
}

inline std::size_t countOf(const ImportedTrace& trace, EventKind kind) {
    return static_cast<std::size_t>(std::count_if(trace.events.begin(), trace.events.end(),
                                                  [kind](const TraceEvent& e) { return e.kind == kind; }));
}

inline bool warns(const ImportedTrace& trace, std::string_view line, std::string_view sentence) {
    return std::any_of(trace.warnings.begin(), trace.warnings.end(), [&](const Error& warning) {
        return warning.where == line && warning.sentence.find(sentence) != std::string::npos;
    });
}

}  // namespace sluice::test
