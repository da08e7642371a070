#include "core/report/incidentreport.h"

#include <fmt/format.h>

#include <algorithm>
#include <map>
#include <unordered_set>

#include "core/incident/causalchain.h"
#include "core/metrics/outcome.h"
#include "core/report/redrivelog.h"
#include "core/report/reportevidence.h"
#include "core/report/reportnames.h"
#include "core/share/masking.h"
#include "core/trace/closedrange.h"
#include "core/trace/eventfields.h"
#include "core/trace/payload.h"

namespace sluice {
namespace {

constexpr std::size_t kMostIncidents = 20;  ///< told in full
constexpr std::size_t kMostMessages = 10;   ///< of an incident, told in full
constexpr std::size_t kMostKeys = 20;

void replaceAll(std::string& text, std::string_view what, std::string_view by) {
    for (std::size_t at = 0; !what.empty() && (at = text.find(what, at)) != std::string::npos;
         at += by.size())
        text.replace(at, what.size(), by);
}

class ReportWriter {
public:
    ReportWriter(const Diagram& diagram, const Scenario* scenario, const TraceStore& store,
                 const ReportScope& scope, const ReportEvidence& evidence)
        : m_diagram(diagram),
          m_scenario(scenario),
          m_store(store),
          m_table(store.table()),
          m_scope(scope),
          m_evidence(evidence),
          m_names{m_table, scope.masks} {}

    ReportDocument write() {
        m_report.title = m_table.diagram.empty() ? "Incident report" : "Incident report: " + m_table.diagram;
        summarize();
        tellTimeline();
        const std::vector<Incident>& incidents = m_evidence.incidents;
        for (std::size_t i = 0; i < std::min(incidents.size(), kMostIncidents); ++i)
            tellIncident(i);
        if (incidents.size() > kMostIncidents)
            say(fmt::format("{} more incidents are not told here.", incidents.size() - kMostIncidents));
        tellRedrives(m_report, m_evidence.redriven, m_store, m_scenario, m_scope.masks);
        tellExpectations();
        return std::move(m_report);
    }

private:
    void say(std::string text) { m_report.blocks.emplace_back(ReportParagraph{std::move(text)}); }
    void head(int level, std::string text) {
        m_report.blocks.emplace_back(ReportHeading{level, std::move(text)});
    }

    void summarize() {
        head(2, "Summary");
        std::uint64_t died = 0;
        std::uint64_t waiting = 0;
        for (const Incident& incident : m_evidence.incidents) {
            died += incident.count;
            waiting += incident.waiting;
        }
        if (m_evidence.incidents.empty())
            say(fmt::format("No message died between {} and {}.", describeDuration(m_evidence.from),
                            describeDuration(m_evidence.to)));
        else
            say(fmt::format(
                "{} died in {}, the first at {} and the last at {}. At the end {} still {}; incidents: {}.",
                counted(died, "message"), counted(m_evidence.incidents.size(), "incident"),
                moment(m_evidence.incidents.front().opened), moment(lastDeath()),
                waiting == 0 ? "none of them" : counted(waiting, "dead letter"),
                waiting <= 1 ? "waits" : "wait", countedStates()));
        ReportTable table{{"", ""}, {}};
        const auto row = [&table](std::string name, std::string value) {
            if (!value.empty())
                table.rows.push_back({std::move(name), std::move(value)});
        };
        row("Drawing", m_table.diagram);
        row("Scenario", m_table.scenario);
        row("Time", fmt::format("{} to {}", moment(m_evidence.from), moment(m_evidence.to)));
        row("Events", std::to_string(m_evidence.outcome.events));
        row("Messages", std::to_string(m_evidence.outcome.system.created));
        row("Late arrivals", std::to_string(m_evidence.outcome.system.lateArrivals));
        row("Timeouts", std::to_string(m_evidence.outcome.system.timeouts));
        row("Seed", std::to_string(m_table.seed));
        table.head = {"What", "Figure"};
        m_report.blocks.emplace_back(std::move(table));
        if (m_scenario && !m_scenario->note.empty())
            say(m_scenario->note);
    }

