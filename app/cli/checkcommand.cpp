#include <fmt/format.h>

#include <algorithm>
#include <array>

#include "app/cli/command.h"
#include "app/cli/drawingfile.h"
#include "app/cli/plural.h"
#include "app/cli/report.h"

namespace sluice::cli {
namespace {

/// What became of all files, for the last line and the exit status.
struct Tally {
    std::size_t scenarios = 0;
    std::size_t expectations = 0;
    std::size_t failed = 0;
    std::size_t findings = 0;  ///< that count as failures
    bool unusable = false;
};

std::vector<Finding> withoutHints(std::vector<Finding> findings) {
    findings.erase(std::remove_if(findings.begin(), findings.end(),
                                  [](const Finding& finding) { return finding.severity == Severity::Hint; }),
                   findings.end());
    return findings;
}

std::size_t failing(const std::vector<Finding>& findings, bool strict) {
    return static_cast<std::size_t>(
        std::count_if(findings.begin(), findings.end(), [&](const Finding& finding) {
            return finding.severity == Severity::Error || (strict && finding.severity == Severity::Warning);
        }));
}

void printScenario(const FinishedRun& run) {
    const Scenario& scenario = run.scenario;
    const auto failed = std::count_if(run.judgements.begin(), run.judgements.end(),
                                      [](const Judgement& judgement) { return !judgement.met; });
    fmt::print("  {}  {}: {} of {} expectations met, fingerprint {}\n", failed == 0 ? "ok    " : "FAILED",
               scenario.name.empty() ? scenario.id : scenario.name,
               run.judgements.size() - static_cast<std::size_t>(failed), run.judgements.size(),
               fingerprintText(run.fingerprint));
    for (const Judgement& judgement : run.judgements) {
        if (!judgement.met)
            fmt::print("            {}{}\n", judgement.sentence,
                       judgement.expectation.note.empty() ? "" : " (" + judgement.expectation.note + ")");
    }
}

Json checkFile(const std::string& file, const Arguments& arguments, Tally& tally) {
    const bool json = arguments.has("--json");
    Json report{{"file", file}};
    const auto loaded = loadFile(file);
    if (!loaded) {
        complain(file, loaded.error());
        tally.unusable = true;
        report["error"] = {{"where", loaded.error().where}, {"sentence", loaded.error().sentence}};
        return report;
    }
    const Diagram& diagram = loaded->diagram;
    const std::vector<Finding> findings = withoutHints(review(diagram));
    tally.findings += failing(findings, arguments.has("--strict"));
    report["findings"] = toJson(findings);
    report["scenarios"] = Json::array();
    if (!json) {
        fmt::print("{}: {}\n", file, diagram.name);
        for (const Error& warning : loaded->warnings)
            fmt::print("  warning  {}\n", warning.text());
        fmt::print("{}", describe(findings));
    }
    for (const Scenario& scenario : diagram.scenarios) {
        RunOptions options;
        options.scenario = scenario.id;
        const auto run = play(diagram, options);
        ++tally.scenarios;
        if (!run) {
            complain(file, run.error());
            tally.unusable = true;
            continue;
        }
        tally.expectations += run->judgements.size();
        tally.failed += static_cast<std::size_t>(
            std::count_if(run->judgements.begin(), run->judgements.end(),
                          [](const Judgement& judgement) { return !judgement.met; }));
        if (json)
            report["scenarios"].push_back(toJson(diagram, *run));
        else
            printScenario(*run);
    }
    return report;
}

int check(const Arguments& arguments) {
    Tally tally;
    Json reports = Json::array();
    for (const std::string& file : arguments.files)
        reports.push_back(checkFile(file, arguments, tally));
    if (arguments.has("--json"))
        fmt::print("{}\n", reports.dump(2, ' ', false, Json::error_handler_t::replace));
    else
        fmt::print("{}, {}, {} of {} expectations met{}\n", plural(arguments.files.size(), "file"),
                   plural(tally.scenarios, "scenario"), tally.expectations - tally.failed, tally.expectations,
                   tally.findings == 0 ? "" : ", " + plural(tally.findings, "finding") + " to mend");
    if (tally.unusable)
        return kUnusable;
    return tally.failed == 0 && tally.findings == 0 ? kWell : kFailed;
}

int validate(const Arguments& arguments) {
    const bool json = arguments.has("--json");
    Json reports = Json::array();
    bool unusable = false;
    std::size_t bad = 0;
    for (const std::string& file : arguments.files) {
        const auto loaded = loadFile(file);
        if (!loaded) {
            complain(file, loaded.error());
            unusable = true;
            reports.push_back(
                {{"file", file},
                 {"error", {{"where", loaded.error().where}, {"sentence", loaded.error().sentence}}}});
            continue;
        }
        const std::vector<Finding> findings = review(loaded->diagram);
        bad += failing(findings, arguments.has("--strict"));
        if (json) {
            reports.push_back({{"file", file}, {"findings", toJson(findings)}});
            continue;
        }
        fmt::print("{}: {}\n", file, summary(findings));
        for (const Error& warning : loaded->warnings)
            fmt::print("  warning  {}\n", warning.text());
        fmt::print("{}", describe(findings));
    }
    if (json)
        fmt::print("{}\n", reports.dump(2, ' ', false, Json::error_handler_t::replace));
    if (unusable)
        return kUnusable;
    return bad == 0 ? kWell : kFailed;
}

constexpr std::array<Option, 2> kCheckOptions{{
    {"--strict", "", "warnings count as failures too"},
    {"--json", "", "print JSON instead of text"},
}};

}  // namespace

const Command& checkCommand() {
    static const Command command{"check",
                                 "FILE... [--strict] [--json]",
                                 "Validate each file, play every scenario and judge its expectations",
                                 kCheckOptions,
                                 1,
                                 SIZE_MAX,
                                 check};
    return command;
}

const Command& validateCommand() {
    static const Command command{"validate",
                                 "FILE... [--strict] [--json]",
                                 "Print the findings of each file without running anything",
                                 kCheckOptions,
                                 1,
                                 SIZE_MAX,
                                 validate};
    return command;
}

}  // namespace sluice::cli
