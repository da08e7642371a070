#include "core/report/incidentreport.h"

#include <fmt/format.h>

#include <algorithm>
#include <map>
#include <unordered_map>
#include <unordered_set>

#include "core/base/lettercase.h"
#include "core/incident/causalchain.h"
#include "core/metrics/outcome.h"
#include "core/share/masking.h"
#include "core/trace/blockindex.h"
#include "core/trace/eventfields.h"
#include "core/trace/payload.h"

namespace sluice {
namespace {

constexpr std::size_t kMostIncidents = 20;  ///< told in full
constexpr std::size_t kMostMessages = 10;   ///< of an incident, told in full
constexpr std::size_t kMostRows = 200;      ///< of a table
constexpr std::size_t kMostKeys = 20;

/// To the millisecond: what people compare.
std::string moment(TraceTime time) {
    return formatDuration(std::chrono::round<std::chrono::milliseconds>(time));
}

void replaceAll(std::string& text, std::string_view what, std::string_view by) {
    for (std::size_t at = 0; !what.empty() && (at = text.find(what, at)) != std::string::npos;
         at += by.size())
        text.replace(at, what.size(), by);
}

class ReportWriter {
public:
    ReportWriter(const Diagram& diagram, const Scenario* scenario, const TraceStore& store,
                 const ReportScope& scope)
        : m_diagram(diagram), m_scenario(scenario), m_store(store), m_table(store.table()), m_scope(scope) {
        m_from = std::max(scope.from, TraceTime::zero());
        m_to = std::min(scope.to, store.horizon());
    }

    Result<ReportDocument> write() {
        if (m_to < m_from)
            return Error{ErrorCode::InvalidInput,
                         fmt::format("the range ends at {}, before it begins at {}", formatDuration(m_to),
                                     formatDuration(m_from)),
                         {}};
        collect();
        m_report.title = m_table.diagram.empty() ? "Incident report" : "Incident report: " + m_table.diagram;
        summarize();
        tellTimeline();
        for (std::size_t i = 0; i < std::min(m_incidents.size(), kMostIncidents); ++i)
            tellIncident(i);
        if (m_incidents.size() > kMostIncidents)
            say(fmt::format("{} more incidents are not told here.", m_incidents.size() - kMostIncidents));
        tellRedrives();
        tellExpectations();
        return std::move(m_report);
    }

private:
    /// One pass over the trace: incidents, what users were told, what was redriven, faults.
    void collect() {
        IncidentCollector incidents(m_store.sharedTable());
        OutcomeCollector outcome(m_store.sharedTable());
        const Sequence end = m_store.lowerBound(m_to == TraceTime::max() ? m_to : m_to + TraceTime(1));
        const bool whole = end >= m_store.size();
        for (Sequence at = 0; at < end; at += kBlockEvents) {
            const std::vector<TraceEvent> events =
                m_store.read(at, std::min<Sequence>(at + kBlockEvents, end));
            incidents.accept(events, events.back().at);
            outcome.accept(events, whole ? m_store.horizon() : events.back().at);
            for (const TraceEvent& event : events)
                note(event);
        }
        outcome.finish({});
        m_outcome = outcome.outcome();
        for (Incident& incident : incidents.incidents()) {
            const bool asked = m_scope.queue == kNoEntity || incident.queue == m_scope.queue;
            if (asked && incident.last >= m_from)
                m_incidents.push_back(std::move(incident));
        }
        std::stable_sort(m_incidents.begin(), m_incidents.end(),
                         [](const Incident& a, const Incident& b) { return a.opened < b.opened; });
    }

    void note(const TraceEvent& event) {
        switch (event.kind) {
            case EventKind::UserInformed:
                m_told[event.message] = event;
                return;
            case EventKind::Redriven:
                if (event.at >= m_from)
                    m_redriven.push_back(event);
                return;
            case EventKind::ActionBegan:
            case EventKind::ActionEnded:
            case EventKind::InstanceStopped:
            case EventKind::InstanceStarted:
                if (event.at >= m_from)
                    m_marks.push_back(event);
                return;
            default:
                return;
        }
    }

    void say(std::string text) { m_report.blocks.emplace_back(ReportParagraph{std::move(text)}); }
    void head(int level, std::string text) {
        m_report.blocks.emplace_back(ReportHeading{level, std::move(text)});
    }

    [[nodiscard]] std::string nameOf(EntityId id) const {
        if (id >= m_table.entities.size())
            return "the system";
        const Entity& entity = m_table.entities[id];
        return entity.name.empty() ? entity.id : entity.name;
    }

    [[nodiscard]] std::string typeOf(const MessageInfo& message) const {
        return message.type < m_table.types.size() ? m_table.types[message.type].id : std::string();
    }

