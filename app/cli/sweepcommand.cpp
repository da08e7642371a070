#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <cerrno>
#include <cstdio>
#include <memory>
#include <system_error>
#include <thread>

#include "app/cli/command.h"
#include "app/cli/drawingfile.h"
#include "app/cli/interrupt.h"
#include "app/cli/optionvalues.h"
#include "app/cli/progressline.h"
#include "app/cli/sweepreport.h"
#include "core/sweep/values.h"

namespace sluice::cli {
namespace {

constexpr unsigned kMostJobs = 1024;

enum class Format { Table, Csv, Json };

struct SweepOptions {
    SweepPlan plan;
    unsigned jobs = 1;
    Format format = Format::Table;
    std::string out;  ///< empty: standard output
};

Error at(std::string_view option, const Error& error) {
    return {error.code, error.sentence,
            error.where.empty() ? std::string(option) : fmt::format("{} {}", option, error.where)};
}

Result<Format> formatOf(const Arguments& arguments) {
    if (arguments.has("--csv") && arguments.has("--json"))
        return Error{ErrorCode::InvalidInput, "--csv and --json exclude each other", {}};
    const std::string out = arguments.value("-o");
    if (arguments.has("--csv") || (!arguments.has("--json") && out.ends_with(".csv")))
        return Format::Csv;
    return arguments.has("--json") || out.ends_with(".json") ? Format::Json : Format::Table;
}

/// What is said after the file's name and needs no file.
Result<SweepOptions> sweepOptionsOf(const Arguments& arguments) {
    SweepOptions options;
    const auto jobs = numberOf(arguments, "--jobs", 1U, kMostJobs);
    if (!jobs)
        return jobs.error();
    options.jobs = jobs->value_or(std::max(1U, std::thread::hardware_concurrency()));
    const auto format = formatOf(arguments);
    if (!format)
        return format.error();
    options.format = *format;
    options.out = arguments.value("-o");
    if (arguments.has("-o") && options.out.empty())
        return Error{ErrorCode::InvalidInput, "must name the file to write", "-o"};
    options.plan.scenario = arguments.value("--scenario");
    const auto until = durationOf(arguments, "--until");
    if (!until)
        return until.error();
    options.plan.until = *until;
    auto seeds = parseSeeds(arguments.has("--seeds") ? arguments.value("--seeds") : "1..10");
    if (!seeds)
        return at("--seeds", seeds.error());
    options.plan.seeds = std::move(*seeds);
    return options;
}

Result<void> addVariations(const Arguments& arguments, SweepPlan& plan) {
    for (const std::string& text : arguments.values("--vary")) {
        auto variation = parseVariation(plan.diagram, text);
        if (!variation)
            return at("--vary", variation.error());
        for (const Variation& other : plan.variations) {
            if (other.property == variation->property && other.places == variation->places)
                return Error{ErrorCode::InvalidInput,
                             fmt::format("{} and {} are the same property", other.name, variation->name),
                             "--vary"};
        }
        plan.variations.push_back(std::move(*variation));
    }
    return {};
}

using File = std::unique_ptr<std::FILE, int (*)(std::FILE*)>;

/// Opened before the study, so that a folder that cannot be written to is told before the work.
Result<File> opened(const std::string& path) {
    File file(std::fopen(path.c_str(), "wbe"), &std::fclose);
    if (!file)
        return Error{ErrorCode::InputOutput,
                     "cannot write the file: " + std::generic_category().message(errno), path};
    return file;
}

Result<void> write(const std::string& text, File file, const std::string& path) {
    const bool written = std::fwrite(text.data(), 1, text.size(), file.get()) == text.size();
    if (std::fclose(file.release()) != 0 || !written)
        return Error{ErrorCode::InputOutput,
                     "cannot write the file: " + std::generic_category().message(errno), path};
    return {};
}

std::string reportOf(const SweepOptions& options, const SweepResult& result) {
    switch (options.format) {
        case Format::Csv:
            return toCsv(options.plan, result);
        case Format::Json:
            return toJson(options.plan, result).dump(2, ' ', false, Json::error_handler_t::replace) + "\n";
        case Format::Table:
            break;
    }
    return describe(options.plan, result);
}

Result<SweepResult> study(const SweepOptions& options, const Interrupt& interrupt) {
    ProgressLine line;
    return runSweep(options.plan, options.jobs, interrupt.token(), [&line](const SweepProgress& progress) {
        if (line.isDue())
            line.show(progress.share, fmt::format("{} of {} replicas", progress.finished, progress.replicas));
    });
}

int sweep(const Arguments& arguments) {
    auto options = sweepOptionsOf(arguments);
    if (!options)
        return complain(options.error());
    const std::string& file = arguments.files.front();
    auto diagram = drawingIn(file);
    if (!diagram)
        return complain(file, diagram.error());
    options->plan.diagram = std::move(*diagram);
    if (const auto added = addVariations(arguments, options->plan); !added)
        return complain(added.error());
    File out(nullptr, &std::fclose);
    if (!options->out.empty()) {
        auto made = opened(options->out);
        if (!made)
            return complain(made.error());
        out = std::move(*made);
    }

    const Interrupt interrupt;
    const auto result = study(*options, interrupt);
    if (!result)
        return complain(file, result.error());
    const bool stopped = interrupt.happened() && result->replicas.size() < result->planned;
    if (stopped)
        fmt::print(stderr, "sluice-cli: stopped after {} of {} replicas\n", result->replicas.size(),
                   result->planned);
    if (!result->replicas.empty()) {
        const std::string report = reportOf(*options, *result);
        if (!out)
            fmt::print("{}", report);
        else if (const auto written = write(report, std::move(out), options->out); !written)
            return complain(written.error());
    }
    return stopped ? kInterrupted : kWell;
}

constexpr std::array<Option, 8> kSweepOptions{{
    {"--vary", "ID.PROPERTY=VALUES",
     "vary a property: 1,5,20 or 1..10 or 1..10/2; several make a grid; of a handler's step: "
     "ID.handlers[0].steps[2].PROPERTY"},
    {"--seeds", "SEEDS", "a replica with each of them, such as 1..20 or 1,5,9; by default 1..10"},
    {"--scenario", "NAME", "the scenario to play, by id or name; by default the first in the file"},
    {"--until", "DURATION", "stop at this time of the run, such as 90s, 2min or 1h30m"},
    {"--csv", "", "print CSV, a row for each setting and outcome; durations are in seconds"},
    {"--json", "", "print JSON, with every replica's fingerprint; durations are in seconds"},
    {"-o", "FILE", "write there; its ending, .csv or .json, decides the format if nothing else does"},
    {"--jobs", "N", "replicas side by side; by default as many as there are processors"},
}};

}  // namespace

const Command& sweepCommand() {
    static const Command command{
        "sweep",
        "FILE [--vary ID.PROPERTY=VALUES]... [--seeds SEEDS] [OPTION]...",
        "Play a scenario with varied properties and several seeds, and compare the outcomes",
        kSweepOptions,
        1,
        1,
        sweep};
    return command;
}

}  // namespace sluice::cli
