#include <fmt/format.h>

#include <QApplication>
#include <array>

#include "app/cli/command.h"
#include "app/cli/drawingfile.h"
#include "app/cli/optionvalues.h"
#include "core/engine/simulation.h"
#include "core/trace/tracestore.h"
#include "widgets/export/export.h"
#include "widgets/paint/stateindex.h"

namespace sluice::cli {
namespace {

Error wrong(std::string_view option, std::string sentence) {
    return {ErrorCode::InvalidInput, std::move(sentence), std::string(option)};
}

template <class T, std::size_t N>
Result<T> chosen(const Arguments& arguments, std::string_view option, T otherwise,
                 const std::array<std::pair<std::string_view, T>, N>& choices) {
    if (!arguments.has(option))
        return otherwise;
    const std::string value = arguments.value(option);
    std::string names;
    for (const auto& [name, choice] : choices) {
        if (name == value)
            return choice;
        names += (names.empty() ? "" : ", ") + std::string(name);
    }
    return wrong(option, fmt::format("must be one of {}, is '{}'", names, value));
}

std::unordered_set<std::string> idsIn(const std::string& list) {
    std::unordered_set<std::string> ids;
    for (std::size_t begin = 0; begin <= list.size();) {
        const std::size_t comma = std::min(list.find(',', begin), list.size());
        if (comma > begin)
            ids.insert(list.substr(begin, comma - begin));
        begin = comma + 1;
    }
    return ids;
}

Result<ExportOptions> optionsOf(const Arguments& arguments) {
    ExportOptions options;
    const auto format = pictureFormatOf(QString::fromStdString(arguments.value("-o")));
    if (!format)
        return wrong("-o", format.error().sentence);
    options.format = *format;
    const auto theme = chosen<ThemeName, 3>(
        arguments, "--theme", ThemeName::Light,
        {{{"light", ThemeName::Light}, {"dark", ThemeName::Dark}, {"contrast", ThemeName::HighContrast}}});
    if (!theme)
        return theme.error();
    options.theme = *theme;
    const auto page = chosen<PictureSize, 4>(arguments, "--page", PictureSize::Fit,
                                             {{{"fit", PictureSize::Fit},
                                               {"a4", PictureSize::A4},
                                               {"a3", PictureSize::A3},
                                               {"letter", PictureSize::Letter}}});
    if (!page)
        return page.error();
    options.size = *page;
    options.transparent = arguments.has("--transparent");
    options.selection = idsIn(arguments.value("--select"));
    const auto scale = numberOf(arguments, "--scale", 0.05, 16.0);
    if (!scale)
        return scale.error();
    options.scale = scale->value_or(options.scale);
    return options;
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

/// What Qt remarks about the surroundings (no runtime folder, no input method) is nothing to whoever exports.
void keepQuiet(QtMsgType type, const QMessageLogContext&, const QString& message) {
    if (type == QtFatalMsg)
        fmt::print(stderr, "sluice-cli: {}\n", message.toStdString());
}

int exportDrawing(const Arguments& arguments) {
    if (arguments.value("-o").empty())
        return complain(wrong({}, "-o OUT is missing: say which file to write"));
    auto options = optionsOf(arguments);
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
    // Painting needs fonts, and so an application, but neither a display nor a window.
    qputenv("QT_QPA_PLATFORM", "offscreen");
    qInstallMessageHandler(keepQuiet);
    int count = 1;
    std::string name = "sluice-cli";
    char* words[] = {name.data(), nullptr};
    const QApplication application(count, words);
    const std::string out = arguments.value("-o");
    const auto written = exportDiagram(*diagram, *options, QString::fromStdString(out));
    return written ? kWell : complain(out, written.error());
}

constexpr std::array<Option, 8> kOptions{{
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
        kOptions,
        1,
        1,
        exportDrawing};
    return command;
}

}  // namespace sluice::cli
