#include <fmt/format.h>

#include <array>

#include "app/brokers/offsetsaccount.h"
#include "app/cli/brokersession.h"
#include "app/cli/command.h"
#include "app/cli/optionvalues.h"
#include "app/cli/texttable.h"
#include "core/base/writtentime.h"

namespace sluice::cli {
namespace {

Result<void> takeTarget(const std::string& text, OffsetsWish& wish) {
    const std::string digits = text.starts_with('+') ? text.substr(1) : text;
    qint64 number = 0;
    const auto [end, failure] = std::from_chars(digits.data(), digits.data() + digits.size(), number);
    const bool isNumber = !digits.empty() && failure == std::errc() && end == digits.data() + digits.size() &&
                          !digits.starts_with("+");
    const bool isStep = text.starts_with('+') || text.starts_with('-');
    if (text == "beginning") {
        wish.to = OffsetsWish::To::Beginning;
    } else if (text == "end") {
        wish.to = OffsetsWish::To::End;
    } else if (isNumber && !(text.starts_with("+-"))) {
        wish.to = isStep ? OffsetsWish::To::By : OffsetsWish::To::Offset;
        wish.value = number;
    } else if (const auto at = calendarTime(text)) {
        wish.to = OffsetsWish::To::Time;
        wish.value = std::chrono::duration_cast<std::chrono::milliseconds>(*at).count();
    } else {
        return Error{
            ErrorCode::InvalidInput,
            fmt::format("must be beginning, end, an offset, +N or -N records from where it is, or a time "
                        "such as 2026-11-21T18:00:00Z, is '{}'",
                        text),
            "--to"};
    }
    return {};
}

Result<OffsetsWish> offsetsWishOf(const Arguments& arguments) {
    OffsetsWish wish{.group = QString::fromStdString(arguments.files[1]),
                     .topic = QString::fromStdString(arguments.files[2])};
    wish.dryRun = !arguments.has("--send");
    if (!arguments.has("--to"))
        return Error{ErrorCode::InvalidInput,
                     "is missing: beginning, end, an offset, +N, -N or a time such as 2026-11-21T18:00:00Z",
                     "--to"};
    if (const auto target = takeTarget(arguments.value("--to"), wish); !target)
        return target.error();
    for (const QString& part :
         QString::fromStdString(arguments.value("--partition")).split(u',', Qt::SkipEmptyParts)) {
        bool isNumber = false;
        wish.partitions << part.toInt(&isNumber);
        if (!isNumber || wish.partitions.back() < 0)
            return Error{ErrorCode::InvalidInput,
                         fmt::format("must be numbers from 0 with commas between them, is '{}'",
                                     arguments.value("--partition")),
                         "--partition"};
    }
    return wish;
}

void print(const OffsetsResult& result, const OffsetsWish& wish, bool moved) {
    const OffsetsAccount account(result.moves);
    TextTable table(
        {{"partition"}, {"now"}, {"then"}, {"first"}, {"end"}, {"again"}, {"skipped"}, {"", false}});
    for (const OffsetsMove& move : result.moves) {
        const OffsetsAccount one({move});
        table.add({std::to_string(move.partition), move.now < 0 ? "none" : std::to_string(move.now),
                   std::to_string(move.then), std::to_string(move.first), std::to_string(move.end),
                   one.again > 0 ? std::to_string(one.again) : "",
                   one.skipped > 0 ? std::to_string(one.skipped) : "",
                   move.held ? "as far as there are records" : ""});
    }
    if (!table.empty())
        fmt::print("{}", table.text());
    if (!result.known)
        fmt::print("The cluster knows no group {}: it would begin there.\n", wish.group.toStdString());
    if (result.members > 0)
        fmt::print("{} has {} member{} that read{} now: stop {} first.\n", wish.group.toStdString(),
                   result.members, result.members == 1 ? "" : "s", result.members == 1 ? "s" : "",
                   result.members == 1 ? "it" : "them");
    fmt::print("{} {} read again, {} {} skipped\n", account.again, moved ? "will be" : "would be",
               account.skipped, moved ? "are" : "would be");
    if (!moved && result.members == 0)
        fmt::print("Nothing was changed; add --send to do it\n");
}

Json jsonOf(const OffsetsResult& result, const OffsetsWish& wish) {
    const OffsetsAccount account(result.moves);
    Json moves = Json::array();
    for (const OffsetsMove& move : result.moves)
        moves.push_back({{"partition", move.partition},
                         {"now", move.now < 0 ? Json() : Json(move.now)},
                         {"then", move.then},
                         {"first", move.first},
                         {"end", move.end}});
    return {{"dryRun", wish.dryRun}, {"partitions", moves},    {"members", result.members},
            {"known", result.known}, {"again", account.again}, {"skipped", account.skipped}};
}

int offsets(const Arguments& arguments) {
    const Result<OffsetsWish> wish = offsetsWishOf(arguments);
    if (!wish)
        return complain(wish.error());
    BrokerSession session;
    const auto changes = session.changes(arguments.files.front(), !wish->dryRun);
    if (!changes)
        return complain(changes.error());
    const OffsetsResult result = (*changes)->moveOffsets(*wish);
    const bool failed = result.problem.kind != BrokerProblem::Kind::None;
    if (failed && result.moves.isEmpty())
        return complain(Error{ErrorCode::InputOutput, result.problem.text().toStdString(), {}});
    if (arguments.has("--json"))
        fmt::print("{}\n", jsonOf(result, *wish).dump(2));
    else
        print(result, *wish, !wish->dryRun && !failed);
    if (failed)
        complain(Error{ErrorCode::InputOutput, result.problem.text().toStdString(), {}});
    return failed || result.members > 0 ? kFailed : kWell;
}

constexpr std::array<Option, 4> kOffsetsOptions{{
    {"--to", "PLACE", "beginning, end, an offset, +N or -N records from where it is, or a time"},
    {"--partition", "N,N", "only these partitions"},
    {"--send", "", "do it; without it only what would happen is told"},
    {"--json", "", "print JSON instead of text"},
}};

}  // namespace

const Command& offsetsCommand() {
    static const Command command{"offsets",
                                 "ADDRESS GROUP TOPIC --to PLACE [--partition N,N] [--send]",
                                 "Move where a consumer group reads on: kafka://HOST",
                                 kOffsetsOptions,
                                 3,
                                 3,
                                 offsets};
    return command;
}

}  // namespace sluice::cli
