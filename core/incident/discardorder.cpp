#include "core/incident/discardorder.h"

#include "core/incident/redriveorder.h"

namespace sluice {

Action actionOf(const DiscardOrder& order) {
    Action action;
    action.at = order.at;
    action.kind = ActionKind::Discard;
    action.target = order.queue;
    action.properties.set("messages", order.messages);
    const auto tell = [&action](const char* key, const std::string& text) {
        if (!text.empty())
            action.properties.set(key, text);
    };
    tell("by", order.by);
    tell("when", order.when);
    tell("why", order.why);
    return action;
}

std::optional<DiscardOrder> discardOrderOf(const Action& action) {
    auto messages = messagesByHand(action);
    if (action.kind != ActionKind::Discard || !messages)
        return std::nullopt;
    return DiscardOrder{action.target,
                        action.at,
                        std::move(*messages),
                        action.properties.text("by"),
                        action.properties.text("when"),
                        action.properties.text("why")};
}

}  // namespace sluice
