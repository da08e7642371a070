#include "app/cli/comparereport.h"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>

#include "app/cli/eventlines.h"
#include "app/cli/plural.h"
#include "app/cli/texttable.h"
#include "core/interchange/eventjson.h"

namespace sluice::cli {
namespace {

constexpr std::size_t kShown = 10;  // conversations in the text; JSON has them all

std::string figureText(const FigureChange& change, std::optional<double> value) {
    if (!value)
        return "-";
    return change.duration ? describeDuration(Duration(static_cast<std::int64_t>(*value)))
                           : fmt::format("{:.6g}", *value);
}

std::string changeText(const FigureChange& change) {
    if (!change.left || !change.right)
        return {};
    const double difference = *change.right - *change.left;
    return (difference > 0 ? "+" : "-") + figureText(change, std::abs(difference));
}

const Conversation* conversationAt(const std::vector<Conversation>& all, std::uint32_t index) {
    return index == ConversationPair::kNone ? nullptr : &all[index];
}

std::string sideText(const Conversation* conversation) {
    if (!conversation)
        return "-";
    return fmt::format("m-{} {} after {}", conversation->first, fateName(conversation->fate),
                       describeDuration(conversation->ended - conversation->began));
}

std::string titleOf(const Conversation& conversation, const EntityTable& table) {
    const std::string type =
        conversation.type < table.types.size() ? table.types[conversation.type].id : std::string("message");
    const std::string key = table.keyText(conversation.type, conversation.key);
    return key.empty() ? type : type + " " + key;
}

std::string listed(const std::vector<std::string>& ids) {
    return fmt::format("{}", fmt::join(ids, ", "));
}

std::string describeDivergence(const Comparison& comparison, const EntityTable& left,
                               const EntityTable& right) {
    if (!comparison.divergence)
        return fmt::format("The same in every one of {} events.\n", comparison.left.events);
    const Divergence& divergence = *comparison.divergence;
    const auto side = [&](const std::optional<TraceEvent>& event, const EntityTable& table) {
        return event ? textLine(divergence.sequence, *event, table) : std::string("  (has ended)");
    };
    return fmt::format("Parting at {}, after {}:\n  left  {}\n  right {}\n", describeDuration(divergence.at),
                       plural(divergence.sequence, "equal event"), side(divergence.left, left),
                       side(divergence.right, right));
}

std::string describeConversations(const Comparison& comparison, const EntityTable& left,
                                  const EntityTable& right) {
    std::string text = fmt::format(
        "\nConversations: {} the same, {} went another way, {} only on the left, {} only on the right\n",
        comparison.same, comparison.otherWay, comparison.missingRight, comparison.missingLeft);
    for (int was = 0; was < kFateCount; ++was) {
        for (int is = 0; is < kFateCount; ++is) {
            const std::uint64_t count =
                comparison.fates[static_cast<std::size_t>(was)][static_cast<std::size_t>(is)];
            if (was != is && count > 0)
                text += fmt::format("  {} instead of {}: {}\n", fateName(static_cast<Fate>(is)),
                                    fateName(static_cast<Fate>(was)), count);
        }
    }
    if (comparison.leftTimes.count() > 0)
        text += fmt::format("  from first to last p50 {} and {}, p95 {} and {}; {} slower, {} faster\n",
                            describeDuration(comparison.leftTimes.percentile(0.5)),
                            describeDuration(comparison.rightTimes.percentile(0.5)),
                            describeDuration(comparison.leftTimes.percentile(0.95)),
                            describeDuration(comparison.rightTimes.percentile(0.95)), comparison.slower,
                            comparison.faster);
    if (comparison.different.empty())
        return text;
    TextTable table({{"began"}, {"conversation", false}, {"left", false}, {"right", false}});
    for (std::size_t i = 0; i < std::min(kShown, comparison.different.size()); ++i) {
        const ConversationPair& pair = comparison.different[i];
        const Conversation* one = conversationAt(comparison.leftConversations, pair.left);
        const Conversation* other = conversationAt(comparison.rightConversations, pair.right);
        table.add({describeDuration(one ? one->began : other->began),
                   one ? titleOf(*one, left) : titleOf(*other, right), sideText(one), sideText(other)});
    }
    text += "\n" + table.text();
    if (comparison.different.size() > kShown)
        text += fmt::format("  and {} more\n", comparison.different.size() - kShown);
    return text;
}

Json sideJson(const Conversation* conversation) {
    if (!conversation)
        return nullptr;
    return {{"message", conversation->first},
            {"fate", fateName(conversation->fate)},
            {"began", seconds(conversation->began)},
            {"seconds", seconds(conversation->ended - conversation->began)},
            {"steps", conversation->events}};
}

}  // namespace

std::string describe(const Comparison& comparison, const EntityTable& left, const EntityTable& right) {
    std::string text = describeDivergence(comparison, left, right);
    if (!comparison.onlyLeft.empty())
        text += fmt::format("Only drawn on the left: {}\n", listed(comparison.onlyLeft));
    if (!comparison.onlyRight.empty())
        text += fmt::format("Only drawn on the right: {}\n", listed(comparison.onlyRight));
    if (comparison.identical())
        return text;
    text += describeConversations(comparison, left, right);
    TextTable table({{"element", false}, {"figure", false}, {"left"}, {"right"}, {"change"}});
    for (const FigureChange& change : changesOf(comparison.left, comparison.right))
        table.add({change.name.empty() ? "(system)" : change.name, change.label,
                   figureText(change, change.left), figureText(change, change.right), changeText(change)});
    if (!table.empty())
        text += "\n" + table.text();
    return text;
}

Json toJson(const Comparison& comparison, const EntityTable& left, const EntityTable& right) {
    Json json;
    json["identical"] = comparison.identical();
    if (comparison.divergence) {
        const Divergence& divergence = *comparison.divergence;
        const auto side = [&](const std::optional<TraceEvent>& event, const EntityTable& table) {
            return event ? Json::parse(eventJson(divergence.sequence, *event, table)) : Json();
        };
        json["divergence"] = {{"sequence", divergence.sequence},
                              {"at", seconds(divergence.at)},
                              {"left", side(divergence.left, left)},
                              {"right", side(divergence.right, right)}};
    }
    json["onlyLeft"] = comparison.onlyLeft;
    json["onlyRight"] = comparison.onlyRight;
    json["conversations"] = {{"same", comparison.same},
                             {"otherWay", comparison.otherWay},
                             {"onlyLeft", comparison.missingRight},
                             {"onlyRight", comparison.missingLeft},
                             {"slower", comparison.slower},
                             {"faster", comparison.faster}};
    Json different = Json::array();
    for (const ConversationPair& pair : comparison.different) {
        const Conversation* one = conversationAt(comparison.leftConversations, pair.left);
        const Conversation* other = conversationAt(comparison.rightConversations, pair.right);
        different.push_back({{"conversation", one ? titleOf(*one, left) : titleOf(*other, right)},
                             {"left", sideJson(one)},
                             {"right", sideJson(other)}});
    }
    json["different"] = std::move(different);
    Json figures = Json::array();
    for (const FigureChange& change : changesOf(comparison.left, comparison.right)) {
        const auto value = [&change](std::optional<double> figure) -> Json {
            if (!figure)
                return nullptr;
            return change.duration ? *figure / 1e9 : *figure;
        };
        figures.push_back({{"element", change.subject},
                           {"metric", change.metric},
                           {"left", value(change.left)},
                           {"right", value(change.right)}});
    }
    json["figures"] = std::move(figures);
    return json;
}

}  // namespace sluice::cli
