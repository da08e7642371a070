#include "core/engine/topology/topologycompiler.h"

#include <fmt/format.h>

#include <algorithm>

namespace sluice {
namespace {

/// Who redrives or discards by hand chooses messages, and may edit those that go back (RedriveOrder).
void readChosen(ActionPlan& plan) {
    const Json* messages = plan.action.properties.find("messages");
    plan.byHand = messages && messages->is_array();
    if (!plan.byHand)
        return;
    const auto add = [](std::vector<MessageId>& to, const Json& id) {
        if (id.is_number_unsigned())
            to.push_back(id.get<MessageId>());
    };
    for (const Json& id : *messages)
        add(plan.messages, id);
    std::sort(plan.messages.begin(), plan.messages.end());
    const Json* edits = plan.action.properties.find("edits");
    if (!edits || !edits->is_array())
        return;
    for (const Json& edit : *edits) {
        if (const auto id = edit.is_object() ? edit.find("message") : edit.end(); id != edit.end())
            add(plan.edited, *id);
    }
    std::sort(plan.edited.begin(), plan.edited.end());
}

}  // namespace

Result<void> TopologyCompiler::addActions() {
    for (std::size_t i = 0; i < m_topology.scenario.actions.size(); ++i) {
        const Action& action = m_topology.scenario.actions[i];
        const PropertyReader read(action.kind, action.properties);
        ActionPlan plan;
        plan.action = action;
        if (const auto element = m_elementIndex.find(action.target); element != m_elementIndex.end())
            plan.element = element->second;
        else if (const auto link = m_linkIndex.find(action.target); link != m_linkIndex.end())
            plan.link = link->second;
        else if (action.kind != ActionKind::BrokerDown)
            return Error{
                ErrorCode::NotFound,
                fmt::format("'{}' has no target '{}' in the drawing", kindName(action.kind), action.target),
                fmt::format("scenarios[{}].actions[{}].target", scenarioIndex(), i)};
        if (read.has("duration"))
            plan.duration = read.duration("duration");
        switch (action.kind) {
            case ActionKind::Stop:
            case ActionKind::Start:
                plan.instance = read.clamped<std::int32_t>("instance", -1, 65535);
                break;
            case ActionKind::SlowDown:
                plan.factor = std::max(0.0, read.number("factor"));
                break;
            case ActionKind::Fail:
                plan.failure = failureNamed(read.text("failure"));
                plan.probability = read.number("probability");
                break;
            case ActionKind::Drop:
            case ActionKind::Duplicate:
            case ActionKind::Poison:
                plan.probability = read.number("probability");
                break;
            case ActionKind::Delay:
            case ActionKind::Reorder:
                plan.delay = read.duration("delay");
                break;
            case ActionKind::Burst:
                plan.count = read.clamped<std::uint32_t>("count", 0, 10'000'000);
                break;
            case ActionKind::Redrive:
                plan.all = read.flag("all");
                plan.rate = read.number("rate");
                readChosen(plan);
                break;
            case ActionKind::Discard:
                readChosen(plan);
                break;
            case ActionKind::Set:
                if (auto checked = checkSet(plan); !checked)
                    return Error{checked.error().code, checked.error().sentence,
                                 fmt::format("scenarios[{}].actions[{}].key", scenarioIndex(), i)};
                break;
            case ActionKind::Cut:
            case ActionKind::BrokerDown:
                break;
        }
        m_topology.actions.push_back(std::move(plan));
    }
    return {};
}

/// A run can change a client's rate and message type; anything else is a scenario's override.
Result<void> TopologyCompiler::checkSet(const ActionPlan& plan) const {
    const Json* key = plan.action.properties.find("key");
    const std::string name = key && key->is_string() ? key->get<std::string>() : std::string();
    const bool client = plan.element != kNone && m_diagram.elements[plan.element].kind == ElementKind::Client;
    if (client && (name == "rate" || name == "message"))
        return {};
    return Error{
        ErrorCode::Unsupported,
        fmt::format("'set' can change the rate or the message of a client while it runs, not '{}' of '{}'; "
                    "use the scenario's overrides",
                    name, plan.action.target),
        {}};
}

std::size_t TopologyCompiler::scenarioIndex() const {
    for (std::size_t i = 0; i < m_diagram.scenarios.size(); ++i) {
        if (m_diagram.scenarios[i].id == m_topology.scenario.id)
            return i;
    }
    return 0;
}

}  // namespace sluice
