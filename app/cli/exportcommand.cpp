#include <fmt/format.h>

#include <array>

#include "app/cli/command.h"
#include "app/cli/drawingfile.h"
#include "app/cli/optionvalues.h"
#include "app/cli/painting.h"
#include "core/engine/simulation.h"
#include "core/trace/tracestore.h"
#include "widgets/export/export.h"
#include "widgets/paint/stateindex.h"

namespace sluice::cli {
namespace {

Error wrong(std::string_view option, std::string sentence) {
    return {ErrorCode::InvalidInput, std::move(sentence), std::string(option)};
}

/// A run up to a moment, so that the picture shows what was on the way and in the queues then.
class Moment {
public:
    static Result<std::unique_ptr<Moment>> of(const Diagram& diagram, const Arguments& arguments) {
        const auto at = durationOf(arguments, "--at");
        if (!at)
            return at.error();
        RunOptions run;
        run.scenario = arguments.value("--scenario");
        auto simulation = Simulation::create(diagram, run);
        if (!simulation)
            return simulation.error();
        std::unique_ptr<Moment> moment(new Moment(diagram, simulation->table()));
        const TraceTime until = at->value_or(TraceTime::zero());
        simulation->runUntil(until, moment->m_store);
        moment->m_state = moment->m_store.stateAt(until);
        return moment;
    }
    void show(ExportOptions& options) const {
        options.state = &m_state;
        options.table = &m_store.table();
        options.lookup = [this](MessageId id) {
            const auto info = m_store.message(id);
            return info ? m_index.lookOf(*info) : MessageLook{};
        };
    }

private:
    Moment(const Diagram& diagram, const std::shared_ptr<const EntityTable>& table)
        : m_store(table), m_index(diagram, *table), m_state(SystemState::initial(*table)) {}

    TraceStore m_store;
    StateIndex m_index;
    SystemState m_state;
};

int exportDrawing(const Arguments& arguments) {
    if (arguments.value("-o").empty())
        return complain(wrong({}, "-o OUT is missing: say which file to write"));
    auto options = pictureOptions(arguments, "-o");
    if (!options)
        return complain(options.error());
    if (arguments.has("--scenario") && !arguments.has("--at"))
        return complain(wrong("--scenario", "--at TIME says which moment of the scenario to show"));
    const std::string& file = arguments.files.front();
    const auto diagram = drawingIn(file);
    if (!diagram)
        return complain(file, diagram.error());
    std::unique_ptr<Moment> moment;
    if (arguments.has("--at")) {
        auto made = Moment::of(*diagram, arguments);
        if (!made)
            return complain(file, made.error());
        moment = std::move(*made);
        moment->show(*options);
    }
    const Painting painting;
    const std::string out = arguments.value("-o");
    const auto written = exportDiagram(*diagram, *options, QString::fromStdString(out));
    return written ? kWell : complain(out, written.error());
}

constexpr std::array<Option, 8> kExportOptions{{
    {"-o", "OUT", "the file to write; its ending decides the format: svg, png or pdf"},
    {"--theme", "THEME", "light, dark or contrast; light by default"},
    {"--scale", "N", "PNG: pixels a canvas unit, 0.05 to 16; 2 by default"},
    {"--page", "PAGE", "PDF: fit, a4, a3 or letter; fit by default"},
    {"--transparent", "", "SVG and PNG: no background"},
    {"--select", "ID,...", "only these elements and groups, and the links between them"},
    {"--at", "TIME", "with the state at this time of a run, such as 12s"},
    {"--scenario", "NAME", "the scenario of that run; by default the first in the file"},
}};

}  // namespace

const Command& exportCommand() {
    static const Command command{
        "export",
        "FILE -o OUT.svg|OUT.png|OUT.pdf [--theme THEME] [--at TIME [--scenario NAME]] ...",
        "Write the drawing as SVG, PNG or PDF",
        kExportOptions,
        1,
        1,
        exportDrawing};
    return command;
}

}  // namespace sluice::cli
