#include <fmt/format.h>

#include <array>

#include "app/cli/alertoptions.h"
#include "app/cli/alertreport.h"
#include "app/cli/command.h"
#include "app/cli/eventlines.h"
#include "app/cli/livereport.h"
#include "app/cli/notesreport.h"
#include "app/cli/optionvalues.h"
#include "app/cli/plural.h"
#include "app/cli/replayexport.h"
#include "app/cli/report.h"
#include "app/cli/statereport.h"
#include "app/cli/whyreport.h"
#include "core/alerts/alertrules.h"
#include "core/engine/fingerprint.h"
#include "core/interchange/eventjson.h"
#include "core/query/eventmatcher.h"
#include "core/record/recording.h"
#include "core/trace/blockindex.h"
#include "core/trace/closedrange.h"

namespace sluice::cli {
namespace {

/// The run as it was, from its events alone.
FinishedRun outcomeOf(const Recording& recording) {
    const TraceStore& store = *recording.store;
    const Fingerprint fingerprint(store.table());
    OutcomeCollector collector(store.sharedTable());
    FinishedRun run;
    AlertList alerts;
    run.fingerprint = Fingerprint::kEmpty;
    for (Sequence from = 0; from < store.size(); from += kBlockEvents) {
        const std::vector<TraceEvent> events = store.read(from, from + kBlockEvents);
        // With other rules it would be the same run.
        std::vector<TraceEvent> happened = events;
        std::erase_if(happened, [](const TraceEvent& event) { return isAlert(event.kind); });
        run.fingerprint = fingerprint.after(run.fingerprint, happened);
        for (std::size_t i = 0; i < events.size(); ++i)
            alerts.apply(from + i, events[i]);
        const bool last = from + kBlockEvents >= store.size();
        collector.accept(events, last ? store.horizon() : events.back().at);
    }
    collector.finish(store.outcome());
    run.scenario = recording.header.scenario;
    run.seed = recording.header.seed;
    run.outcome = collector.outcome();
    run.judgements = judge(run.outcome, run.scenario.expectations);
    run.alerts = alerts.alerts();
    run.table = store.sharedTable();
    return run;
}

int printEvents(const Recording& recording, const std::string& text, bool json) {
    auto query = EventQuery::parse(text);
    if (!query)
        return complain(Error{query.error().code,
                              fmt::format("{}: {}", query.error().where, query.error().sentence),
                              "--events"});
    EventMatcher matcher(std::move(*query), recording.store);
    const TraceStore& store = *recording.store;
    store.visit(0, store.size(), [&](Sequence sequence, const TraceEvent& event) {
        if (matcher.matches(event))
            fmt::print("{}\n", json ? eventJson(sequence, event, store.table())
                                    : textLine(sequence, event, store.table()));
        return std::ferror(stdout) == 0;
    });
    return kWell;
}

/// The alerts that the recording holds, or those that other rules would have raised.
int printAlerts(const Recording& recording, const std::vector<AlertRule>& rules, bool json) {
    const TraceStore& store = *recording.store;
    EntityTable table = store.table();
    std::vector<Alert> alerts;
    if (rules.empty()) {
        alerts = alertsIn(store);
    } else {
        Diagram asked;
        addAlertRules(asked, rules);
        alerts = alertsBy(asked, store, table);
    }
    if (json)
        fmt::print("{}\n", alertsToJson(alerts, table).dump(2, ' ', false, Json::error_handler_t::replace));
    else
        fmt::print("{}",
                   alerts.empty() ? std::string("No alert was raised\n") : describeAlerts(alerts, table));
    return !rules.empty() && isAlarming(alerts, 0) ? kFailed : kWell;
}

/// Who stops watching gives the connection up, which is the last event: how it stood before.
SystemState lastKnown(const TraceStore& store) {
    const bool givenUp = store.size() > 0 && store.at(store.size() - 1).kind == EventKind::ConnectionLost;
    return store.stateAt(givenUp ? store.at(store.size() - 1).at - std::chrono::nanoseconds(1)
                                 : store.horizon());
}

/// Of a live broker nothing was simulated: how it stood in the end.
int printLive(const Recording& recording, const LiveAccount& account, bool json) {
    const TraceStore& store = *recording.store;
    const std::vector<Alert> alerts = alertsIn(store);
    const bool lost = account.state.contact == Contact::Lost;
    if (json) {
        fmt::print("{}\n", Json{{"seconds", seconds(store.horizon())},
                                {"connected", !lost},
                                {"alerts", alertsToJson(alerts, store.table())},
                                {"elements", liveToJson(account, store.table())}}
                               .dump(2, ' ', false, Json::error_handler_t::replace));
        return kWell;
    }
    fmt::print("{}: watched live for {}, {}{}\n{}{}", recording.header.diagram.name,
               describeDuration(store.horizon()), plural(store.size(), "event"),
               lost ? "; the connection was lost in the end" : "", describeLive(account, store.table()),
               alerts.empty() ? std::string() : describeAlerts(alerts, store.table()));
    return kWell;
}

/// What the recording is asked for.
int answer(const Recording& recording, const Arguments& arguments, std::optional<TraceTime> at) {
    const bool json = arguments.has("--json");
    const TraceStore& store = *recording.store;
    if (arguments.has("--export"))
        return exportRecording(recording, arguments);
    if (arguments.has("--report"))
        return reportOnRecording(recording, arguments);
    if (arguments.has("--sequence"))
        return sequenceOfRecording(recording, arguments);
    if (arguments.has("--alert")) {
        const auto rules = alertRulesOf(arguments, recording.header.diagram);
        return rules ? printAlerts(recording, *rules, json) : complain(rules.error());
    }
    if (arguments.has("--alerts"))
        return printAlerts(recording, {}, json);
    if (arguments.has("--notes"))
        return printNotes(recording, json);
    if (arguments.has("--incidents"))
        return printIncidents(recording, firstAfter(store, at.value_or(TraceTime::max())), json);
    if (arguments.has("--events"))
        return printEvents(recording, arguments.value("--events"), json);
    if (arguments.has("--why"))
        return printWhy(recording, arguments.value("--why"), at, json);
    if (at) {
        const SystemState state = store.stateAt(*at);
        fmt::print(
            "{}",
            json ? stateJson(state, store.table()).dump(2, ' ', false, Json::error_handler_t::replace) + '\n'
                 : describeState(state, store.table()));
        return kWell;
    }
    if (SystemState last = lastKnown(store); last.contact != Contact::None)
        return printLive(recording, liveAccountOf(store, std::move(last)), json);
    const FinishedRun run = outcomeOf(recording);
    if (json)
        fmt::print("{}\n",
                   toJson(recording.header.diagram, run).dump(2, ' ', false, Json::error_handler_t::replace));
    else
        fmt::print("{}", describe(recording.header.diagram, run));
    return run.met() ? kWell : kFailed;
}

int replay(const Arguments& arguments) {
    const std::string& file = arguments.files.front();
    if (arguments.has("--events") && (arguments.has("--at") || arguments.has("--why")))
        return complain(
            Error{ErrorCode::InvalidInput,
                  fmt::format("give {} or --events, not both", arguments.has("--at") ? "--at" : "--why"),
                  {}});
    const auto at = durationOf(arguments, "--at");
    if (!at)
        return complain(at.error());
    const auto recording = openRecording(file);
    if (!recording)
        return complain(file, recording.error());
    for (const Error& warning : recording->warnings)
        fmt::print(stderr, "sluice-cli: {}\n",
                   warning.where == file ? warning.text() : file + ": " + warning.text());
    const int status = answer(*recording, arguments, *at);
    // Last, since a damaged part of a large recording shows only when it is read.
    for (const TimeRange& gap : recording->store->gaps())
        fmt::print(
            stderr,
            "sluice-cli: {}: the recording is damaged: what happened from {} to {} cannot be read and is "
            "left out; the rest is as it was\n",
            file, formatDuration(gap.from), formatDuration(gap.to));
    return status;
}

constexpr auto kReplayOptions = std::to_array<Option>({
    {"--at", "TIME", "print the state at this time of the run instead of the outcome, such as 90s"},
    {"--why", "MESSAGE",
     "print why a message, such as m-17, is where it is, at the end or at --at: backwards to the client"},
    {"--events", "QUERY", "print the events that the query holds for, a line each; '' prints all"},
    {"--export", "OUT",
     "write a file instead; its ending decides what: html plays the run in a browser; svg, png and pdf show "
     "--at; gif, webp, mp4, webm, and with --from or --to svg, move; frame-####.png is a picture a frame; "
     "csv, jsonl and otlp.json hold the events"},
    {"--report", "OUT", "write an incident report instead: md, html or pdf"},
    {"--sequence", "OUT",
     "write a sequence diagram instead: svg, mmd (Mermaid) or puml (PlantUML), of --message or of --from and "
     "--to"},
    {"--message", "MESSAGE", "sequence diagrams: this message, such as m-17, and all that its client caused"},
    {"--fold", "", "sequence diagrams: what is in one group stands together"},
    {"--notes", "", "print the bookmarks, the story, the watches and what people said of incidents"},
    {"--incidents", "",
     "print the incidents, at the end or at --at: state, whom they touch, what is out of order"},
    {"--alerts", "", "print the alerts that were raised"},
    {"--alert", "RULE",
     "print the alerts that this rule would have raised, such as 'queue:orders depth > 1000 for 30s'; may be "
     "repeated; exit status 1 when there is one"},
    {"--from", "TIME", "the export begins at this time of the run"},
    {"--to", "TIME", "the export ends at this time of the run"},
    {"--mask", "NAME,...", "fields and headers whose values are not told in the export"},
    {"--fps", "N", "animations: frames a second, 1 to 120; 25 by default"},
    {"--speed", "N", "animations: seconds of the run a second; 1 by default"},
    {"--size", "WxH", "animations: pixels, instead of --scale"},
    {"--theme", "THEME", "pictures: light, dark or contrast; light by default"},
    {"--scale", "N", "pictures: pixels a canvas unit, 0.05 to 16; 2 by default"},
    {"--page", "PAGE", "PDF: fit, a4, a3 or letter; fit by default"},
    {"--transparent", "", "SVG and PNG: no background"},
    {"--select", "ID,...", "pictures: only these elements and groups, and the links between them"},
    {"--json", "", "print JSON instead of tables, a line an event; durations are in seconds"},
});

}  // namespace

const Command& replayCommand() {
    static const Command command{
        "replay",
        "FILE.sluicerec [--at TIME] [--why MESSAGE | --events QUERY] [--export OUT] [--json]",
        "Tell from a recording what happened",
        kReplayOptions,
        1,
        1,
        replay};
    return command;
}

}  // namespace sluice::cli
