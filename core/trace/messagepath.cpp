#include "core/trace/messagepath.h"

#include <algorithm>
#include <optional>

namespace sluice {
namespace {

using End = Stay::End;

/// Follows the copies of one message. Its events name the queue and not the copy; of several that fit, the
/// one that has been there longest is meant, as a queue would take it.
class Tracker {
public:
    explicit Tracker(const EntityTable& table) : m_table(table) {}

    void apply(const TraceEvent& event);
    [[nodiscard]] MessageHistory take() { return std::move(m_history); }

private:
    [[nodiscard]] bool isQueue(EntityId entity) const {
        return entity < m_table.entities.size() && !m_table.entities[entity].isLink &&
               m_table.entities[entity].elementKind == ElementKind::Queue;
    }
    Stay* arrive(const TraceEvent& event);
    void die(const TraceEvent& event, End end);
    bool drop(const TraceEvent& event);
    void misfortune(const TraceEvent& event);
    /// The last stay of a path that is in that queue and has not ended, `wanted` before the other.
    Stay* present(EntityId queue, End wanted);
    MessagePath* awaited(const TraceEvent& event);
    std::optional<MessagePath> copied(const TraceEvent& event) const;

    const EntityTable& m_table;
    MessageHistory m_history;
    Stay* m_retrying = nullptr;  ///< its acknowledgement follows at once
};

void Tracker::apply(const TraceEvent& event) {
    switch (event.kind) {
        case EventKind::Enqueued:
            arrive(event);
            return;
        case EventKind::Delivered:
            if (Stay* stay = present(event.subject, End::None)) {
                stay->end = End::Taken;
                stay->ended = event.at;
            }
            return;
        case EventKind::Requeued:
            if (Stay* stay = present(event.subject, End::Taken)) {
                stay->end = End::None;
                stay->requeue = static_cast<RequeueReason>(event.detail);
                ++stay->requeues;
            }
            return;
        case EventKind::RetryScheduled:
            if (Stay* stay = present(event.subject, End::Taken); stay && stay->end == End::Taken) {
                stay->attempt = event.detail;
                stay->backoff = Duration(event.value);
                stay->cause = event.cause();
                m_retrying = stay;
            }
            return;
        case EventKind::Acknowledged:
            if (Stay* stay = present(event.subject, End::Taken)) {
                stay->end = stay == m_retrying ? End::Retried : End::Acknowledged;
                stay->ended = event.at;
                m_retrying = nullptr;
            }
            return;
        case EventKind::Redriven:
            if (event.peer == kNoEntity)
                return;
            if (Stay* stay = present(event.subject, End::None)) {
                stay->end = End::Redriven;
                stay->ended = event.at;
                stay->next = event.peer;
            }
            return;
        case EventKind::DeadLettered:
            return die(event, End::DeadLettered);
        case EventKind::Discarded:
            return die(event, End::Discarded);
        case EventKind::Lost:
        case EventKind::Returned:
        case EventKind::Nacked:
        case EventKind::LateArrival:
            return misfortune(event);
        default:
            return;
    }
}

Stay* Tracker::present(EntityId queue, End wanted) {
    Stay* other = nullptr;
    for (MessagePath& path : m_history.paths) {
        Stay& stay = path.stays.back();
        if (stay.queue != queue || (stay.end != End::None && stay.end != End::Taken))
            continue;
        if (stay.end == wanted)
            return &stay;
        if (!other)
            other = &stay;
    }
    return other;
}

/// The path that has left for this queue, or for an exchange that leads there.
MessagePath* Tracker::awaited(const TraceEvent& event) {
    MessagePath* through = nullptr;
    for (MessagePath& path : m_history.paths) {
        const Stay& last = path.stays.back();
        const bool back = last.end == End::Retried && last.queue == event.subject;
        const bool sent =
            (last.end == End::DeadLettered || last.end == End::Redriven) && last.next == event.subject;
        if (back || sent)
            return &path;
        if (!through && last.end == End::DeadLettered && !isQueue(last.next) && !last.dropped &&
            last.ended == event.at)
            through = &path;
    }
    return through;
}

/// What led to a dead letter that an exchange has already brought to one queue at this moment, for the next.
std::optional<MessagePath> Tracker::copied(const TraceEvent& event) const {
    for (const MessagePath& path : m_history.paths) {
        for (std::size_t i = 0; i + 1 < path.stays.size(); ++i) {
            const Stay& stay = path.stays[i];
            if (stay.end == End::DeadLettered && !isQueue(stay.next) && stay.ended == event.at &&
                path.stays[i + 1].queue != event.subject)
                return MessagePath{
                    {path.stays.begin(), path.stays.begin() + static_cast<std::ptrdiff_t>(i) + 1}};
        }
    }
    return std::nullopt;
}

Stay* Tracker::arrive(const TraceEvent& event) {
    MessagePath* path = awaited(event);
    if (!path) {
        m_history.paths.push_back(copied(event).value_or(MessagePath{}));
        path = &m_history.paths.back();
    }
    Stay stay;
    stay.queue = event.subject;
    stay.arrived = event.at;
    stay.ended = event.at;
    path->stays.push_back(stay);
    m_retrying = nullptr;
    return &path->stays.back();
}

void Tracker::die(const TraceEvent& event, End end) {
    const auto reason = static_cast<DeathReason>(event.detail);
    const bool inWork = reason == DeathReason::Rejected || reason == DeathReason::DeliveryLimit;
    // What a queue refuses has not stood in it, but dies there all the same.
    const bool outside = event.has(eventflag::Outside);
    Stay* stay = !outside                   ? present(event.subject, inWork ? End::Taken : End::None)
                 : end == End::DeadLettered ? arrive(event)
                                            : nullptr;
    if (!stay && end == End::Discarded && drop(event))
        return;
    if (!stay)
        return misfortune(event);
    stay->end = end;
    stay->ended = event.at;
    stay->reason = reason;
    stay->cause = event.cause();
    stay->next = end == End::DeadLettered ? event.peer : kNoEntity;
    for (const MessagePath& path : m_history.paths) {
        if (&path.stays.back() != stay)
            continue;
        for (const DeathEntry& entry : path.deaths()) {
            if (entry.queue == stay->queue && entry.reason == reason)
                stay->deathCount = entry.count;
        }
    }
}

/// A dead letter that nothing takes: told of the queue it died in, at the moment of its death.
bool Tracker::drop(const TraceEvent& event) {
    for (MessagePath& path : m_history.paths) {
        Stay& last = path.stays.back();
        if (last.end == End::DeadLettered && last.ended == event.at && !last.dropped) {
            last.dropped = static_cast<DeathReason>(event.detail);
            return true;
        }
    }
    return false;
}

void Tracker::misfortune(const TraceEvent& event) {
    Mishap mishap;
    mishap.at = event.at;
    mishap.kind = event.kind;
    mishap.subject = event.subject;
    mishap.cause = event.cause();
    if (event.kind == EventKind::LateArrival)
        mishap.policy = static_cast<LatePolicy>(event.detail);
    else if (event.kind != EventKind::Lost)
        mishap.reason = static_cast<DeathReason>(event.detail);
    m_history.mishaps.push_back(mishap);
}

}  // namespace

std::vector<DeathEntry> MessagePath::deaths() const {
    std::vector<DeathEntry> entries;
    for (const Stay& stay : stays) {
        if (stay.end == End::Retried || stay.end == End::Redriven) {
            entries.clear();
            continue;
        }
        if (stay.end != End::DeadLettered && stay.end != End::Discarded)
            continue;
        // RabbitMQ 3.10 regroups the entries each time and thereby turns them round.
        std::reverse(entries.begin(), entries.end());
        const auto known = std::find_if(entries.begin(), entries.end(), [&](const DeathEntry& entry) {
            return entry.queue == stay.queue && entry.reason == stay.reason;
        });
        DeathEntry entry{stay.queue, stay.reason, 1};
        if (known != entries.end()) {
            entry.count = known->count + 1;
            entries.erase(known);
        }
        entries.insert(entries.begin(), entry);
    }
    return entries;
}

MessageHistory historyOf(MessageId message, std::span<const TraceEvent> events, const EntityTable& table) {
    Tracker tracker(table);
    for (const TraceEvent& event : events) {
        if (event.message == message)
            tracker.apply(event);
    }
    return tracker.take();
}

}  // namespace sluice
