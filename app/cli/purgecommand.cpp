#include <fmt/format.h>

#include <array>

#include "app/cli/brokersession.h"
#include "app/cli/command.h"

namespace sluice::cli {
namespace {

int purge(const Arguments& arguments) {
    const bool sends = arguments.has("--send");
    BrokerSession session;
    const auto changes = session.changes(arguments.files.front(), sends);
    if (!changes)
        return complain(changes.error());
    const PurgeResult result = (*changes)->purge(QString::fromStdString(arguments.files[1]), !sends);
    if (result.problem.kind != BrokerProblem::Kind::None)
        return complain(Error{ErrorCode::InputOutput, result.problem.text().toStdString(), {}});
    if (arguments.has("--json")) {
        fmt::print("{}\n", Json{{"messages", result.messages}, {"dryRun", !sends}}.dump(2));
        return kWell;
    }
    fmt::print("{} message{} {}\n", result.messages, result.messages == 1 ? "" : "s",
               sends ? "thrown away" : "would be thrown away");
    for (const QString& sentence : result.sentences)
        fmt::print("{}\n", sentence.toStdString());
    if (!sends)
        fmt::print("Nothing was changed; add --send to do it: nobody can take it back\n");
    return kWell;
}

constexpr std::array<Option, 2> kPurgeOptions{{
    {"--send", "", "do it; without it only the messages are counted"},
    {"--json", "", "print JSON instead of text"},
}};

}  // namespace

const Command& purgeCommand() {
    static const Command command{"purge",
                                 "ADDRESS PLACE [--send]",
                                 "Throw away what waits in a live queue or topic",
                                 kPurgeOptions,
                                 2,
                                 2,
                                 purge};
    return command;
}

}  // namespace sluice::cli