    [[nodiscard]] TraceTime lastDeath() const {
        TraceTime last{};
        for (const Incident& incident : m_evidence.incidents)
            last = std::max(last, incident.last);
        return last;
    }

    /// "1 open, 2 redriven".
    [[nodiscard]] std::string countedStates() const {
        std::string text;
        for (const IncidentState state : {IncidentState::Open, IncidentState::Acknowledged,
                                          IncidentState::Redriven, IncidentState::Discarded}) {
            const auto count =
                std::count_if(m_evidence.incidents.begin(), m_evidence.incidents.end(),
                              [state](const Incident& incident) { return incident.state == state; });
            if (count > 0)
                text += fmt::format("{}{} {}", text.empty() ? "" : ", ", count, stateName(state));
        }
        return text;
    }

    static std::string counted(std::uint64_t count, std::string_view what) {
        return fmt::format("{} {}{}", count, what, count == 1 ? "" : "s");
    }

    /// "slow down User repository": what a scenario's action is.
    [[nodiscard]] std::string actionText(const TraceEvent& event) const {
        if (!m_scenario || event.detail >= m_scenario->actions.size())
            return m_names.of(event.subject);
        std::string kind;
        for (const char c : kindName(m_scenario->actions[event.detail].kind)) {
            if (c >= 'A' && c <= 'Z')
                kind += {' ', static_cast<char>(c - 'A' + 'a')};
            else
                kind += c;
        }
        std::string text = event.subject == kNoEntity ? kind : kind + ' ' + m_names.of(event.subject);
        // Who did it by hand.
        const Json* const by = m_scenario->actions[event.detail].properties.find("by");
        if (by && by->is_string() && !by->get<std::string>().empty())
            text += ", by " + by->get<std::string>();
        return text;
    }

    [[nodiscard]] std::string alertText(const TraceEvent& event) const {
        const std::string rule = event.peer < m_table.alerts.size() ? m_table.alerts[event.peer].name
                                                                    : std::to_string(event.peer + 1);
        return fmt::format("Alert {}: {} ({}{})", event.kind == EventKind::AlertRaised ? "raised" : "cleared",
                           rule, reasonOf(event),
                           event.subject == kNoEntity ? "" : ", " + m_names.of(event.subject));
    }

    void tellTimeline() {
        std::vector<std::pair<TraceTime, std::string>> rows;
        for (const TraceEvent& mark : m_evidence.marks) {
            if (mark.kind == EventKind::ActionBegan)
                rows.emplace_back(mark.at, "Begins: " + actionText(mark));
            else if (mark.kind == EventKind::ActionEnded)
                rows.emplace_back(mark.at, "Ends: " + actionText(mark));
            else if (isAlert(mark.kind))
                rows.emplace_back(mark.at, alertText(mark));
            else
                rows.emplace_back(mark.at,
                                  fmt::format("Instance {} of {} {}", mark.peer + 1, m_names.of(mark.subject),
                                              mark.kind == EventKind::InstanceStopped ? "stops" : "starts"));
        }
        for (const Incident& incident : m_evidence.incidents) {
            rows.emplace_back(incident.opened, "First dead letter: " + incident.sentence);
            if (incident.last > incident.opened)
                rows.emplace_back(incident.last, "Last of them in " + m_names.of(incident.queue));
        }
        for (const auto& [kind, words] :
             {std::pair(EventKind::Redriven, "Redrive begins from {}"),
              std::pair(EventKind::Discarded, "Dead letters of {} are discarded")}) {
            const auto first =
                std::find_if(m_evidence.redriven.begin(), m_evidence.redriven.end(),
                             [wanted = kind](const TraceEvent& one) { return one.kind == wanted; });
            if (first != m_evidence.redriven.end())
                rows.emplace_back(first->at, fmt::format(fmt::runtime(words), m_names.of(first->subject)));
        }
        for (const ExcerptNote& one : m_scope.notes) {
            if (one.at >= m_evidence.from && one.at <= m_evidence.to)
                rows.emplace_back(one.at, one.text.empty() ? one.title : one.title + ": " + one.text);
        }
        if (rows.empty())
            return;
        std::stable_sort(rows.begin(), rows.end(),
                         [](const auto& a, const auto& b) { return a.first < b.first; });
        head(2, "Timeline");
        ReportTable table{{"Time", "What happened"}, {}};
        for (std::size_t i = 0; i < std::min(rows.size(), kMostReportRows); ++i)
            table.rows.push_back({moment(rows[i].first), rows[i].second});
        m_report.blocks.emplace_back(std::move(table));
        if (rows.size() > kMostReportRows)
            say(fmt::format("and {} more", rows.size() - kMostReportRows));
    }

