#include <fmt/format.h>

#include <algorithm>

#include "core/incident/causalwalk.h"
#include "core/incident/handlerstep.h"
#include "core/incident/redriveorder.h"
#include "core/trace/payload.h"

// What the walk tells of the steps that take more than a sentence.
namespace sluice {
namespace {

CausalRule ruleOf(DeathReason reason) {
    switch (reason) {
        case DeathReason::Rejected:
            return CausalRule::Rejected;
        case DeathReason::Expired:
            return CausalRule::Expired;
        case DeathReason::MaxLength:
            return CausalRule::MaxLength;
        case DeathReason::DeliveryLimit:
            return CausalRule::DeliveryLimit;
        case DeathReason::QueueDeleted:
            return CausalRule::QueueDeleted;
        case DeathReason::Purged:
            return CausalRule::Purged;
        case DeathReason::Unroutable:
            return CausalRule::Unroutable;
        case DeathReason::Cycle:
            return CausalRule::Cycle;
        case DeathReason::BrokerStopped:
            return CausalRule::BrokerStopped;
    }
    return CausalRule::Rejected;
}

}  // namespace

/// What took it out of its queue, or was done to it there.
void CausalWalk::leftQueue(const Past& past) {
    const TraceEvent& event = past.event;
    switch (event.kind) {
        case EventKind::DeadLettered:
            return died(past);
        case EventKind::Acknowledged:
            m_acknowledged = event.at;
            return add(CausalRule::Acknowledged, past, event.subject,
                       fmt::format("done: acknowledged in {} by instance {}", name(event.subject),
                                   event.detail + 1));
        case EventKind::Delivered:
            return add(
                CausalRule::Dispatched, past, event.subject,
                fmt::format("delivered to {}, instance {}, after {} in {}", name(targetOf(event.peer)),
                            event.detail + 1, describeDuration(Duration(event.value)), name(event.subject)));
        case EventKind::Requeued:
            return requeued(past);
        default:
            return;
    }
}

/// A death in a queue, and what the dead letter was told to do next.
void CausalWalk::died(const Past& past) {
    const TraceEvent& event = past.event;
    const auto reason = static_cast<DeathReason>(event.detail);
    deadLetterRouted(past);
    std::string how;
    switch (reason) {
        case DeathReason::Rejected:
            how = fmt::format("rejected in {} at attempt {}: {}", name(event.subject), event.value,
                              causeText(event.cause()));
            break;
        case DeathReason::Expired: {
            const auto since = std::find_if(m_past.begin(), m_past.end(), [&](const Past& one) {
                return one.event.kind == EventKind::Enqueued && one.event.subject == event.subject;
            });
            how = fmt::format("expired in {}", name(event.subject));
            for (auto it = since; it != m_past.end() && it->sequence < past.sequence; ++it) {
                if (it->event.kind == EventKind::Enqueued && it->event.subject == event.subject)
                    how = fmt::format("expired in {} after {}", name(event.subject),
                                      describeDuration(event.at - it->event.at));
            }
            break;
        }
        case DeathReason::MaxLength:
            how = fmt::format("{} was full", name(event.subject));
            break;
        case DeathReason::DeliveryLimit:
            how = fmt::format("given back to {} more often than its delivery limit allows",
                              name(event.subject));
            break;
        default:
            how = fmt::format("left {}: {}", name(event.subject), reasonName(reason));
            break;
    }
    m_deaths.push_back({m_chain.steps.size(), event.subject, reason, false});
    add(ruleOf(reason), past, event.subject, std::move(how));
}

/// Which exchange and key a dead letter leaves by. Told when an exchange is drawn: else the queue's name says
/// it all.
void CausalWalk::deadLetterRouted(const Past& past) {
    const TraceEvent& event = past.event;
    if (event.peer == kNoEntity)
        return;
    const Link* link = linkBetween(LinkKind::DeadLetter, event.subject, event.peer);
    const Element* queue = m_context.diagram && entity(event.subject)
                               ? m_context.diagram->findElement(entity(event.subject)->id)
                               : nullptr;
    std::string key = link ? link->properties.text("routingKey") : std::string();
    if (key.empty() && queue)
        key = queue->properties.text("deadLetterRoutingKey");
    std::string how = is(event.peer, ElementKind::Exchange)
                          ? fmt::format("→ dead-letter exchange {}", name(event.peer))
                          : fmt::format("→ dead-letter queue {}", name(event.peer));
    if (!key.empty())
        how += fmt::format(" with key '{}'", key);
    else if (is(event.peer, ElementKind::Exchange))
        how += " with the key it came with";
    add(CausalRule::DeadLetterRouting, past, event.peer, std::move(how));
}

/// Gone for good: with the queue that had it, or before any took it.
void CausalWalk::dropped(const Past& past) {
    const TraceEvent& event = past.event;
    const auto reason = static_cast<DeathReason>(event.detail);
    const bool outside = event.has(eventflag::Outside);
    const bool kept = !outside && (reason == DeathReason::Rejected || reason == DeathReason::Expired ||
                                   reason == DeathReason::MaxLength || reason == DeathReason::DeliveryLimit);
    if (kept)
        add(CausalRule::NoDeadLetterExchange, past, event.subject,
            fmt::format("dropped by {}, which has no dead-letter exchange", name(event.subject)));
    const std::string_view how = reason == DeathReason::Unroutable ? "no queue is bound for it"
                                 : reason == DeathReason::Cycle    ? "it came round to a queue it died in"
                                                                   : reasonName(reason);
    add(ruleOf(reason), past, event.subject,
        kept ? fmt::format("{} in {}: {}", reasonName(reason), name(event.subject), causeText(event.cause()))
             : fmt::format("dropped at {}: {}", name(event.subject), how));
    if (reason == DeathReason::Purged)
        tellActions(event.subject, {ActionKind::Discard}, event.at, "discards letters of {}");
    outside ? go(At::ToQueue, kNoEntity) : go(At::InQueue, event.subject);
}

/// A handler that failed: by one of its steps, or since the scenario made the service fail.
void CausalWalk::failed(const Past& past) {
    const TraceEvent& event = past.event;
    const Entity* service = entity(event.subject);
    const EntityId over = incomingLink(event.subject);
    const auto found = m_context.diagram && service
                           ? handlerStep(*m_context.diagram, *service, entity(over), type(), event.detail)
                           : std::nullopt;
    const FailureKind cause = event.cause();
    const bool malformed = event.has(eventflag::Poisoned);
    bool own = found.has_value();
    if (found) {
        const bool refuses = cause == FailureKind::BusinessError && found->drawn &&
                             !found->drawn->properties.text("role").empty();
        switch (found->kind) {
            case StepKind::Validate:
                own = cause == FailureKind::BadData;
                break;
            case StepKind::Fail:
                own = true;
                break;
            case StepKind::Work:
            case StepKind::Reply:
                own = refuses;
                break;
            case StepKind::Publish:
            case StepKind::Call:
            case StepKind::Read:
            case StepKind::Write:
                own = isTechnical(cause) || refuses;
                break;
        }
    }
    const std::string who = fmt::format("{}, instance {}", name(event.subject), event.peer + 1);
    const std::string tries = event.value > 1 ? fmt::format(", attempt {}", event.value) : std::string();
    if (!own) {
        add(CausalRule::HandlerFailed, past, event.subject,
            found ? fmt::format("the handler of {} failed after step {} '{}'{}: {}", who, found->number,
                                found->label, tries, causeText(cause))
                  : fmt::format("the handler of {} failed{}: {}", who, tries, causeText(cause)));
        return tellActions(event.subject, {ActionKind::Fail}, event.at, "makes {} fail");
    }
    std::string why = causeText(cause);
    if (found->kind == StepKind::Validate && malformed)
        why += ", it is malformed";
    if (cause == FailureKind::BusinessError && found->drawn) {
        if (const std::string role = found->drawn->properties.text("role"); !role.empty())
            why += fmt::format(", the user has not the role '{}'", role);
    }
    add(CausalRule::HandlerFailed, past, event.subject,
        fmt::format("handler step {} '{}' of {} failed{}: {}", found->number, found->label, who, tries, why));
}

/// Given back: by the consumer that had it, or with its channel when its instance stopped.
void CausalWalk::requeued(const Past& past) {
    const TraceEvent& event = past.event;
    const bool closed = static_cast<RequeueReason>(event.detail) == RequeueReason::ChannelClosed;
    add(closed ? CausalRule::ChannelClosed : CausalRule::GivenBack, past, event.subject,
        closed ? fmt::format("back in {}: instance {} of its consumer was gone before it acknowledged",
                             name(event.subject), event.peer + 1)
               : fmt::format("back in {}: given back by instance {}: {}", name(event.subject), event.peer + 1,
                             causeText(event.cause())));
    if (!closed)
        return;
    // Whose instance: that of the delivery before.
    for (std::size_t i = m_next; i-- > 0;) {
        const TraceEvent& before = m_past[i].event;
        if (before.kind != EventKind::Delivered || before.subject != event.subject)
            continue;
        tellActions(targetOf(before.peer), {ActionKind::Stop}, event.at, "stops {}");
        tellActions(kNoEntity, {ActionKind::BrokerDown}, event.at, "stops the broker");
        return;
    }
}

const Link* CausalWalk::linkBetween(LinkKind kind, EntityId from, EntityId to) const {
    if (!m_context.diagram || !entity(from) || !entity(to))
        return nullptr;
    const auto& links = m_context.diagram->links;
    const auto found = std::find_if(links.begin(), links.end(), [&](const Link& link) {
        return link.kind == kind && link.from == entity(from)->id && link.to == entity(to)->id;
    });
    return found == links.end() ? nullptr : &*found;
}

/// It came to a queue: by an exchange's binding when the drawing has one that it went over at that moment.
void CausalWalk::routed(const Past& past) {
    const EntityId queue = past.event.subject;
    go(At::ToQueue, queue);
    const auto over = std::find_if(m_past.rbegin(), m_past.rend(), [&](const Past& one) {
        const Entity* link = entity(one.event.subject);
        return one.event.kind == EventKind::Moved && one.event.at == past.event.at && link && link->isLink &&
               link->linkKind == LinkKind::Bind && link->to == queue;
    });
    // Bindings without a latency move nothing; then the only one that leads here is meant.
    EntityId bind = over == m_past.rend() ? kNoEntity : over->event.subject;
    if (bind == kNoEntity) {
        const bool direct = std::any_of(m_past.begin(), m_past.end(), [&](const Past& one) {
            return (one.event.kind == EventKind::DeadLettered && one.event.peer == queue) ||
                   (one.event.kind == EventKind::Redriven && one.event.peer == queue) ||
                   (one.event.kind == EventKind::Moved && targetOf(one.event.subject) == queue);
        });
        if (direct || find(EventKind::Delivered, queue, past.event.at))
            return;
        for (EntityId id = 0; id < m_table.entities.size(); ++id) {
            const Entity& one = m_table.entities[id];
            if (one.isLink && one.linkKind == LinkKind::Bind && one.to == queue) {
                if (bind != kNoEntity)
                    return;
                bind = id;
            }
        }
    }
    const Entity* link = entity(bind);
    const Element* exchange = link && m_context.diagram && entity(link->from)
                                  ? m_context.diagram->findElement(entity(link->from)->id)
                                  : nullptr;
    if (!exchange)
        return;
    const Link* drawn = m_context.diagram->findLink(link->id);
    const std::string key = drawn ? drawn->properties.text("routingKey") : std::string();
    const std::string kind = exchange->properties.text("exchangeType");
    const CausalRule rule = kind == "fanout"    ? CausalRule::FanoutRouting
                            : kind == "topic"   ? CausalRule::TopicRouting
                            : kind == "headers" ? CausalRule::HeadersRouting
                                                : CausalRule::DirectRouting;
    const bool keyed = rule == CausalRule::DirectRouting || rule == CausalRule::TopicRouting;
    add(rule, past, link->from,
        keyed ? fmt::format("{} routed it to {} by the binding '{}'", name(link->from), name(queue), key)
              : fmt::format("{} routed it to {}", name(link->from), name(queue)));
}

/// The link that brought the message which is being looked at to the service.
EntityId CausalWalk::incomingLink(EntityId service) const {
    for (std::size_t i = m_next; i-- > 0;) {
        const TraceEvent& event = m_past[i].event;
        const EntityId link = event.kind == EventKind::Delivered ? event.peer
                              : event.kind == EventKind::Fetched || event.kind == EventKind::Called
                                  ? event.subject
                                  : kNoEntity;
        if (link != kNoEntity && targetOf(link) == service)
            return link;
    }
    return kNoEntity;
}

/// The beginning of a message; what a client did is the beginning of all.
void CausalWalk::created(const Past& past) {
    const EntityId creator = past.event.subject;
    go(At::Created, creator);
    m_creation = past;
    m_deaths.push_back({0, kNoEntity, DeathReason::Rejected, true});
    if (m_info.causation != 0 || !is(creator, ElementKind::Client))
        return;
    if (past.event.has(eventflag::Poisoned))
        tellActions(creator, {ActionKind::Poison}, past.event.at, "makes {} send malformed messages");
    m_chain.complete = true;
    const std::string user = userOf(m_info);
    add(CausalRule::ClientActed, past, creator,
        fmt::format("{} asks for {}{}", name(creator), whatOf(m_info, past.event),
                    user.empty() || user == m_table.keyText(m_info.type, m_info.key)
                        ? ""
                        : ", on behalf of " + user));
}

/// "a malformed UpdateUserEmail of user-17"
std::string CausalWalk::whatOf(const MessageInfo& info, const TraceEvent& creation) const {
    const std::string type = info.type < m_table.types.size() ? m_table.types[info.type].id : "message";
    const std::string key = m_table.keyText(info.type, info.key);
    return fmt::format("{}{}{}", creation.has(eventflag::Poisoned) ? "a malformed " : "", type,
                       key.empty() ? "" : " of " + key);
}

/// The step that sent a message because of the one that is looked at now, which is in work at its creator.
void CausalWalk::sentBecause(const Past& creation, const MessageInfo& sent, bool caused) {
    const Entity* creator = entity(sent.creator);
    go(At::InService, sent.creator);
    std::string step;
    if (caused && m_context.diagram && creator && sent.type < m_table.types.size()) {
        const auto sending = sendingStep(*m_context.diagram, *creator, entity(incomingLink(sent.creator)),
                                         type(), m_table.types[sent.type]);
        if (sending)
            step = fmt::format(", by handler step {} '{}'", sending->number, sending->label);
    }
    add(CausalRule::HandlerPublished, creation, sent.creator,
        fmt::format("{} sends {}{}{}", name(sent.creator), whatOf(sent, creation.event), step,
                    caused ? fmt::format(", because of m-{}", m_info.id) : std::string()));
    const bool malforms = creation.event.has(eventflag::Poisoned) &&
                          (!caused || (m_past.front().event.flags() & eventflag::Poisoned) == 0);
    if (malforms)
        tellActions(sent.creator, {ActionKind::Poison}, creation.event.at,
                    "makes {} send malformed messages");
}

std::string CausalWalk::userOf(const MessageInfo& info) const {
    const Payload payload = payloadOf(info, m_table);
    const auto user = payload.headers.find("user-id");
    return user != payload.headers.end() && user->is_string() ? user->get<std::string>() : std::string();
}

/// The scenario's actions of these kinds that were on the target then: the reason behind a failure.
void CausalWalk::tellActions(EntityId target, std::initializer_list<ActionKind> kinds, TraceTime at,
                             std::string_view what) {
    if (!m_context.scenario)
        return;
    const Entity* on = entity(target);
    const auto& actions = m_context.scenario->actions;
    for (std::size_t i = 0; i < actions.size(); ++i) {
        const Action& action = actions[i];
        if (std::find(kinds.begin(), kinds.end(), action.kind) == kinds.end() || action.at > at ||
            (on ? action.target != on->id : !action.target.empty()))
            continue;
        // By hand only some were chosen.
        if (const auto chosen = messagesByHand(action);
            chosen && std::find(chosen->begin(), chosen->end(), m_info.id) == chosen->end())
            continue;
        const auto length = parseDuration(action.properties.text("duration"));
        if (!action.properties.text("duration").empty() && length && action.at + *length < at)
            continue;
        Past began{m_store.lowerBound(action.at), {}};
        m_store.visit(began.sequence, m_store.size(), [&](Sequence sequence, const TraceEvent& event) {
            if (event.at > action.at)
                return false;
            if (event.kind != EventKind::ActionBegan || event.detail != i)
                return true;
            began = {sequence, event};
            return false;
        });
        // Of several failures the last one has told it.
        if (began.event.kind != EventKind::ActionBegan || !m_actions.insert(i).second)
            continue;
        began.event.message = 0;
        const std::string who = action.properties.text("by");
        const std::string why = action.properties.text("why");
        const bool atOnce = action.kind == ActionKind::Redrive || action.kind == ActionKind::Discard;
        add(CausalRule::ScenarioAction, began, target,
            fmt::format("{} {}, {}", who.empty() ? "the scenario" : who,
                        fmt::format(fmt::runtime(what), name(target)),
                        atOnce
                            ? fmt::format("at {}{}", formatDuration(action.at), why.empty() ? "" : ": " + why)
                            : fmt::format("from {} on", formatDuration(action.at))));
    }
}

}  // namespace sluice
