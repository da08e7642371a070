#include "app/cli/report.h"

#include <fmt/format.h>

#include <algorithm>

#include "app/cli/alertreport.h"
#include "app/cli/plural.h"
#include "app/cli/texttable.h"

namespace sluice::cli {
namespace {

std::string count(std::uint64_t value) {
    return value == 0 ? std::string() : std::to_string(value);
}

std::string rate(std::uint64_t value, Duration over) {
    return value == 0 || over <= Duration::zero()
               ? std::string()
               : fmt::format("{:.3g}", static_cast<double>(value) / seconds(over));
}

std::string percentile(const Histogram& histogram, double fraction) {
    return histogram.count() == 0 ? std::string() : describeDuration(histogram.percentile(fraction));
}

/// The one histogram that says most about an element of that kind: waiting at a queue, work at a service.
const Histogram& timesOf(const ElementOutcome& one) {
    if (one.freshness.count() > 0)
        return one.freshness;
    if (one.roundTrip.count() > 0)
        return one.roundTrip;
    return one.service.count() > 0 ? one.service : one.wait;
}

std::string_view timesName(const ElementOutcome& one) {
    const Histogram& times = timesOf(one);
    if (times.count() == 0)
        return {};
    if (&times == &one.freshness)
        return "freshness";
    if (&times == &one.roundTrip)
        return "round trip";
    return &times == &one.service ? "work" : "wait";
}

bool isLink(const Diagram& diagram, const ElementOutcome& one) {
    return diagram.findLink(one.id) != nullptr;
}

std::string nameOf(const ElementOutcome& one) {
    return one.name.empty() ? one.id : one.name;
}

std::string elementTable(const Diagram& diagram, const FinishedRun& run) {
    TextTable table({{"element", false},
                     {"kind", false},
                     {"in"},
                     {"out"},
                     {"/s"},
                     {"depth"},
                     {"max"},
                     {"busy"},
                     {"failed"},
                     {"retried"},
                     {"dead"},
                     {"late"},
                     {"lost"},
                     {"", false},
                     {"p50"},
                     {"p95"},
                     {"p99"}});
    for (const ElementOutcome& one : run.outcome.elements) {
        if (isLink(diagram, one) || one.kind == "note")
            continue;
        const Histogram& times = timesOf(one);
        const std::uint64_t in = one.kind == "client" ? one.created : one.in;
        const bool holds = one.kind == "queue";
        table.add({nameOf(one), one.kind, count(in), count(one.out), rate(in, run.scenario.until),
                   holds ? std::to_string(one.depth) : std::string(), count(one.maxDepth),
                   one.busy < 0.005 ? std::string() : fmt::format("{:.2f}", one.busy), count(one.failed),
                   count(one.retried), count(one.deadLettersTotal()), count(one.lateArrivals),
                   count(one.lost), std::string(timesName(one)), percentile(times, 0.5),
                   percentile(times, 0.95), percentile(times, 0.99)});
    }
    return table.empty() ? std::string() : "Elements\n" + table.text() + "\n";
}

std::string flowTable(const Diagram& diagram, const FinishedRun& run) {
    TextTable table({{"flow", false},
                     {"kind", false},
                     {"moved"},
                     {"/s"},
                     {"lag"},
                     {"max lag"},
                     {"timeouts"},
                     {"late answers"},
                     {"lost"},
                     {"", false},
                     {"p50"},
                     {"p95"},
                     {"p99"}});
    for (const ElementOutcome& one : run.outcome.elements) {
        if (!isLink(diagram, one))
            continue;
        const Histogram& times = timesOf(one);
        table.add({nameOf(one), one.kind, count(one.in), rate(one.in, run.scenario.until), count(one.depth),
                   count(one.maxDepth), count(one.timeouts), count(one.lateAnswers), count(one.lost),
                   std::string(timesName(one)), percentile(times, 0.5), percentile(times, 0.95),
                   percentile(times, 0.99)});
    }
    return table.empty() ? std::string() : "Flows\n" + table.text() + "\n";
}

std::string causes(const ElementOutcome& one) {
    std::string text;
    for (int i = 0; i < kFailureKindCount; ++i) {
        if (one.deadLetters[static_cast<std::size_t>(i)] > 0)
            text += fmt::format(
                "{}{} {}", text.empty() ? "" : ", ", one.deadLetters[static_cast<std::size_t>(i)],
                i == 0 ? std::string_view("expired or over a limit") : kindName(static_cast<FailureKind>(i)));
    }
    return text;
}

std::string incidentLines(const FinishedRun& run) {
    std::string text;
    for (const ElementOutcome& one : run.outcome.elements) {
        if (one.deadLettersTotal() > 0)
            text += fmt::format("  dead letters, {}: {}{}\n", nameOf(one), causes(one),
                                one.redriven > 0 ? fmt::format("; {} redriven", one.redriven) : "");
        if (one.lateArrivals > 0)
            text += fmt::format("  late arrivals, {}: {}\n", nameOf(one), one.lateArrivals);
        if (one.timeouts > 0 || one.lateAnswers > 0)
            text += fmt::format("  timeouts, {}: {}, of which {} answered later\n", nameOf(one), one.timeouts,
                                one.lateAnswers);
    }
    return text.empty() ? text : "Incidents\n" + text + "\n";
}

std::string expectationLines(const FinishedRun& run) {
    std::string text;
    for (const Judgement& judgement : run.judgements)
        text +=
            fmt::format("  {}  {}{}\n", judgement.met ? "met   " : "FAILED", judgement.sentence,
                        judgement.expectation.note.empty() ? "" : " (" + judgement.expectation.note + ")");
    return text.empty() ? text : "Expectations\n" + text + "\n";
}

Json timesJson(const Histogram& histogram) {
    return {{"count", histogram.count()},
            {"mean", seconds(histogram.mean())},
            {"p50", seconds(histogram.percentile(0.5))},
            {"p95", seconds(histogram.percentile(0.95))},
            {"p99", seconds(histogram.percentile(0.99))},
            {"max", seconds(histogram.maximum())}};
}

Json outcomeJson(const ElementOutcome& one, Duration over) {
    Json json{{"id", one.id},
              {"name", one.name},
              {"kind", one.kind},
              {"created", one.created},
              {"in", one.in},
              {"out", one.out},
              {"rate", over > Duration::zero() ? static_cast<double>(one.in) / seconds(over) : 0.0},
              {"failed", one.failed},
              {"retried", one.retried},
              {"redelivered", one.redelivered},
              {"discarded", one.discarded},
              {"lost", one.lost},
              {"lateArrivals", one.lateArrivals},
              {"timeouts", one.timeouts},
              {"lateAnswers", one.lateAnswers},
              {"redriven", one.redriven},
              {"refused", one.refused},
              {"deferred", one.deferred},
              {"done", one.done},
              {"depth", one.depth},
              {"maxDepth", one.maxDepth},
              {"openIncidents", one.openIncidents},
              {"busy", one.busy}};
    Json letters = Json::object();
    for (int i = 0; i < kFailureKindCount; ++i) {
        if (one.deadLetters[static_cast<std::size_t>(i)] > 0)
            letters[std::string(kindName(static_cast<FailureKind>(i)))] =
                one.deadLetters[static_cast<std::size_t>(i)];
    }
    json["deadLetters"] = {{"total", one.deadLettersTotal()}, {"causes", letters}};
    if (one.wait.count() > 0)
        json["wait"] = timesJson(one.wait);
    if (one.service.count() > 0)
        json["service"] = timesJson(one.service);
    if (one.roundTrip.count() > 0)
        json["roundTrip"] = timesJson(one.roundTrip);
    if (one.freshness.count() > 0)
        json["freshness"] = timesJson(one.freshness);
    return json;
}

std::string_view severityName(Severity severity) {
    switch (severity) {
        case Severity::Error:
            return "error";
        case Severity::Warning:
            return "warning";
        case Severity::Hint:
            return "hint";
    }
    return {};
}

}  // namespace

std::string describe(const Diagram& diagram, const FinishedRun& run) {
    const Scenario& scenario = run.scenario;
    const ElementOutcome& system = run.outcome.system;
    std::string text =
        fmt::format("{}: {}\n", diagram.name, scenario.name.empty() ? scenario.id : scenario.name);
    text += fmt::format("  {} simulated until {}, seed {}, {}\n", describeDuration(run.outcome.ended),
                        describeDuration(scenario.until), run.seed, plural(run.outcome.events, "event"));
    text += fmt::format("  users: {} done, {} refused, {} told that it is handled later\n\n", system.done,
                        system.refused, system.deferred);
    text += elementTable(diagram, run) + flowTable(diagram, run) + incidentLines(run) +
            describeAlerts(run.alerts, *run.table) + expectationLines(run);
    return text + "Fingerprint " + fingerprintText(run.fingerprint) + "\n";
}

Json toJson(const Diagram& diagram, const FinishedRun& run) {
    Json json{{"diagram", diagram.name},
              {"scenario", run.scenario.id},
              {"seed", run.seed},
              {"until", seconds(run.scenario.until)},
              {"ended", seconds(run.outcome.ended)},
              {"events", run.outcome.events},
              {"fingerprint", fingerprintText(run.fingerprint)},
              {"met", run.met()},
              {"system", outcomeJson(run.outcome.system, run.scenario.until)},
              {"elements", Json::array()},
              {"links", Json::array()},
              {"alerts", alertsToJson(run.alerts, *run.table)},
              {"expectations", Json::array()}};
    for (const ElementOutcome& one : run.outcome.elements)
        json[isLink(diagram, one) ? "links" : "elements"].push_back(outcomeJson(one, run.scenario.until));
    for (const Judgement& judgement : run.judgements) {
        const Expectation& expectation = judgement.expectation;
        json["expectations"].push_back({{"metric", expectation.metric},
                                        {"of", expectation.target},
                                        {"is", expectation.comparison},
                                        {"value", expectation.value},
                                        {"met", judgement.met},
                                        {"sentence", judgement.sentence}});
    }
    return json;
}

std::string describe(const std::vector<Finding>& findings) {
    std::string text;
    for (const Finding& finding : findings)
        text +=
            fmt::format("  {}  {}{}\n           {}\n", padded(severityName(finding.severity), 7, false),
                        finding.where.empty() ? "" : finding.where + ": ", finding.sentence, finding.mend);
    return text;
}

Json toJson(const std::vector<Finding>& findings) {
    Json json = Json::array();
    for (const Finding& finding : findings)
        json.push_back({{"severity", severityName(finding.severity)},
                        {"rule", finding.rule},
                        {"subject", finding.subject},
                        {"where", finding.where},
                        {"sentence", finding.sentence},
                        {"mend", finding.mend}});
    return json;
}

std::string summary(const std::vector<Finding>& findings) {
    std::string text;
    for (const Severity severity : {Severity::Error, Severity::Warning, Severity::Hint}) {
        const auto n = std::count_if(findings.begin(), findings.end(),
                                     [&](const Finding& finding) { return finding.severity == severity; });
        if (n > 0)
            text +=
                (text.empty() ? "" : ", ") + plural(static_cast<std::uint64_t>(n), severityName(severity));
    }
    return text.empty() ? "no findings" : text;
}

}  // namespace sluice::cli
