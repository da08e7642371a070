#include "core/sequence/sequencebuilder.h"

#include <fmt/format.h>

#include <algorithm>

#include "core/trace/eventfields.h"

namespace sluice {

std::uint32_t SequenceBuilder::lifeline(EntityId entity) {
    if (entity >= m_lifelineOf.size())
        return Hop::kNowhere;
    std::uint32_t& known = m_lifelineOf[entity];
    if (known != Hop::kNowhere)
        return known;
    const std::string fold = entity < m_scope.folds.size() ? m_scope.folds[entity] : std::string();
    const auto next = static_cast<std::uint32_t>(m_diagram.lifelines.size());
    if (!fold.empty()) {
        const auto [place, isNew] = m_folded.try_emplace(fold, next);
        if (!isNew)
            return known = place->second;
    }
    const Entity& one = m_table.entities[entity];
    m_diagram.lifelines.push_back({!fold.empty() ? fold : one.name.empty() ? one.id : one.name, entity});
    return known = next;
}

/// A consume link is drawn from the queue to the service or the other way round: whoever is no queue works.
EntityId SequenceBuilder::serviceOf(EntityId link) const {
    const Entity* found = entityAt(link);
    if (!found || !found->isLink)
        return kNoEntity;
    const Entity* to = entityAt(found->to);
    const bool brokerEnd =
        to && (to->elementKind == ElementKind::Queue || to->elementKind == ElementKind::Topic);
    return brokerEnd ? found->from : found->to;
}

SequenceBuilder::Departure* SequenceBuilder::departureTo(Whereabouts& whereabouts, EntityId to) {
    for (Departure& departure : whereabouts.departures) {
        if (departure.to == to)
            return &departure;
    }
    return nullptr;
}

/// Where a copy that is now at `to` came from, when no link says it: the last place it was at that is joined
/// to it, else the last that is no queue or topic, since those pass nothing on by themselves.
EntityId SequenceBuilder::originOf(const Whereabouts& whereabouts, EntityId to) const {
    EntityId holder = kNoEntity;
    for (auto visited = whereabouts.visited.rbegin(); visited != whereabouts.visited.rend(); ++visited) {
        if (m_joined.contains({*visited, to}))
            return *visited;
        const ElementKind kind = m_table.entities[*visited].elementKind;
        if (holder == kNoEntity && kind != ElementKind::Queue && kind != ElementKind::Topic)
            holder = *visited;
    }
    return holder == kNoEntity ? whereabouts.at : holder;
}

void SequenceBuilder::moveTo(Whereabouts& whereabouts, EntityId to, TraceTime at) {
    whereabouts.at = to;
    whereabouts.since = at;
    if (to < m_table.entities.size())
        whereabouts.visited.push_back(to);
}

void SequenceBuilder::hop(HopKind kind, EntityId from, EntityId to, Start start, Sequence sequence,
                          const TraceEvent& event, std::string reason, Duration waited) {
    const std::uint32_t source = lifeline(from);
    const std::uint32_t target = to == kNoEntity ? Hop::kNowhere : lifeline(to);
    if (source == Hop::kNowhere || (source == target && from != to))
        return;  // nobody is known to have sent it, or both ends are folded into one
    m_diagram.hops.push_back({.kind = kind,
                              .from = source,
                              .to = target,
                              .sent = start.at,
                              .received = std::max(start.at, event.at),
                              .waited = waited,
                              .message = event.message,
                              .type = m_messages[event.message].type,
                              .flags = event.flags(),
                              .cause = event.cause(),
                              .reason = std::move(reason),
                              .departed = start.sequence,
                              .sequence = sequence});
}

/// The message is seen at `to`: by a link that it left for there, or at once from where it was.
void SequenceBuilder::arrive(HopKind kind, EntityId to, Sequence sequence, const TraceEvent& event) {
    Whereabouts& whereabouts = m_messages[event.message];
    if (const Departure* departure = departureTo(whereabouts, to)) {
        hop(kind, departure->from, to, departure->start, sequence, event);
        whereabouts.departures.erase(whereabouts.departures.begin() +
                                     (departure - whereabouts.departures.data()));
    } else if (whereabouts.at != to) {
        hop(kind, originOf(whereabouts, to), to, {event.at, sequence}, sequence, event);
    }
    moveTo(whereabouts, to, event.at);
}

void SequenceBuilder::mark(EntityId at, Sequence sequence, const TraceEvent& event) {
    const Entity* entity = entityAt(at);
    // Who waits is who made the request, whatever the answer was to come over.
    const Whereabouts& whereabouts = m_messages[event.message];
    if (event.kind == EventKind::TimedOut && !whereabouts.visited.empty())
        at = whereabouts.visited.front();
    else if (entity && entity->isLink)
        at = event.kind == EventKind::TimedOut ? entity->from : entity->to;
    const std::uint32_t place = lifeline(at);
    if (place == Hop::kNowhere)
        return;
    m_diagram.marks.push_back({.lifeline = place,
                               .at = event.at,
                               .kind = event.kind,
                               .message = event.message,
                               .cause = event.cause(),
                               .reason = std::string(reasonOf(event)),
                               .sequence = sequence});
}

void SequenceBuilder::deliver(Sequence sequence, const TraceEvent& event, EntityId from, EntityId link,
                              Duration waited) {
    Whereabouts& whereabouts = m_messages[event.message];
    EntityId to = serviceOf(link);
    if (to == kNoEntity)
        return;
    hop(HopKind::Delivery, from, to, {event.at, sequence}, sequence, event, {}, waited);
    moveTo(whereabouts, to, event.at);
}

void SequenceBuilder::die(Sequence sequence, const TraceEvent& event) {
    Whereabouts& whereabouts = m_messages[event.message];
    if (event.peer == kNoEntity) {
        mark(event.subject, sequence, event);
        return;
    }
    hop(HopKind::DeadLetter, event.subject, event.peer, {event.at, sequence}, sequence, event,
        std::string(reasonOf(event)));
    moveTo(whereabouts, event.peer, event.at);
    whereabouts.diesInto = event.peer;
}

void SequenceBuilder::enqueue(Sequence sequence, const TraceEvent& event) {
    Whereabouts& whereabouts = m_messages[event.message];
    if (whereabouts.diesInto == event.subject || (whereabouts.at == event.subject && !whereabouts.retried)) {
        whereabouts.diesInto = kNoEntity;  // it is there already, or was given back
    } else if (whereabouts.retried) {
        hop(HopKind::Retry, whereabouts.at, event.subject, *whereabouts.retried, sequence, event,
            whereabouts.attempt);
        whereabouts.retried.reset();
    } else {
        arrive(HopKind::Publish, event.subject, sequence, event);
    }
    moveTo(whereabouts, event.subject, event.at);
}

void SequenceBuilder::lose(Sequence sequence, const TraceEvent& event) {
    const Entity* entity = entityAt(event.subject);
    if (!entity)
        return;
    if (!entity->isLink) {
        mark(event.subject, sequence, event);
        return;
    }
    hop(HopKind::Publish, entity->from, kNoEntity, {event.at, sequence}, sequence, event, "lost");
}

void SequenceBuilder::finishWork(Sequence sequence, const TraceEvent& event) {
    const std::uint32_t place = lifeline(event.subject);
    for (auto activity = m_diagram.activities.rbegin(); activity != m_diagram.activities.rend(); ++activity) {
        if (activity->message == event.message && activity->lifeline == place && !activity->finished &&
            activity->instance == event.peer) {
            activity->finished = true;
            activity->to = event.at;
            activity->ended = sequence;
            activity->cause = event.cause();
            return;
        }
    }
}

void SequenceBuilder::apply(Sequence sequence, const TraceEvent& event) {
    if (!m_begun) {
        m_begun = true;
        m_diagram.begin = event.at;
    }
    Whereabouts& whereabouts = m_messages[event.message];
    switch (event.kind) {
        case EventKind::MessageCreated:
            whereabouts = {};
            whereabouts.type = event.detail;
            moveTo(whereabouts, event.subject, event.at);
            lifeline(event.subject);
            break;
        case EventKind::Moved: {
            const Entity* link = entityAt(event.subject);
            if (!link || !link->isLink)
                break;
            const bool back = event.has(eventflag::Reverse);
            whereabouts.departures.push_back(
                {back ? link->to : link->from, back ? link->from : link->to, {event.at, sequence}});
            break;
        }
        case EventKind::Enqueued:
            enqueue(sequence, event);
            break;
        case EventKind::Appended:
            arrive(HopKind::Publish, event.subject, sequence, event);
            whereabouts.appended = event.at;
            break;
        case EventKind::Delivered:
            deliver(sequence, event, event.subject, event.peer, Duration(event.value));
            break;
        case EventKind::Fetched: {
            const Entity* link = entityAt(event.subject);
            const EntityId to = serviceOf(event.subject);
            if (link && to != kNoEntity)
                deliver(sequence, event, to == link->to ? link->from : link->to, event.subject,
                        std::max(Duration::zero(), event.at - whereabouts.appended));
            break;
        }
        case EventKind::WorkStarted:
            if (whereabouts.at != event.subject)
                arrive(HopKind::Call, event.subject, sequence, event);
            m_diagram.activities.push_back({.lifeline = lifeline(event.subject),
                                            .instance = event.peer,
                                            .from = event.at,
                                            .to = event.at,
                                            .message = event.message,
                                            .begun = sequence});
            break;
        case EventKind::WorkFinished:
            finishWork(sequence, event);
            break;
        case EventKind::Answered:
        case EventKind::AnsweredLate: {
            const Entity* link = entityAt(event.subject);
            if (link && link->isLink) {
                const Departure* departure = departureTo(whereabouts, link->from);
                hop(HopKind::Answer, link->to, link->from,
                    departure ? departure->start : Start{event.at, sequence}, sequence, event);
                moveTo(whereabouts, link->from, event.at);
            }
            if (event.kind == EventKind::AnsweredLate)
                mark(whereabouts.at, sequence, event);
            break;
        }
        case EventKind::RetryScheduled:
            whereabouts.retried = Start{event.at, sequence};
            whereabouts.attempt = fmt::format("attempt {}", event.detail);
            break;
        case EventKind::DeadLettered:
            die(sequence, event);
            break;
        case EventKind::Redriven:
            if (event.peer == kNoEntity) {
                mark(event.subject, sequence, event);
            } else {
                hop(HopKind::Redrive, event.subject, event.peer, {event.at, sequence}, sequence, event,
                    std::string(reasonOf(event)));
                moveTo(whereabouts, event.peer, event.at);
            }
            break;
        case EventKind::RowWritten:
        case EventKind::RowRead:
            // Whoever reads or writes goes on with it, so the message stays where it is.
            if (whereabouts.at != event.subject)
                hop(HopKind::Access, originOf(whereabouts, event.subject), event.subject,
                    {event.at, sequence}, sequence, event);
            break;
        case EventKind::Lost:
            lose(sequence, event);
            break;
        case EventKind::Failed:
        case EventKind::LateArrival:
        case EventKind::TimedOut:
        case EventKind::Discarded:
        case EventKind::Returned:
        case EventKind::Nacked:
        case EventKind::Requeued:
        case EventKind::UserInformed:
            mark(event.subject, sequence, event);
            break;
        case EventKind::Called:
        case EventKind::Acknowledged:
        case EventKind::Duplicated:
        case EventKind::QueueDeclared:
        case EventKind::QueueDeleted:
        case EventKind::Committed:
        case EventKind::Assigned:
        case EventKind::Rebalanced:
        case EventKind::InstanceStopped:
        case EventKind::InstanceStarted:
        case EventKind::ActionBegan:
        case EventKind::ActionEnded:
        case EventKind::ConsumerRefused:
        case EventKind::ConsumerActivated:
        case EventKind::Observed:
        case EventKind::Counted:
        case EventKind::ConnectionMade:
        case EventKind::ConnectionLost:
        case EventKind::AlertRaised:
        case EventKind::AlertCleared:
            break;
    }
    m_diagram.end = std::max(m_diagram.end, event.at);
}

SequenceDiagram SequenceBuilder::finish(TraceTime end) {
    m_diagram.end = std::max(m_diagram.end, end);
    for (Activity& activity : m_diagram.activities) {
        if (!activity.finished)
            activity.to = m_diagram.end;
    }
    std::ranges::stable_sort(m_diagram.hops, {}, &Hop::sent);
    return std::move(m_diagram);
}

}  // namespace sluice
