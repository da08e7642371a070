#include "core/incident/causalwalk.h"

#include <fmt/format.h>

#include <algorithm>
#include <map>

#include "core/trace/messagepath.h"

namespace sluice {
namespace {

constexpr std::size_t kMostSteps = 400;
constexpr std::size_t kMostMessages = 64;

}  // namespace

std::string causeText(FailureKind cause) {
    return std::string(cause == FailureKind::None ? "unknown reason" : kindName(cause));
}

CausalChain CausalWalk::take(MessageId message, EntityId place, Sequence end) {
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

bool CausalWalk::load(MessageId message, Sequence end) {
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

void CausalWalk::add(CausalRule rule, const Past& past, EntityId place, std::string text) {
    if (m_chain.steps.size() < kMostSteps)
        m_chain.steps.push_back(
            {rule, past.event.at, past.sequence, place, past.event.message, std::move(text)});
}

const CausalWalk::Past* CausalWalk::find(EventKind kind, EntityId subject, TraceTime at) const {
    const auto found = std::find_if(m_past.rbegin(), m_past.rend(), [&](const Past& past) {
        return past.event.kind == kind && past.event.subject == subject && past.event.at == at;
    });
    return found == m_past.rend() ? nullptr : &*found;
}

/// Where it waits: a dead-letter queue before others. What waits nowhere is told of where it was last.
void CausalWalk::restAnywhere() {
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
void CausalWalk::rest(EntityId place) {
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

void CausalWalk::back() {
    while (m_next > 0 && m_at != At::Created) {
        const Past& past = m_past[--m_next];
        if (past.event.kind == EventKind::MessageCreated)
            return created(Past(past));
        step(past);
    }
}

void CausalWalk::step(const Past& past) {
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

void CausalWalk::stepInQueue(const Past& past) {
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
void CausalWalk::stepToQueue(const Past& past) {
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

void CausalWalk::stepInService(const Past& past) {
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

void CausalWalk::stepInTopic(const Past& past) {
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

/// x-death counts forwards what the walk met backwards.
void CausalWalk::countDeaths() {
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

CausalChain causalChain(const CausalContext& context, MessageId message, EntityId place, Sequence end) {
    return CausalWalk(context).take(message, place, end);
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
