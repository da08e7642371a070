#include "core/sequence/sequencetext.h"

#include <fmt/format.h>

#include <algorithm>

#include "core/base/duration.h"

namespace sluice {
namespace {

/// Hops and marks in the order in which a reader meets them; at one time, in the trace's order.
struct Step {
    TraceTime at{};
    Sequence sequence = 0;
    const Hop* hop = nullptr;
    const SequenceMark* mark = nullptr;
};

std::vector<Step> stepsOf(const SequenceDiagram& diagram) {
    std::vector<Step> steps;
    for (const Hop& hop : diagram.hops)
        steps.push_back({hop.received, hop.sequence, &hop, nullptr});
    for (const SequenceMark& mark : diagram.marks)
        steps.push_back({mark.at, mark.sequence, nullptr, &mark});
    std::ranges::stable_sort(steps, [](const Step& a, const Step& b) { return a.sequence < b.sequence; });
    return steps;
}

/// Both languages take a name for the arrows and a text to show; only the name must be plain.
std::string alias(std::uint32_t lifeline) {
    return fmt::format("p{}", lifeline + 1);
}

/// One line without the signs that end a text in either language.
std::string plain(std::string text) {
    for (char& c : text) {
        if (c == '\n' || c == '\r' || c == ';' || c == '#' || c == '"' || c == '<' || c == '>')
            c = ' ';
    }
    return text;
}

}  // namespace

std::string describe(const Hop& hop, const EntityTable& table) {
    std::string text = hop.type < table.types.size() ? table.types[hop.type].id : std::string("message");
    text += fmt::format(" m-{}", hop.message);
    if (hop.kind == HopKind::Delivery && hop.waited > Duration::zero())
        text += ", waited " + describeDuration(hop.waited);
    if (!hop.reason.empty())
        text += ", " + hop.reason;
    if (hop.cause != FailureKind::None)
        text += fmt::format(", {}", kindName(hop.cause));
    if ((hop.flags & eventflag::Late) != 0)
        text += ", late";
    if ((hop.flags & eventflag::Redelivered) != 0)
        text += ", redelivered";
    return text;
}

std::string describe(const SequenceMark& mark) {
    std::string text = fmt::format("{} m-{}", kindName(mark.kind), mark.message);
    if (!mark.reason.empty())
        text += ": " + mark.reason;
    if (mark.cause != FailureKind::None)
        text += fmt::format("{} {}", mark.reason.empty() ? ":" : ",", kindName(mark.cause));
    return text;
}

std::string toMermaid(const SequenceDiagram& diagram, const EntityTable& table) {
    std::string text = "sequenceDiagram\n";
    for (std::uint32_t i = 0; i < diagram.lifelines.size(); ++i)
        text += fmt::format("    participant {} as {}\n", alias(i), plain(diagram.lifelines[i].name));
    for (const Step& step : stepsOf(diagram)) {
        const std::string at = describeDuration(step.at);
        if (step.mark) {
            text += fmt::format("    Note over {}: {} {}\n", alias(step.mark->lifeline), at,
                                plain(describe(*step.mark)));
            continue;
        }
        const Hop& hop = *step.hop;
        const std::string words = plain(describe(hop, table));
        if (hop.to == Hop::kNowhere) {
            text += fmt::format("    {0}-x{0}: {1} {2}\n", alias(hop.from), at, words);
            continue;
        }
        // ->> synchronous, -->> an answer, -) asynchronous, -x ended in the dead-letter queue.
        const char* arrow = hop.kind == HopKind::Call || hop.kind == HopKind::Access ? "->>"
                            : hop.kind == HopKind::Answer                            ? "-->>"
                            : hop.kind == HopKind::DeadLetter                        ? "-x"
                                                                                     : "-)";
        text += fmt::format("    {}{}{}: {} {}\n", alias(hop.from), arrow, alias(hop.to), at, words);
    }
    return text;
}

std::string toPlantUml(const SequenceDiagram& diagram, const EntityTable& table) {
    std::string text = "@startuml\n";
    for (std::uint32_t i = 0; i < diagram.lifelines.size(); ++i) {
        const EntityId entity = diagram.lifelines[i].entity;
        const ElementKind kind =
            entity < table.entities.size() ? table.entities[entity].elementKind : ElementKind::Service;
        const char* shape = kind == ElementKind::Client                                   ? "actor"
                            : kind == ElementKind::Queue || kind == ElementKind::Topic    ? "queue"
                            : kind == ElementKind::Table || kind == ElementKind::Database ? "database"
                                                                                          : "participant";
        text += fmt::format("{} \"{}\" as {}\n", shape, plain(diagram.lifelines[i].name), alias(i));
    }
    for (const Step& step : stepsOf(diagram)) {
        const std::string at = describeDuration(step.at);
        if (step.mark) {
            text += fmt::format("note over {}: {} {}\n", alias(step.mark->lifeline), at,
                                plain(describe(*step.mark)));
            continue;
        }
        const Hop& hop = *step.hop;
        const std::string words = plain(describe(hop, table));
        if (hop.to == Hop::kNowhere) {
            text += fmt::format("{} ->x] : {} {}\n", alias(hop.from), at, words);
            continue;
        }
        const char* arrow = hop.kind == HopKind::Call || hop.kind == HopKind::Access ? "->"
                            : hop.kind == HopKind::Answer                            ? "-->"
                            : hop.kind == HopKind::DeadLetter                        ? "-[#D55E00]>"
                                                                                     : "->>";
        text += fmt::format("{} {} {} : {} {}\n", alias(hop.from), arrow, alias(hop.to), at, words);
    }
    return text + "@enduml\n";
}

}  // namespace sluice