    [[nodiscard]] std::string keyOf(std::uint16_t type, std::int64_t key) const {
        const bool masked =
            key >= 0 && type < m_table.types.size() &&
            std::any_of(m_scope.masks.begin(), m_scope.masks.end(), [&](const std::string& name) {
                return lowered(name) == lowered(m_table.types[type].keyField);
            });
        return masked ? "***" : m_table.keyText(type, key);
    }

    void summarize() {
        head(2, "Summary");
        std::uint64_t died = 0;
        std::uint64_t waiting = 0;
        std::uint64_t open = 0;
        for (const Incident& incident : m_incidents) {
            died += incident.count;
            waiting += incident.waiting;
            open += incident.state == IncidentState::Open ? 1 : 0;
        }
        if (m_incidents.empty())
            say(fmt::format("No message died between {} and {}.", describeDuration(m_from),
                            describeDuration(m_to)));
        else
            say(fmt::format(
                "{} died in {}, the first at {} and the last at {}. At the end {} still {}, and {} open.",
                counted(died, "message"), counted(m_incidents.size(), "incident"),
                moment(m_incidents.front().opened), moment(lastDeath()),
                waiting == 0 ? "none of them" : counted(waiting, "dead letter"),
                waiting <= 1 ? "waits" : "wait",
                open == 0   ? "no incident is"
                : open == 1 ? "1 incident is"
                            : fmt::format("{} incidents are", open)));
        ReportTable table{{"", ""}, {}};
        const auto row = [&table](std::string name, std::string value) {
            if (!value.empty())
                table.rows.push_back({std::move(name), std::move(value)});
        };
        row("Drawing", m_table.diagram);
        row("Scenario", m_table.scenario);
        row("Time", fmt::format("{} to {}", moment(m_from), moment(m_to)));
        row("Events", std::to_string(m_outcome.events));
        row("Messages", std::to_string(m_outcome.system.created));
        row("Late arrivals", std::to_string(m_outcome.system.lateArrivals));
        row("Timeouts", std::to_string(m_outcome.system.timeouts));
        row("Seed", std::to_string(m_table.seed));
        table.head = {"What", "Figure"};
        m_report.blocks.emplace_back(std::move(table));
        if (m_scenario && !m_scenario->note.empty())
            say(m_scenario->note);
    }

    [[nodiscard]] TraceTime lastDeath() const {
        TraceTime last{};
        for (const Incident& incident : m_incidents)
            last = std::max(last, incident.last);
        return last;
    }

    static std::string counted(std::uint64_t count, std::string_view what) {
        return fmt::format("{} {}{}", count, what, count == 1 ? "" : "s");
    }

    /// "slow down User repository": what a scenario's action is.
    [[nodiscard]] std::string actionText(const TraceEvent& event) const {
        if (!m_scenario || event.detail >= m_scenario->actions.size())
            return nameOf(event.subject);
        std::string kind;
        for (const char c : kindName(m_scenario->actions[event.detail].kind)) {
            if (c >= 'A' && c <= 'Z')
                kind += {' ', static_cast<char>(c - 'A' + 'a')};
            else
                kind += c;
        }
        std::string text = event.subject == kNoEntity ? kind : kind + ' ' + nameOf(event.subject);
        // Who did it by hand.
        const Json* const by = m_scenario->actions[event.detail].properties.find("by");
        if (by && by->is_string() && !by->get<std::string>().empty())
            text += ", by " + by->get<std::string>();
        return text;
    }

    void tellTimeline() {
        std::vector<std::pair<TraceTime, std::string>> rows;
        for (const TraceEvent& mark : m_marks) {
            if (mark.kind == EventKind::ActionBegan)
                rows.emplace_back(mark.at, "Begins: " + actionText(mark));
            else if (mark.kind == EventKind::ActionEnded)
                rows.emplace_back(mark.at, "Ends: " + actionText(mark));
            else
                rows.emplace_back(mark.at,
                                  fmt::format("Instance {} of {} {}", mark.peer + 1, nameOf(mark.subject),
                                              mark.kind == EventKind::InstanceStopped ? "stops" : "starts"));
        }
        for (const Incident& incident : m_incidents) {
            rows.emplace_back(incident.opened, "First dead letter: " + incident.sentence);
            if (incident.last > incident.opened)
                rows.emplace_back(incident.last, "Last of them in " + nameOf(incident.queue));
        }
        if (!m_redriven.empty())
            rows.emplace_back(m_redriven.front().at,
                              fmt::format("Redrive begins from {}", nameOf(m_redriven.front().subject)));
        for (const ExcerptNote& one : m_scope.notes) {
            if (one.at >= m_from && one.at <= m_to)
                rows.emplace_back(one.at, one.text.empty() ? one.title : one.title + ": " + one.text);
        }
        if (rows.empty())
            return;
        std::stable_sort(rows.begin(), rows.end(),
                         [](const auto& a, const auto& b) { return a.first < b.first; });
        head(2, "Timeline");
        ReportTable table{{"Time", "What happened"}, {}};
        for (std::size_t i = 0; i < std::min(rows.size(), kMostRows); ++i)
            table.rows.push_back({moment(rows[i].first), rows[i].second});
        m_report.blocks.emplace_back(std::move(table));
        if (rows.size() > kMostRows)
            say(fmt::format("and {} more", rows.size() - kMostRows));
    }

