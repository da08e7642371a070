#include <fmt/format.h>

#include <array>

#include "app/cli/command.h"
#include "app/cli/comparereport.h"
#include "app/cli/interrupt.h"
#include "app/cli/progressline.h"
#include "core/record/recording.h"

namespace sluice::cli {
namespace {

Result<Alignment> alignmentOf(const Arguments& arguments) {
    const std::string by = arguments.has("--align") ? arguments.value("--align") : "order";
    if (by == "order")
        return Alignment::ByOrder;
    if (by == "time")
        return Alignment::ByTime;
    return Error{ErrorCode::InvalidInput, fmt::format("must be order or time, is '{}'", by), "--align"};
}

Result<Recording> opened(const std::string& file) {
    auto recording = openRecording(file);
    if (recording) {
        for (const Error& warning : recording->warnings)
            fmt::print(stderr, "sluice-cli: {}\n",
                       warning.where == file ? warning.text() : file + ": " + warning.text());
    }
    return recording;
}

int compareRecordings(const Arguments& arguments) {
    const auto alignment = alignmentOf(arguments);
    if (!alignment)
        return complain(alignment.error());
    const auto left = opened(arguments.files[0]);
    if (!left)
        return complain(arguments.files[0], left.error());
    const auto right = opened(arguments.files[1]);
    if (!right)
        return complain(arguments.files[1], right.error());

    const Interrupt interrupt;
    ProgressLine line;
    CompareOptions options;
    options.alignment = *alignment;
    const auto compared = compare(
        *left->store, *right->store, options,
        [&line](double share) {
            if (line.isDue())
                line.show(share, "compared");
        },
        interrupt.token());
    if (!compared) {
        complain(compared.error());
        return interrupt.happened() ? kInterrupted : kUnusable;
    }
    const EntityTable& leftTable = left->store->table();
    const EntityTable& rightTable = right->store->table();
    if (arguments.has("--json"))
        fmt::print(
            "{}\n",
            toJson(*compared, leftTable, rightTable).dump(2, ' ', false, Json::error_handler_t::replace));
    else
        fmt::print("{}", describe(*compared, leftTable, rightTable));
    return compared->identical() ? kWell : kFailed;
}

constexpr std::array<Option, 2> kCompareOptions{{
    {"--align", "order|time",
     "which conversations belong together: the first to the first (order, unless told), or those that began "
     "nearest to each other"},
    {"--json", "", "print JSON instead of tables; durations are in seconds"},
}};

}  // namespace

const Command& compareCommand() {
    static const Command command{"compare",
                                 "LEFT.sluicerec RIGHT.sluicerec [--align order|time] [--json]",
                                 "Tell where two recordings part, and what became of it",
                                 kCompareOptions,
                                 2,
                                 2,
                                 compareRecordings};
    return command;
}

}  // namespace sluice::cli
