#include "core/engine/topology/topologycompiler.h"

#include <fmt/format.h>

#include <algorithm>

namespace sluice {

void TopologyCompiler::addLink(std::uint32_t i) {
    const Link& link = m_diagram.links[i];
    const PropertyReader read(link.kind, link.properties);
    LinkPlan plan;
    plan.entity = static_cast<EntityId>(m_diagram.elements.size() + i);
    plan.kind = link.kind;
    plan.from = m_elementIndex.at(link.from);
    plan.to = m_elementIndex.at(link.to);
    plan.source = m_topology.elements[plan.from];
    plan.target = m_topology.elements[plan.to];
    plan.latency = read.distribution("latency");
    plan.instant = plan.latency == Distribution::constant(Duration::zero());
    const bool consumes = link.kind == LinkKind::Consume;
    if (link.kind == LinkKind::Publish) {
        plan.type = typeNamed(read.text("message"), 0xffff);
        plan.mandatory = read.flag("mandatory");
        plan.awaitConfirm = read.flag("awaitConfirm");
        plan.confirms = plan.awaitConfirm || read.flag("confirms");
        plan.persistent = read.flag("persistent");
        plan.retries = read.clamped<std::uint32_t>("retries", 0, 1000);
        if (const Json* headers = link.properties.find("headers"); headers && headers->is_object())
            plan.headers = *headers;
        if (read.has("priority"))
            plan.priority = read.clamped<std::int32_t>("priority", 0, 255);
        if (read.has("expiration"))
            plan.expiration = read.duration("expiration");
    }
    if (link.kind == LinkKind::Publish || link.kind == LinkKind::Bind || link.kind == LinkKind::DeadLetter)
        plan.routingKey = read.text("routingKey");
    if (consumes) {
        if (read.has("ackTimeout"))
            plan.ackTimeout = read.duration("ackTimeout");
        plan.prefetch = read.clamped<std::uint32_t>("prefetch", 0, 65535);
        plan.autoAck = read.flag("autoAck");
        plan.consumerPriority = read.clamped<std::int32_t>("priority", -1'000'000, 1'000'000);
        plan.exclusive = read.flag("exclusive");
        plan.requeue = read.flag("requeue");
        plan.backoffFactor = std::max(1.0, read.number("backoffFactor"));
        plan.backoffMax = read.duration("backoffMax");
        plan.jitter = read.flag("jitter");
        plan.autoCommit = read.flag("autoCommit");
        plan.latest = read.text("autoOffsetReset") == "latest";
        const std::string assignor = read.text("assignor");
        plan.assignor = assignor == "roundRobin"          ? Assignor::RoundRobin
                        : assignor == "sticky"            ? Assignor::Sticky
                        : assignor == "cooperativeSticky" ? Assignor::CooperativeSticky
                                                          : Assignor::Range;
    }
    if (consumes || link.kind == LinkKind::Call) {
        plan.retries = read.clamped<std::uint32_t>("retries", 0, 1'000'000);
        plan.backoff = read.duration("backoff");
    }
    if (link.kind == LinkKind::Call && read.has("timeout"))
        plan.timeout = read.duration("timeout");
    m_topology.links.push_back(std::move(plan));
}

/// Tells the two ends of a link that it is there.
void TopologyCompiler::attachLink(std::uint32_t i) {
    LinkPlan& link = m_topology.links[i];
    const PlanRef from = m_topology.elements[link.from];
    const PlanRef to = m_topology.elements[link.to];
    switch (link.kind) {
        case LinkKind::Publish:
        case LinkKind::Call:
            if (from.kind == ElementKind::Client && from.index != kNone)
                m_topology.clients[from.index].links.push_back(i);
            break;
        case LinkKind::Reply:
            if (from.kind == ElementKind::Service && from.index != kNone)
                m_topology.services[from.index].replyLink = i;
            break;
        case LinkKind::Consume:
            if (to.kind != ElementKind::Service || to.index == kNone)
                break;
            if (from.kind == ElementKind::Queue)
                m_topology.queues[from.index].consumers.push_back(i);
            else if (from.kind == ElementKind::Topic)
                m_topology.topics[from.index].groups.push_back(i);
            m_topology.services[to.index].consumes.push_back(i);
            break;
        case LinkKind::Materialize:
            if (from.kind == ElementKind::Topic && to.index != kNone) {
                m_topology.topics[from.index].groups.push_back(i);
                m_topology.stores[to.index].materializedBy = i;
            }
            break;
        case LinkKind::DeadLetter: {
            Json& arguments = m_topology.queues[from.index].arguments;
            if (to.kind == ElementKind::Queue) {
                arguments["x-dead-letter-exchange"] = "";
                arguments["x-dead-letter-routing-key"] = m_topology.queues[to.index].name;
            } else {
                arguments["x-dead-letter-exchange"] = m_topology.exchanges[to.index].name;
                if (!link.routingKey.empty())
                    arguments["x-dead-letter-routing-key"] = link.routingKey;
            }
            break;
        }
        case LinkKind::Bind:
            addBinding(i);
            break;
        case LinkKind::Read:
        case LinkKind::Write:
            break;
    }
}

/// What the broker answers with a closed channel.
Result<void> TopologyCompiler::checkLink(std::uint32_t i) const {
    const LinkPlan& link = m_topology.links[i];
    const PlanRef target = m_topology.elements[link.to];
    if (link.kind == LinkKind::Publish && target.kind == ElementKind::Exchange &&
        m_topology.exchanges[target.index].internal)
        return Error{ErrorCode::InvalidInput,
                     fmt::format("'{}' is an internal exchange: it takes messages from other exchanges only",
                                 m_diagram.elements[link.to].id),
                     fmt::format("links[{}].to", i)};
    return {};
}

void TopologyCompiler::addBinding(std::uint32_t i) {
    const LinkPlan& link = m_topology.links[i];
    const Properties& properties = m_diagram.links[i].properties;
    BindingPlan binding;
    binding.exchange = link.from;
    binding.target = link.to;
    binding.routingKey = link.routingKey;
    if (const Json* headers = properties.find("headers"); headers && headers->is_object())
        binding.arguments = *headers;
    if (const Json* match = properties.find("match"); match && match->is_string()) {
        const auto& word = match->get_ref<const std::string&>();
        binding.arguments["x-match"] = word == "allWithX"   ? "all-with-x"
                                       : word == "anyWithX" ? "any-with-x"
                                                            : word;
    }
    m_topology.bindings.push_back(std::move(binding));
}

}  // namespace sluice