    void tellIncident(std::size_t number) {
        const Incident& incident = m_incidents[number];
        head(2, fmt::format("Incident {}: {}", number + 1, incident.sentence));
        const std::string_view state = incident.state == IncidentState::Open       ? "open"
                                       : incident.state == IncidentState::Redriven ? "redriven"
                                                                                   : "discarded";
        ReportTable table{{"What", "Figure"},
                          {{"State at the end", std::string(state)},
                           {"Died in", nameOf(incident.queue)},
                           {"Reason", std::string(reasonName(incident.reason))},
                           {"Cause", std::string(kindName(incident.cause))},
                           {"First", moment(incident.opened)},
                           {"Last", moment(incident.last)},
                           {"Messages", std::to_string(incident.count)},
                           {"Still waiting", std::to_string(incident.waiting)}}};
        if (incident.deadLetterQueue != kNoEntity)
            table.rows.insert(table.rows.begin() + 2, {"Waits in", nameOf(incident.deadLetterQueue)});
        m_report.blocks.emplace_back(std::move(table));
        m_report.blocks.emplace_back(ReportPicture{
            incident.last,
            fmt::format("The drawing at {}, when the last of these messages died", moment(incident.last))});
        tellCause(incident);
        tellImpact(incident);
        tellMessages(incident);
    }

    void tellCause(const Incident& incident) {
        if (incident.messages.empty())
            return;
        const MessageId first = incident.messages.front();
        const CausalContext context{m_store, &m_diagram, m_scenario};
        const Sequence end = m_store.lowerBound(m_to == TraceTime::max() ? m_to : m_to + TraceTime(1));
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
        if (info && info->key >= 0 && keyOf(info->type, info->key) == "***")
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
                keys.push_back(keyOf(info->type, info->key));
            // What the user heard belongs to the message that began it all.
            if (!asked.insert(info->correlation).second)
                continue;
            const auto it = m_told.find(info->correlation);
            if (it != m_told.end())
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
        for (std::size_t i = 0; i < std::min(incident.messages.size(), kMostRows); ++i) {
            const auto info = m_store.message(incident.messages[i]);
            if (info)
                table.rows.push_back({fmt::format("m-{}", info->id), typeOf(*info),
                                      keyOf(info->type, info->key), moment(info->created),
                                      nameOf(info->creator)});
        }
        m_report.blocks.emplace_back(std::move(table));
        if (incident.count > kMostRows)
            say(fmt::format("and {} more", incident.count - kMostRows));
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

    void tellRedrives() {
        if (m_redriven.empty())
            return;
        head(2, "Redrive log");
        ReportTable table{{"Time", "Message", "From", "To", "Verdict"}, {}};
        for (std::size_t i = 0; i < std::min(m_redriven.size(), kMostRows); ++i) {
            const TraceEvent& event = m_redriven[i];
            table.rows.push_back({moment(event.at), fmt::format("m-{}", event.message), nameOf(event.subject),
                                  event.peer == kNoEntity ? "stays" : nameOf(event.peer),
                                  std::string(reasonOf(event))});
        }
        m_report.blocks.emplace_back(std::move(table));
        if (m_redriven.size() > kMostRows)
            say(fmt::format("and {} more", m_redriven.size() - kMostRows));
    }

    void tellExpectations() {
        if (!m_scenario || m_scenario->expectations.empty() || m_to < m_store.horizon())
            return;
        head(2, "Expectations");
        ReportTable table{{"", "Expectation"}, {}};
        for (const Judgement& judgement : judge(m_outcome, m_scenario->expectations))
            table.rows.push_back({judgement.met ? "met" : "not met", judgement.sentence});
        table.head = {"Verdict", "Expectation"};
        m_report.blocks.emplace_back(std::move(table));
    }

    const Diagram& m_diagram;
    const Scenario* m_scenario;
    const TraceStore& m_store;
    const EntityTable& m_table;
    const ReportScope& m_scope;
    TraceTime m_from{};
    TraceTime m_to{};
    std::vector<Incident> m_incidents;
    std::unordered_map<MessageId, TraceEvent> m_told;
    std::vector<TraceEvent> m_redriven;
    std::vector<TraceEvent> m_marks;
    Outcome m_outcome;
    ReportDocument m_report;
};

}  // namespace

Result<ReportDocument> incidentReport(const Diagram& diagram, const Scenario* scenario,
                                      const TraceStore& store, const ReportScope& scope) {
    return ReportWriter(diagram, scenario, store, scope).write();
}

}  // namespace sluice