    void tellIncident(std::size_t number) {
        const Incident& incident = m_evidence.incidents[number];
        head(2, fmt::format("Incident {}: {}", number + 1, incident.sentence));
        ReportTable table{{"What", "Figure"},
                          {{"State at the end", std::string(stateName(incident.state))},
                           {"Died in", m_names.of(incident.queue)},
                           {"Reason", std::string(reasonName(incident.reason))},
                           {"Cause", std::string(kindName(incident.cause))},
                           {"First", moment(incident.opened)},
                           {"Last", moment(incident.last)},
                           {"Messages", std::to_string(incident.count)},
                           {"Still waiting", std::to_string(incident.waiting)}}};
        if (incident.deadLetterQueue != kNoEntity)
            table.rows.insert(table.rows.begin() + 2, {"Waits in", m_names.of(incident.deadLetterQueue)});
        m_report.blocks.emplace_back(std::move(table));
        m_report.blocks.emplace_back(ReportPicture{
            incident.last,
            fmt::format("The drawing at {}, when the last of these messages died", moment(incident.last))});
        tellMarks(incident);
        tellCause(incident);
        tellImpact(incident);
        tellMessages(incident);
    }

    /// Who said what of it.
    void tellMarks(const Incident& incident) {
        ReportTable table{{"When", "By", "State", "Time of the run", "Why"}, {}};
        for (const IncidentMark& mark : m_scope.states.marksOf(incident))
            table.rows.push_back(
                {mark.when, mark.by, std::string(stateName(mark.state)), moment(mark.at), mark.why});
        if (table.rows.empty())
            return;
        head(3, "What people did");
        m_report.blocks.emplace_back(std::move(table));
    }

    void tellCause(const Incident& incident) {
        if (incident.messages.empty())
            return;
        const MessageId first = incident.messages.front();
        const CausalContext context{m_store, &m_diagram, m_scenario};
        const Sequence end = firstAfter(m_store, m_evidence.to);
        // Of the place where it waits: a copy that went on elsewhere has a story of its own.
        CausalChain chain = causalChain(context, first, incident.deadLetterQueue, end);
        if (chain.steps.empty())
            chain = causalChain(context, first, kNoEntity, end);
        if (chain.steps.empty())
            return;
        head(3, "Cause");
        say(fmt::format("How m-{} came to be here, from the beginning:", first));
        ReportList list;
        list.numbered = true;
        for (auto step = chain.steps.rbegin(); step != chain.steps.rend(); ++step) {
            hideKey(*step);
            const CausalRuleText rule = textOf(step->rule);
            list.items.push_back(
                fmt::format("{}: {}. {} ({})", moment(step->at), step->text, rule.sentence, rule.source));
        }
        m_report.blocks.emplace_back(std::move(list));
        if (!chain.complete)
            say("Further back the trace does not lead to a client.");
    }

    /// Where a message's key is masked, a sentence of the chain does not tell it either.
    void hideKey(CausalStep& step) const {
        const auto info = m_store.message(step.message);
        if (info && info->key >= 0 && m_names.key(info->type, info->key) == "***")
            replaceAll(step.text, m_table.keyText(info->type, info->key), "***");
    }

