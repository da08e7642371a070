#include "core/engine/topology/topologycompiler.h"

#include <fmt/format.h>

#include <algorithm>
#include <array>

namespace sluice {

FailureKind failureNamed(std::string_view name) {
    constexpr std::array<std::string_view, kFailureKindCount> keys{"none",
                                                                   "badData",
                                                                   "businessError",
                                                                   "unexpectedError",
                                                                   "queueUnavailable",
                                                                   "serviceUnavailable",
                                                                   "callerTimeout"};
    return findKind<FailureKind>(keys, name).value_or(FailureKind::UnexpectedError);
}

void TopologyCompiler::addHandlers(ServicePlan& service) {
    const Element& element = m_diagram.elements[service.entity];
    for (const Handler& handler : element.handlers) {
        HandlerPlan plan;
        if (const auto link = m_linkIndex.find(handler.link); link != m_linkIndex.end())
            plan.link = link->second;
        plan.type = handler.message.empty() ? std::uint16_t{0xffff} : typeNamed(handler.message, 0xfffe);
        for (const Step& step : handler.steps)
            plan.steps.push_back(readStep(service, step));
        service.handlers.push_back(std::move(plan));
    }
    service.handlers.push_back(defaultHandler(service));
}

StepPlan TopologyCompiler::readStep(const ServicePlan& service, const Step& step) {
    const PropertyReader read(step.kind, step.properties);
    StepPlan plan;
    plan.kind = step.kind;
    plan.role = read.text("role");
    switch (step.kind) {
        case StepKind::Work:
            plan.time = read.distribution("time");
            break;
        case StepKind::Validate:
            plan.probability = read.number("probability");
            plan.failure = FailureKind::BadData;
            break;
        case StepKind::Fail:
            plan.probability = read.number("probability");
            plan.failure = failureNamed(read.text("failure"));
            plan.keyModulo = read.clamped<std::uint32_t>("keyModulo", 0, 1'000'000'000);
            break;
        case StepKind::Reply:
            plan.error = read.text("outcome") == "error";
            plan.type = typeNamed(read.text("message"), m_topology.replyType);
            break;
        case StepKind::Publish:
            plan.awaitReply = read.flag("awaitReply");
            plan.directReply = plan.awaitReply && read.text("replyTo") == "direct";
            plan.ownEventTime = read.text("eventTime") == "now";
            break;
        case StepKind::Call:
        case StepKind::Read:
        case StepKind::Write:
            break;
    }
    if (step.kind == StepKind::Publish || step.kind == StepKind::Call) {
        plan.type = typeNamed(read.text("message"), 0xffff);
        if (read.has("timeout"))
            plan.timeout = read.duration("timeout");
    }
    if (step.kind == StepKind::Publish || step.kind == StepKind::Call || step.kind == StepKind::Read ||
        step.kind == StepKind::Write) {
        plan.link = linkOf(service, step.kind, read.text("link"));
        if (plan.link != kNone && plan.timeout == Duration::zero())
            plan.timeout = m_topology.links[plan.link].timeout;
        if (plan.link != kNone && plan.type == 0xffff)
            plan.type = m_topology.links[plan.link].type;
    }
    return plan;
}

/// The named link, or the service's only one of that kind when none is named.
std::uint32_t TopologyCompiler::linkOf(const ServicePlan& service, StepKind kind,
                                       const std::string& id) const {
    if (const auto named = m_linkIndex.find(id); named != m_linkIndex.end())
        return named->second;
    if (!id.empty())
        return kNone;
    for (std::uint32_t i = 0; i < m_topology.links.size(); ++i) {
        if (m_topology.links[i].from == service.entity && stepFor(m_topology.links[i].kind) == kind)
            return i;
    }
    return kNone;
}

StepKind TopologyCompiler::stepFor(LinkKind kind) {
    switch (kind) {
        case LinkKind::Publish:
            return StepKind::Publish;
        case LinkKind::Call:
            return StepKind::Call;
        case LinkKind::Read:
            return StepKind::Read;
        case LinkKind::Write:
            return StepKind::Write;
        default:
            return StepKind::Fail;
    }
}

/// Drawn without handlers, a service still runs: receive, read, work, write, call, publish on every
/// outgoing link.
HandlerPlan TopologyCompiler::defaultHandler(const ServicePlan& service) const {
    HandlerPlan handler;
    const auto addAll = [&](LinkKind kind) {
        for (std::uint32_t i = 0; i < m_topology.links.size(); ++i) {
            const LinkPlan& link = m_topology.links[i];
            if (link.from != service.entity || link.kind != kind)
                continue;
            StepPlan step;
            step.kind = stepFor(kind);
            step.link = i;
            step.type = link.type;
            step.timeout = link.timeout;
            handler.steps.push_back(std::move(step));
        }
    };
    StepPlan validate;
    validate.kind = StepKind::Validate;
    validate.failure = FailureKind::BadData;
    handler.steps.push_back(validate);
    addAll(LinkKind::Read);
    StepPlan work;
    const Element& element = m_diagram.elements[service.entity];
    work.time = distributionOf(propertiesOf(ElementKind::Service), element.properties, "serviceTime");
    handler.steps.push_back(work);
    addAll(LinkKind::Write);
    addAll(LinkKind::Call);
    addAll(LinkKind::Publish);
    return handler;
}

}  // namespace sluice
