#include "core/incident/redriveorder.h"

#include <algorithm>

namespace sluice {
namespace {

const Json* arrayOf(const Properties& properties, std::string_view key) {
    const Json* value = properties.find(key);
    return value && value->is_array() ? value : nullptr;
}

}  // namespace

Action actionOf(const RedriveOrder& order) {
    Action action;
    action.at = order.at;
    action.kind = ActionKind::Redrive;
    action.target = order.queue;
    action.properties.set("messages", order.messages);
    if (order.all)
        action.properties.set("all", true);
    if (order.rate > 0)
        action.properties.set("rate", order.rate);
    if (!order.by.empty())
        action.properties.set("by", order.by);
    if (!order.when.empty())
        action.properties.set("when", order.when);
    Json edits = Json::array();
    // The body as text: its fields keep their order.
    for (const PayloadEdit& edit : order.edits)
        edits.push_back({{"message", edit.message}, {"body", edit.body.dump()}});
    if (!edits.empty())
        action.properties.set("edits", std::move(edits));
    return action;
}

std::optional<std::vector<MessageId>> messagesByHand(const Action& action) {
    const Json* chosen = arrayOf(action.properties, "messages");
    if ((action.kind != ActionKind::Redrive && action.kind != ActionKind::Discard) || !chosen)
        return std::nullopt;
    std::vector<MessageId> messages;
    for (const Json& id : *chosen) {
        if (id.is_number_unsigned())
            messages.push_back(id.get<MessageId>());
    }
    return messages;
}

std::optional<RedriveOrder> redriveOrderOf(const Action& action) {
    auto messages = messagesByHand(action);
    if (action.kind != ActionKind::Redrive || !messages)
        return std::nullopt;
    RedriveOrder order;
    order.messages = std::move(*messages);
    order.queue = action.target;
    order.at = action.at;
    order.by = action.properties.text("by");
    order.when = action.properties.text("when");
    if (const Json* all = action.properties.find("all"); all && all->is_boolean())
        order.all = all->get<bool>();
    if (const Json* rate = action.properties.find("rate"); rate && rate->is_number())
        order.rate = rate->get<double>();
    if (const Json* edits = arrayOf(action.properties, "edits")) {
        for (const Json& edit : *edits) {
            if (!edit.is_object() || !edit.contains("message") || !edit["message"].is_number_unsigned() ||
                !edit.contains("body") || !edit["body"].is_string())
                continue;
            auto body =
                nlohmann::ordered_json::parse(edit["body"].get_ref<const std::string&>(), nullptr, false);
            if (!body.is_discarded())
                order.edits.push_back({edit["message"].get<MessageId>(), std::move(body)});
        }
    }
    return order;
}

Diagram withoutInterventions(Diagram diagram) {
    for (Scenario& scenario : diagram.scenarios)
        std::erase_if(scenario.actions,
                      [](const Action& action) { return messagesByHand(action).has_value(); });
    return diagram;
}

std::vector<PayloadChange> payloadChanges(const Scenario& scenario, MessageId message) {
    std::vector<PayloadChange> changes;
    for (const Action& action : scenario.actions) {
        const auto order = redriveOrderOf(action);
        if (!order)
            continue;
        for (const PayloadEdit& edit : order->edits) {
            if (edit.message == message)
                changes.push_back({edit, order->at, order->by, order->when});
        }
    }
    std::stable_sort(changes.begin(), changes.end(),
                     [](const PayloadChange& a, const PayloadChange& b) { return a.at < b.at; });
    return changes;
}

}  // namespace sluice
