#include "app/cli/sweepreport.h"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>

#include "app/cli/plural.h"
#include "app/cli/runner.h"
#include "app/cli/texttable.h"
#include "core/sweep/values.h"

namespace sluice::cli {
namespace {

/// The property alone where that is enough to tell the variations apart.
std::string headingOf(const SweepPlan& plan, std::size_t variation) {
    const std::string& property = plan.variations[variation].property;
    const auto alike = std::count_if(plan.variations.begin(), plan.variations.end(),
                                     [&](const Variation& other) { return other.property == property; });
    return alike == 1 ? property : plan.variations[variation].name;
}

std::vector<std::string> valueTexts(const SweepPlan& plan, std::size_t setting) {
    std::vector<std::string> texts;
    const std::vector<std::size_t> values = plan.valuesIn(setting);
    for (std::size_t i = 0; i < values.size(); ++i)
        texts.push_back(valueText(plan.variations[i].values[values[i]]));
    return texts;
}

std::string figure(double value, bool duration) {
    if (std::isnan(value))
        return {};
    if (duration)
        return describeDuration(fromSeconds(value));
    return std::floor(value) == value && std::abs(value) < 1e15 ? fmt::format("{:.0f}", value)
                                                                : fmt::format("{:.4g}", value);
}

/// The figures of one column, a setting each; empty when it has nothing to tell.
std::vector<Summary> summariesOf(const SweepPlan& plan, const SweepResult& result, std::size_t column,
                                 bool zeroTells) {
    std::vector<Summary> summaries;
    bool tells = false;
    for (std::size_t setting = 0; setting < plan.settings(); ++setting) {
        summaries.push_back(result.summary(setting, column));
        const Summary& last = summaries.back();
        tells = tells || (last.count > 0 && (zeroTells || last.minimum != 0 || last.maximum != 0));
    }
    return tells ? summaries : std::vector<Summary>();
}

/// The columns [first, last) of one element, link or, together, of all expectations.
std::string sectionText(const SweepPlan& plan, const SweepResult& result, std::size_t first,
                        std::size_t last) {
    const bool expectations = result.columns[first].kind == "expectation";
    std::vector<std::string> headings;
    for (std::size_t i = 0; i < plan.variations.size(); ++i)
        headings.push_back(headingOf(plan, i));
    std::vector<TextTable::Column> columns{{expectations ? "expectation" : "outcome", false}};
    for (const std::string& heading : headings)
        columns.push_back({heading});
    for (const std::string_view title : {"mean", "± 95 %", "p50", "p95", "p99"})
        columns.push_back({title});
    TextTable table(columns);
    for (std::size_t column = first; column < last; ++column) {
        const SweepColumn& of = result.columns[column];
        const std::vector<Summary> summaries = summariesOf(plan, result, column, expectations);
        for (std::size_t setting = 0; setting < summaries.size(); ++setting) {
            const Summary& summary = summaries[setting];
            std::vector<std::string> row{setting > 0 ? std::string() : expectations ? of.name : of.label};
            const std::vector<std::string> values = valueTexts(plan, setting);
            row.insert(row.end(), values.begin(), values.end());
            for (const double value :
                 {summary.mean, summary.halfWidth, summary.p50, summary.p95, summary.p99})
                row.push_back(figure(value, of.duration));
            table.add(std::move(row));
        }
    }
    if (table.empty())
        return {};
    const SweepColumn& of = result.columns[first];
    const std::string title = expectations          ? "Expectations, share of replicas that met them"
                              : of.kind == "system" ? "The whole system"
                                                    : fmt::format("{} ({})", of.name, of.kind);
    return title + "\n" + table.text() + "\n";
}

std::string quoted(const std::string& cell) {
    if (cell.find_first_of(",\"\r\n") == std::string::npos)
        return cell;
    std::string text = "\"";
    for (const char c : cell)
        text += c == '"' ? std::string("\"\"") : std::string(1, c);
    return text + "\"";
}

std::string csvRow(const std::vector<std::string>& cells) {
    std::string row;
    for (std::size_t i = 0; i < cells.size(); ++i)
        row += (i == 0 ? "" : ",") + quoted(cells[i]);
    return row + "\r\n";
}

/// The shortest text that reads back as the same number.
std::string exact(double value) {
    return std::isnan(value) ? std::string() : fmt::format("{}", value);
}

Json number(double value) {
    return std::isnan(value) ? Json() : Json(value);
}

Json outcomeJson(const SweepColumn& of, const Summary& summary) {
    return {{"of", of.subject},
            {"name", of.name},
            {"kind", of.kind},
            {"outcome", of.metric},
            {"unit", of.duration ? "s" : ""},
            {"replicas", summary.count},
            {"mean", number(summary.mean)},
            {"deviation", number(summary.deviation)},
            {"low", number(summary.mean - summary.halfWidth)},
            {"high", number(summary.mean + summary.halfWidth)},
            {"min", number(summary.minimum)},
            {"p50", number(summary.p50)},
            {"p95", number(summary.p95)},
            {"p99", number(summary.p99)},
            {"max", number(summary.maximum)}};
}

}  // namespace

std::string describe(const SweepPlan& plan, const SweepResult& result) {
    const Scenario& scenario = result.scenario;
    std::string text =
        fmt::format("{}: {}\n", plan.diagram.name, scenario.name.empty() ? scenario.id : scenario.name);
    text += fmt::format("  {}, {}, {} simulated each: {}{}\n", plural(plan.settings(), "setting"),
                        plural(plan.seeds.size(), "seed"), describeDuration(scenario.until),
                        plural(result.replicas.size(), "replica"),
                        result.replicas.size() < result.planned
                            ? fmt::format(" of {}, as the study was stopped", result.planned)
                            : "");
    text += "  mean with its 95 % confidence interval, percentiles over the replicas\n\n";
    for (std::size_t first = 0; first < result.columns.size();) {
        const SweepColumn& of = result.columns[first];
        std::size_t last = first + 1;
        while (last < result.columns.size() && result.columns[last].kind == of.kind &&
               (of.kind == "expectation" || result.columns[last].subject == of.subject))
            ++last;
        text += sectionText(plan, result, first, last);
        first = last;
    }
    text.pop_back();
    return text;
}

std::string toCsv(const SweepPlan& plan, const SweepResult& result) {
    std::vector<std::string> heading;
    for (const Variation& variation : plan.variations)
        heading.push_back(variation.name);
    for (const char* name : {"of", "name", "kind", "outcome", "unit", "replicas", "mean", "deviation", "low",
                             "high", "min", "p50", "p95", "p99", "max"})
        heading.emplace_back(name);
    std::string text = csvRow(heading);
    for (std::size_t setting = 0; setting < plan.settings(); ++setting) {
        const std::vector<std::string> values = valueTexts(plan, setting);
        for (std::size_t column = 0; column < result.columns.size(); ++column) {
            const Summary summary = result.summary(setting, column);
            if (summary.count == 0)
                continue;
            const SweepColumn& of = result.columns[column];
            std::vector<std::string> row = values;
            for (const std::string& cell :
                 {of.subject, of.name, of.kind, of.metric, std::string(of.duration ? "s" : ""),
                  std::to_string(summary.count)})
                row.push_back(cell);
            for (const double value : {summary.mean, summary.deviation, summary.mean - summary.halfWidth,
                                       summary.mean + summary.halfWidth, summary.minimum, summary.p50,
                                       summary.p95, summary.p99, summary.maximum})
                row.push_back(exact(value));
            text += csvRow(row);
        }
    }
    return text;
}

Json toJson(const SweepPlan& plan, const SweepResult& result) {
    Json json{{"diagram", plan.diagram.name},
              {"scenario", result.scenario.id},
              {"until", seconds(result.scenario.until)},
              {"planned", result.planned},
              {"finished", result.replicas.size()},
              {"vary", Json::array()},
              {"settings", Json::array()},
              {"replicas", Json::array()}};
    for (const Variation& variation : plan.variations)
        json["vary"].push_back({{"property", variation.name}, {"values", variation.values}});
    for (std::size_t setting = 0; setting < plan.settings(); ++setting) {
        Json one{{"values", Json::object()}, {"outcomes", Json::array()}};
        const std::vector<std::size_t> values = plan.valuesIn(setting);
        for (std::size_t i = 0; i < values.size(); ++i)
            one["values"][plan.variations[i].name] = plan.variations[i].values[values[i]];
        for (std::size_t column = 0; column < result.columns.size(); ++column) {
            const Summary summary = result.summary(setting, column);
            if (summary.count > 0)
                one["outcomes"].push_back(outcomeJson(result.columns[column], summary));
        }
        json["settings"].push_back(std::move(one));
    }
    for (const Replica& replica : result.replicas)
        json["replicas"].push_back({{"setting", replica.setting},
                                    {"seed", replica.seed},
                                    {"events", replica.events},
                                    {"fingerprint", fingerprintText(replica.fingerprint)}});
    return json;
}

}  // namespace sluice::cli
