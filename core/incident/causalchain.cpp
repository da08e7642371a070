#include "core/incident/causalchain.h"

#include <fmt/format.h>

#include <algorithm>
#include <map>
#include <set>

#include "core/incident/handlerstep.h"
#include "core/trace/messagepath.h"
#include "core/trace/payload.h"

namespace sluice {
namespace {

constexpr std::size_t kMostSteps = 400;
constexpr std::size_t kMostMessages = 64;

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

std::string textOf(const Properties& properties, std::string_view key) {
    const Json* value = properties.find(key);
    return value && value->is_string() ? value->get<std::string>() : std::string();
}

/// "bad data"; what is not known is told as such.
std::string causeText(FailureKind cause) {
    return std::string(cause == FailureKind::None ? "unknown reason" : kindName(cause));
}

/// Walks one message's events backwards, then those of the message that caused it, and so on.
class Walk {
public:
    explicit Walk(const CausalContext& context)
        : m_context(context), m_store(context.store), m_table(context.store.table()) {}

    CausalChain take(MessageId message, EntityId place, Sequence end);

private:
    struct Past {
        Sequence sequence = 0;
        TraceEvent event;
    };
    /// Where the copy is at that point of the way back.
    enum class At : std::uint8_t { Anywhere, InQueue, ToQueue, InService, InTopic, ToTopic, Created };

    [[nodiscard]] bool is(EntityId entity, ElementKind kind) const {
        return entity < m_table.entities.size() && !m_table.entities[entity].isLink &&
               m_table.entities[entity].elementKind == kind;
    }
    [[nodiscard]] const Entity* entity(EntityId id) const {
        return id < m_table.entities.size() ? &m_table.entities[id] : nullptr;
    }
    [[nodiscard]] EntityId targetOf(EntityId link) const {
        const Entity* found = entity(link);
        return found && found->isLink ? found->to : kNoEntity;
    }
    [[nodiscard]] EntityId originOf(EntityId link) const {
        const Entity* found = entity(link);
        return found && found->isLink ? found->from : kNoEntity;
    }
    [[nodiscard]] std::string name(EntityId id) const {
        const Entity* found = entity(id);
        return !found ? "the system" : found->name.empty() ? found->id : found->name;
    }
    [[nodiscard]] const TracedType* type() const {
        return m_info.type < m_table.types.size() ? &m_table.types[m_info.type] : nullptr;
    }
    [[nodiscard]] std::string typeName() const { return type() ? type()->id : "a message"; }
    [[nodiscard]] const Link* linkBetween(LinkKind kind, EntityId from, EntityId to) const;

    bool load(MessageId message, Sequence end);
    void rest(EntityId place);
    void restAnywhere();
    void back();
    void step(const Past& past);
    void stepInQueue(const Past& past);
    void stepToQueue(const Past& past);
    void stepInService(const Past& past);
    void stepInTopic(const Past& past);

    void add(CausalRule rule, const Past& past, EntityId place, std::string text);
    void go(At at, EntityId place) {
        m_at = at;
        m_place = place;
    }
    void leftQueue(const Past& past);
    void died(const Past& past);
    void dropped(const Past& past);
    void failed(const Past& past);
    void requeued(const Past& past);
    void routed(const Past& past);
    void deadLetterRouted(const Past& past);
    void created(const Past& past);
    void sentBecause(const Past& creation, const MessageInfo& sent, bool caused);
    void tellActions(EntityId target, std::initializer_list<ActionKind> kinds, TraceTime at,
                     std::string_view what);
    void countDeaths();
    [[nodiscard]] std::string whatOf(const MessageInfo& info, const TraceEvent& creation) const;
    [[nodiscard]] EntityId incomingLink(EntityId service) const;
    [[nodiscard]] const Past* find(EventKind kind, EntityId subject, TraceTime at) const;
    [[nodiscard]] std::string userOf(const MessageInfo& info) const;