    void tellImpact(const Incident& incident) {
        head(3, "Impact");
        std::map<UserOutcome, std::uint64_t> told;
        std::unordered_set<MessageId> asked;
        std::vector<std::string> keys;
        std::unordered_set<std::int64_t> seen;
        for (const MessageId id : incident.messages) {
            const auto info = m_store.message(id);
            if (!info)
                continue;
            if (info->key >= 0 && seen.insert(info->key).second && keys.size() < kMostKeys)
                keys.push_back(m_names.key(info->type, info->key));
            // What the user heard belongs to the message that began it all.
            if (!asked.insert(info->correlation).second)
                continue;
            const auto it = m_evidence.told.find(info->correlation);
            if (it != m_evidence.told.end())
                ++told[static_cast<UserOutcome>(it->second.detail)];
        }
        std::uint64_t heard = 0;
        for (const auto& [outcome, count] : told)
            heard += count;
        ReportList list;
        if (!seen.empty())
            list.items.push_back(fmt::format("{} touched{}: {}{}", counted(incident.keys.size(), "key"),
                                             incident.keys.size() >= 1000 ? " or more" : "",
                                             fmt::join(keys, ", "),
                                             incident.keys.size() > keys.size() ? ", …" : ""));
        list.items.push_back(fmt::format(
            "{} behind them: {} told that it is done, {} refused, {} told that it will be handled later, "
            "{} told of a failure, {} told nothing",
            counted(asked.size(), "request"), told[UserOutcome::Done], told[UserOutcome::Refused],
            told[UserOutcome::Deferred], told[UserOutcome::Failed], asked.size() - heard));
        m_report.blocks.emplace_back(std::move(list));
    }

    void tellMessages(const Incident& incident) {
        head(3, "Messages");
        ReportTable table{{"Message", "Type", "Key", "Created", "By"}, {}};
        for (std::size_t i = 0; i < std::min(incident.messages.size(), kMostReportRows); ++i) {
            const auto info = m_store.message(incident.messages[i]);
            if (info)
                table.rows.push_back({fmt::format("m-{}", info->id), m_names.type(info->type),
                                      m_names.key(info->type, info->key), moment(info->created),
                                      m_names.of(info->creator)});
        }
        m_report.blocks.emplace_back(std::move(table));
        if (incident.count > kMostReportRows)
            say(fmt::format("and {} more", incident.count - kMostReportRows));
        for (std::size_t i = 0; i < std::min(incident.messages.size(), kMostMessages); ++i) {
            const auto info = m_store.message(incident.messages[i]);
            if (!info)
                continue;
            Payload payload = payloadOf(*info, m_table);
            mask(payload.body, m_scope.masks);
            mask(payload.headers, m_scope.masks);
            const auto text = [](const nlohmann::ordered_json& json) {
                return json.dump(2, ' ', false, nlohmann::ordered_json::error_handler_t::replace);
            };
            m_report.blocks.emplace_back(
                ReportCode{fmt::format("m-{}\n{}\n{}", info->id, text(payload.headers), text(payload.body))});
        }
    }

    void tellExpectations() {
        if (!m_scenario || m_scenario->expectations.empty() || m_evidence.to < m_store.horizon())
            return;
        head(2, "Expectations");
        ReportTable table{{"", "Expectation"}, {}};
        for (const Judgement& judgement : judge(m_evidence.outcome, m_scenario->expectations))
            table.rows.push_back({judgement.met ? "met" : "not met", judgement.sentence});
        table.head = {"Verdict", "Expectation"};
        m_report.blocks.emplace_back(std::move(table));
    }

    const Diagram& m_diagram;
    const Scenario* m_scenario;
    const TraceStore& m_store;
    const EntityTable& m_table;
    const ReportScope& m_scope;
    const ReportEvidence& m_evidence;
    const ReportNames m_names;
    ReportDocument m_report;
};

}  // namespace

Result<ReportDocument> incidentReport(const Diagram& diagram, const Scenario* scenario,
                                      const TraceStore& store, const ReportScope& scope) {
    const auto evidence = collectEvidence(store, scope);
    if (!evidence)
        return evidence.error();
    return ReportWriter(diagram, scenario, store, scope, *evidence).write();
}

}  // namespace sluice
