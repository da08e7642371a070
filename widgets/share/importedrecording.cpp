#include "widgets/share/importedrecording.h"

#include "core/diagram/document.h"
#include "core/record/recorder.h"
#include "widgets/editing/layout.h"

namespace sluice {
namespace {

/// As Graphviz has it; where it refuses, side by side.
Diagram laidOut(Diagram diagram) {
    for (std::size_t i = 0; i < diagram.elements.size(); ++i)
        diagram.elements[i].position = {double(i % 6) * 260, double(i / 6) * 180};
    const auto edit = arrangeDiagram(diagram);
    if (!edit)
        return diagram;
    Document document(std::move(diagram));
    const auto applied = document.apply(*edit);
    static_cast<void>(applied);
    return document.diagram();
}

}  // namespace

Result<ImportCounts> recordImported(ImportedTrace trace, const std::string& path) {
    ImportCounts counts;
    counts.events = trace.events.size();
    counts.elements = trace.diagram.elements.size();
    counts.links = trace.diagram.links.size();
    for (const TraceEvent& event : trace.events)
        counts.messages += event.kind == EventKind::MessageCreated ? 1 : 0;
    RecordingHeader header;
    header.diagram = laidOut(std::move(trace.diagram));
    header.scenario.name = "Imported";
    header.scenario.id = "imported";
    header.table = trace.table;
    const TraceTime end = trace.events.empty() ? TraceTime::zero() : trace.events.back().at;
    // What is told a second is told of the time that it took.
    header.scenario.until = std::max(end, TraceTime(1));
    auto recorder = Recorder::create(path, header);
    if (!recorder)
        return recorder.error();
    (*recorder)->accept(trace.events, end);
    (*recorder)->finish({});
    const Result<void> status = (*recorder)->status();
    if (!status)
        return status.error();
    return counts;
}

}  // namespace sluice