    const CausalContext& m_context;
    const TraceStore& m_store;
    const EntityTable& m_table;
    CausalChain m_chain;
    MessageInfo m_info;
    Past m_creation;           ///< of the message that was looked at last
    std::vector<Past> m_past;  ///< of the message that is looked at, in the trace's order
    std::size_t m_next = 0;    ///< how many of them are still to be looked at
    At m_at = At::Anywhere;
    EntityId m_place = kNoEntity;
    TraceTime m_acknowledged{-1};  ///< the acknowledgement met last
    bool m_told = false;           ///< the failure after a delivery was told
    struct Death {
        std::size_t step = 0;
        EntityId queue = kNoEntity;
        DeathReason reason = DeathReason::Rejected;
        bool anew = false;  ///< published anew: no deaths from before
    };
    std::set<std::size_t> m_actions;  ///< that were told
    std::vector<Death> m_deaths;      ///< of the message asked about, the latest first
};

CausalChain Walk::take(MessageId message, EntityId place, Sequence end) {
    m_chain.message = message;
    m_chain.place = place;
    if (!load(message, end))
        return std::move(m_chain);
    place == kNoEntity ? restAnywhere() : rest(place);
    std::size_t messages = 0;
    while (true) {
        back();
        if (m_at != At::Created || m_chain.complete || ++messages == kMostMessages)
            break;
        const Past creation = m_creation;
        const MessageInfo sent = m_info;
        const bool caused = sent.causation != 0 && load(sent.causation, creation.sequence);
        sentBecause(creation, sent, caused);
        if (!caused)
            break;
    }
    countDeaths();
    return std::move(m_chain);
}

bool Walk::load(MessageId message, Sequence end) {
    const auto info = m_store.message(message);
    m_past.clear();
    m_next = 0;
    if (!info)
        return false;
    m_info = *info;
    for (const Sequence sequence : m_store.eventsOf(message)) {
        if (sequence >= end)
            break;
        const TraceEvent event = m_store.at(sequence);
        if (event.message == message)
            m_past.push_back({sequence, event});
    }
    m_next = m_past.size();
    m_acknowledged = TraceTime(-1);
    m_told = false;
    return !m_past.empty();
}

void Walk::add(CausalRule rule, const Past& past, EntityId place, std::string text) {
    if (m_chain.steps.size() < kMostSteps)
        m_chain.steps.push_back(
            {rule, past.event.at, past.sequence, place, past.event.message, std::move(text)});
}

const Walk::Past* Walk::find(EventKind kind, EntityId subject, TraceTime at) const {
    const auto found = std::find_if(m_past.rbegin(), m_past.rend(), [&](const Past& past) {
        return past.event.kind == kind && past.event.subject == subject && past.event.at == at;
    });
    return found == m_past.rend() ? nullptr : &*found;
}

/// Where it waits: a dead-letter queue before others. What waits nowhere is told of where it was last.
void Walk::restAnywhere() {
    std::vector<TraceEvent> events;
    events.reserve(m_past.size());
    for (const Past& past : m_past)
        events.push_back(past.event);
    const MessageHistory history = historyOf(m_info.id, events, m_table);
    EntityId waits = kNoEntity;
    for (const MessagePath& path : history.paths) {
        const Stay& last = path.stays.back();
        if (last.end == Stay::End::None && (waits == kNoEntity || m_table.entities[last.queue].deadLetters))
            waits = last.queue;
    }
    if (waits != kNoEntity)
        return rest(waits);
    go(At::Anywhere, kNoEntity);
}

/// In a queue or topic, in work at a service, or as a row of a table.
void Walk::rest(EntityId place) {
    m_chain.place = place;
    if (is(place, ElementKind::Topic))
        return go(At::InTopic, place);
    if (!is(place, ElementKind::Queue))
        return go(At::Anywhere, kNoEntity);
    const auto arrived = std::find_if(m_past.rbegin(), m_past.rend(), [&](const Past& past) {
        return past.event.kind == EventKind::Enqueued && past.event.subject == place;
    });
    if (arrived == m_past.rend())
        return go(At::Anywhere, kNoEntity);
    // It may have left since: then that is told.
    const auto left = std::find_if(arrived.base(), m_past.end(), [&](const Past& past) {
        const EventKind kind = past.event.kind;
        return past.event.subject == place && !past.event.has(eventflag::Outside) &&
               (kind == EventKind::Delivered || kind == EventKind::Acknowledged ||
                kind == EventKind::DeadLettered || kind == EventKind::Discarded ||
                (kind == EventKind::Redriven && past.event.peer != kNoEntity));
    });
    if (left != m_past.end()) {
        m_next = static_cast<std::size_t>(left - m_past.begin()) + 1;
        return go(At::Anywhere, kNoEntity);
    }
    const bool taken = std::any_of(m_table.entities.begin(), m_table.entities.end(), [&](const Entity& one) {
        return one.isLink && one.linkKind == LinkKind::Consume && one.from == place;
    });
    add(CausalRule::Waits, *arrived, place,
        fmt::format("{} waits in {}{}", typeName(), name(place), taken ? "" : ", which nobody consumes"));
    m_next = static_cast<std::size_t>(arrived.base() - m_past.begin());
    go(At::InQueue, place);
}

void Walk::back() {
    while (m_next > 0 && m_at != At::Created) {
        const Past& past = m_past[--m_next];
        if (past.event.kind == EventKind::MessageCreated)
            return created(Past(past));
        step(past);
    }
}

void Walk::step(const Past& past) {
    switch (m_at) {
        case At::InQueue:
            return stepInQueue(past);
        case At::ToQueue:
            return stepToQueue(past);
        case At::InService:
            return stepInService(past);
        case At::InTopic:
        case At::ToTopic:
            return stepInTopic(past);
        case At::Created:
            return;
        case At::Anywhere:
            break;
    }
    const TraceEvent& event = past.event;
    const auto here = [&](CausalRule rule, EntityId place, std::string text) {
        m_chain.place = place;
        add(rule, past, place, std::move(text));
    };
    switch (event.kind) {
        case EventKind::Enqueued:
            here(CausalRule::Waits, event.subject,
                 fmt::format("{} comes to {}", typeName(), name(event.subject)));
            return routed(past);
        case EventKind::Delivered:
        case EventKind::Acknowledged:
        case EventKind::Requeued:
        case EventKind::DeadLettered:
            m_chain.place = event.subject;
            go(At::InQueue, event.subject);
            return leftQueue(past);
        case EventKind::Redriven:
            if (event.peer == kNoEntity)
                return;
            here(CausalRule::Redriven, event.peer, fmt::format("redriven to {}", name(event.peer)));
            return go(At::InQueue, event.subject);
        case EventKind::Discarded:
            m_chain.place = event.subject;
            return dropped(past);
        case EventKind::Lost:
            here(CausalRule::Lost, event.subject,
                 fmt::format("lost on {}: {}", name(event.subject), causeText(event.cause())));
            tellActions(event.subject, {ActionKind::Drop, ActionKind::Cut}, event.at, "loses messages on {}");
            return go(At::ToQueue, kNoEntity);
        case EventKind::Returned:
            here(CausalRule::Returned, event.subject,
                 fmt::format("returned by {}: no queue is bound for it", name(event.subject)));
            return go(At::ToQueue, kNoEntity);
        case EventKind::Appended:
            m_chain.place = event.subject;
            go(At::InTopic, event.subject);
            return stepInTopic(past);
        case EventKind::LateArrival:
            here(CausalRule::LateArrival, event.subject,
                 fmt::format("came to {} after m-{}, which is newer by {}", name(event.subject), event.peer,
                             describeDuration(Duration(event.value))));
            return go(At::ToTopic, kNoEntity);
        case EventKind::RowWritten:
            here(CausalRule::RowWritten, event.subject,
                 fmt::format("a row of {}, visible after {}", name(event.subject),
                             describeDuration(Duration(event.value))));
            return go(At::InService, event.subject);
        case EventKind::Fetched:
            here(CausalRule::Consumed, event.subject,
                 fmt::format("fetched by {}", name(targetOf(event.subject))));
            return go(At::InTopic, originOf(event.subject));
        case EventKind::WorkStarted:
        case EventKind::WorkFinished:
        case EventKind::Failed:
            m_chain.place = event.subject;
            if (event.kind == EventKind::Failed)
                failed(past);
            else if (event.kind == EventKind::WorkStarted || event.cause() == FailureKind::None)
                add(CausalRule::Acknowledged, past, event.subject,
                    fmt::format("{} by {}, instance {}",
                                event.kind == EventKind::WorkStarted ? "in work" : "worked off",
                                name(event.subject), event.peer + 1));
            else
                return;  // the failure before it says more
            return go(At::InService, event.subject);
        default:
            return;
    }
}

/// What took it out of its queue, or was done to it there.
void Walk::leftQueue(const Past& past) {
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

void Walk::stepInQueue(const Past& past) {
    const TraceEvent& event = past.event;
    switch (event.kind) {
        case EventKind::Enqueued:
            if (event.subject == m_place)
                routed(past);
            return;
        case EventKind::Delivered:
            // Who failed with it is told by the failure.
            if (event.subject == m_place && !std::exchange(m_told, false))
                leftQueue(past);
            return;
        case EventKind::Requeued:
            if (event.subject == m_place)
                requeued(past);
            return;
        case EventKind::Failed: {
            const EntityId link = incomingLink(event.subject);
            if (originOf(link) == m_place) {
                failed(past);
                m_told = true;
            }
            return;
        }
        default:
            return;
    }
}

/// How it came to the queue: as a dead letter, a retry, a redrive, or from its publisher.
void Walk::stepToQueue(const Past& past) {
    const TraceEvent& event = past.event;
    switch (event.kind) {
        case EventKind::Acknowledged:
            m_acknowledged = event.at;
            return;
        case EventKind::DeadLettered:
            if (m_place != kNoEntity && event.peer != m_place && !is(event.peer, ElementKind::Exchange))
                return;
            died(past);
            return go(event.has(eventflag::Outside) ? At::ToQueue : At::InQueue, event.subject);
        case EventKind::RetryScheduled:
            if (event.subject != m_place)
                return;
            // A consumer acknowledges what it publishes again; a publisher has nothing to acknowledge.
            if (event.at == m_acknowledged) {
                add(CausalRule::Retried, past, event.subject,
                    fmt::format("published again to {} for attempt {}, {} after the failure",
                                name(event.subject), event.detail, describeDuration(Duration(event.value))));
                m_deaths.push_back({0, kNoEntity, DeathReason::Rejected, true});
                return go(At::InQueue, event.subject);
            }
            return add(CausalRule::PublishedAgain, past, event.subject,
                       fmt::format("{} did not take it: {}; published again, attempt {}, after {}",
                                   name(event.subject), causeText(event.cause()), event.detail,
                                   describeDuration(Duration(event.value))));
        case EventKind::Nacked:
            if (event.subject == m_place)
                add(CausalRule::Nacked, past, event.subject,
                    fmt::format("{} refused it: queue full", name(event.subject)));
            return;
        case EventKind::Redriven:
            if (event.peer != m_place)
                return;
            add(CausalRule::Redriven, past, event.subject,
                fmt::format("redriven from {} to {}", name(event.subject), name(event.peer)));
            tellActions(event.subject, {ActionKind::Redrive}, event.at, "redrives {}");
            m_deaths.push_back({0, kNoEntity, DeathReason::Rejected, true});
            return go(At::InQueue, event.subject);
        default:
            return;
    }
}

void Walk::stepInService(const Past& past) {
    const TraceEvent& event = past.event;
    const EntityId to = event.kind == EventKind::Delivered ? targetOf(event.peer) : targetOf(event.subject);
    switch (event.kind) {
        case EventKind::Delivered:
            if (to != m_place)
                return;
            add(CausalRule::Dispatched, past, event.subject,
                fmt::format("{} delivered to {}, instance {}, after {} in {}", typeName(), name(to),
                            event.detail + 1, describeDuration(Duration(event.value)), name(event.subject)));
            return go(At::InQueue, event.subject);
        case EventKind::Fetched:
            if (to != m_place)
                return;
            add(CausalRule::Fetched, past, event.subject,
                fmt::format("{} fetched by {} from partition {} of {}, offset {}", typeName(), name(to),
                            event.peer, name(originOf(event.subject)), event.value));
            return go(At::InTopic, originOf(event.subject));
        case EventKind::Called:
            if (to != m_place)
                return;
            return add(
                CausalRule::Called, past, event.subject,
                fmt::format("{} calls {} with {}", name(originOf(event.subject)), name(to), typeName()));
        case EventKind::RetryScheduled:
            if (event.subject == m_place)
                add(CausalRule::Retried, past, event.subject,
                    fmt::format("tried again in place, attempt {}, after {}", event.detail,
                                describeDuration(Duration(event.value))));
            return;
        case EventKind::Failed:
            if (event.subject == m_place)
                failed(past);
            return;
        default:
            return;
    }
}

void Walk::stepInTopic(const Past& past) {
    const TraceEvent& event = past.event;
    if (event.kind == EventKind::Appended && event.subject == m_place && m_at == At::InTopic) {
        add(CausalRule::Partitioned, past, event.subject,
            fmt::format("{} appended to partition {} of {}, offset {}", typeName(), event.peer,
                        name(event.subject), event.value));
        go(At::ToTopic, event.subject);
    } else if (event.kind == EventKind::RetryScheduled && event.subject == m_place) {
        add(CausalRule::PublishedAgain, past, event.subject,
            fmt::format("{} did not take it: {}; published again, attempt {}, after {}", name(event.subject),
                        causeText(event.cause()), event.detail, describeDuration(Duration(event.value))));
    } else if (event.kind == EventKind::LateArrival) {
        add(CausalRule::LateArrival, past, event.subject,
            fmt::format("late at {}: m-{} is newer by {}", name(event.subject), event.peer,
                        describeDuration(Duration(event.value))));
    }
}

/// A death in a queue, and what the dead letter was told to do next.
void Walk::died(const Past& past) {
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
void Walk::deadLetterRouted(const Past& past) {
    const TraceEvent& event = past.event;
    if (event.peer == kNoEntity)
        return;
    const Link* link = linkBetween(LinkKind::DeadLetter, event.subject, event.peer);
    const Element* queue = m_context.diagram && entity(event.subject)
                               ? m_context.diagram->findElement(entity(event.subject)->id)
                               : nullptr;
    std::string key = link ? textOf(link->properties, "routingKey") : std::string();
    if (key.empty() && queue)
        key = textOf(queue->properties, "deadLetterRoutingKey");
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
void Walk::dropped(const Past& past) {
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
    outside ? go(At::ToQueue, kNoEntity) : go(At::InQueue, event.subject);
}

/// A handler that failed: by one of its steps, or since the scenario made the service fail.
void Walk::failed(const Past& past) {
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
                             !textOf(found->drawn->properties, "role").empty();
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
        if (const std::string role = textOf(found->drawn->properties, "role"); !role.empty())
            why += fmt::format(", the user has not the role '{}'", role);
    }
    add(CausalRule::HandlerFailed, past, event.subject,
        fmt::format("handler step {} '{}' of {} failed{}: {}", found->number, found->label, who, tries, why));
}

/// Given back: by the consumer that had it, or with its channel when its instance stopped.
void Walk::requeued(const Past& past) {
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

const Link* Walk::linkBetween(LinkKind kind, EntityId from, EntityId to) const {
    if (!m_context.diagram || !entity(from) || !entity(to))
        return nullptr;
    const auto& links = m_context.diagram->links;
    const auto found = std::find_if(links.begin(), links.end(), [&](const Link& link) {
        return link.kind == kind && link.from == entity(from)->id && link.to == entity(to)->id;
    });
    return found == links.end() ? nullptr : &*found;
}

/// It came to a queue: by an exchange's binding when the drawing has one that it went over at that moment.
void Walk::routed(const Past& past) {
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
    const std::string key = drawn ? textOf(drawn->properties, "routingKey") : std::string();
    const std::string kind = textOf(exchange->properties, "exchangeType");
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
EntityId Walk::incomingLink(EntityId service) const {
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
void Walk::created(const Past& past) {
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
std::string Walk::whatOf(const MessageInfo& info, const TraceEvent& creation) const {
    const std::string type = info.type < m_table.types.size() ? m_table.types[info.type].id : "message";
    const std::string key = m_table.keyText(info.type, info.key);
    return fmt::format("{}{}{}", creation.has(eventflag::Poisoned) ? "a malformed " : "", type,
                       key.empty() ? "" : " of " + key);
}

/// The step that sent a message because of the one that is looked at now, which is in work at its creator.
void Walk::sentBecause(const Past& creation, const MessageInfo& sent, bool caused) {
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

std::string Walk::userOf(const MessageInfo& info) const {
    const Payload payload = payloadOf(info, m_table);
    const auto user = payload.headers.find("user-id");
    return user != payload.headers.end() && user->is_string() ? user->get<std::string>() : std::string();
}

/// The scenario's actions of these kinds that were on the target then: the reason behind a failure.
void Walk::tellActions(EntityId target, std::initializer_list<ActionKind> kinds, TraceTime at,
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
        const auto length = parseDuration(textOf(action.properties, "duration"));
        if (!textOf(action.properties, "duration").empty() && length && action.at + *length < at)
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
        const std::string who = textOf(action.properties, "by");
        add(CausalRule::ScenarioAction, began, target,
            fmt::format("{} {}, from {} on", who.empty() ? "the scenario" : who,
                        fmt::format(fmt::runtime(what), name(target)), formatDuration(action.at)));
    }
}

/// x-death counts forwards what the walk met backwards.
void Walk::countDeaths() {
    std::map<std::pair<EntityId, DeathReason>, int> counts;
    for (auto it = m_deaths.rbegin(); it != m_deaths.rend(); ++it) {
        if (it->anew) {
            counts.clear();
            continue;
        }
        const int count = ++counts[{it->queue, it->reason}];
        if (it->step < m_chain.steps.size())
            m_chain.steps[it->step].text += fmt::format("; x-death count {}", count);
    }
}

}  // namespace

CausalChain causalChain(const CausalContext& context, MessageId message, EntityId place, Sequence end) {
    return Walk(context).take(message, place, end);
}

std::string sentenceOf(const CausalChain& chain) {
    std::string sentence;
    for (auto it = chain.steps.rbegin(); it != chain.steps.rend(); ++it) {
        std::string_view text = it->text;
        constexpr std::string_view arrow = "→ ";
        if (text.starts_with(arrow))
            text.remove_prefix(arrow.size());
        if (!sentence.empty())
            sentence += " → ";
        sentence += text;
    }
    return sentence;
}

}  // namespace sluice
