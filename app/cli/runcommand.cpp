#include <fmt/format.h>

#include <array>

#include "app/cli/alertoptions.h"
#include "app/cli/alertreport.h"
#include "app/cli/brokerrun.h"
#include "app/cli/command.h"
#include "app/cli/drawingfile.h"
#include "app/cli/optionvalues.h"
#include "app/cli/report.h"
#include "core/alerts/alertrules.h"

namespace sluice::cli {
namespace {

Result<RunOptions> optionsOf(const Arguments& arguments) {
    RunOptions options;
    options.scenario = arguments.value("--scenario");
    const auto until = durationOf(arguments, "--until");
    if (!until)
        return until.error();
    options.until = *until;
    const auto seed = numberOf<std::uint64_t>(arguments, "--seed", 0, UINT64_MAX);
    if (!seed)
        return seed.error();
    options.seed = *seed;
    return options;
}

int run(const Arguments& arguments) {
    const auto options = optionsOf(arguments);
    if (!options)
        return complain(options.error());
    const std::string& file = arguments.files.front();
    if (arguments.has("--record") && arguments.value("--record").empty())
        return complain(Error{ErrorCode::InvalidInput, "needs the name of a file", "--record"});
    auto diagram = drawingIn(file);
    if (!diagram)
        return complain(file, diagram.error());
    const auto asked = alertRulesOf(arguments, *diagram);
    if (!asked)
        return complain(asked.error());
    const std::size_t drawn = diagram->alerts.size();
    addAlertRules(*diagram, *asked);
    if (arguments.has("--on"))
        return runOnBrokers(arguments, *diagram, *options);
    const auto finished = play(*diagram, *options, arguments.value("--record"));
    if (!finished)
        return complain(file, finished.error());
    if (arguments.has("--json"))
        fmt::print("{}\n", toJson(*diagram, *finished).dump(2, ' ', false, Json::error_handler_t::replace));
    else
        fmt::print("{}", describe(*diagram, *finished));
    return finished->met() && !isAlarming(finished->alerts, drawn) ? kWell : kFailed;
}

constexpr std::array<Option, 9> kRunOptions{{
    {"--scenario", "NAME", "the scenario to play, by id or name; by default the first in the file"},
    {"--until", "DURATION", "stop at this time of the run, such as 90s, 2min or 1h30m"},
    {"--seed", "N", "the seed of all random streams, instead of the scenario's"},
    {"--record", "OUT.sluicerec", "record the run; sluice-cli replay and the program open it"},
    {"--alert", "RULE",
     "an alert besides those of the drawing, such as 'queue:orders depth > 1000 for 30s'; may be repeated; "
     "exit status 1 when it is raised"},
    {"--on", "ADDRESS",
     "with the real queues or topics of that broker, made for the run under names of its own; may be "
     "repeated "
     "for brokers of several kinds; tells how that differs from the run in the program"},
    {"--send", "", "with --on: do it; without it only what would be made is told"},
    {"--keep", "", "with --on: what was made stays when the run is over"},
    {"--json", "", "print JSON instead of tables; durations are in seconds"},
}};

}  // namespace

const Command& runCommand() {
    static const Command command{"run",
                                 "FILE [--scenario NAME] [--until DURATION] [--seed N] [--record "
                                 "OUT.sluicerec] [--alert RULE]... [--on ADDRESS]... [--send] [--keep] "
                                 "[--json]",
                                 "Play a scenario and print its outcome",
                                 kRunOptions,
                                 1,
                                 1,
                                 run};
    return command;
}

}  // namespace sluice::cli
