#include "core/trace/deadletters.h"

namespace sluice {

DeadLetters::DeadLetters(const EntityTable& table) : m_waiting(table.entities.size()) {}

void DeadLetters::apply(const TraceEvent& event, const EntityTable& table, const Visitor& changed) {
    if (event.subject >= m_waiting.size())
        return;
    switch (event.kind) {
        case EventKind::DeadLettered:
            // A dead-letter queue may have one of its own: the first death's wait ends with the second.
            if (!event.has(eventflag::Outside))
                leave(event.message, event.subject, Change::Discarded, changed);
            die(event, table, changed);
            break;
        case EventKind::Enqueued:
            if (m_underway > 0)
                arrive(event, changed);
            break;
        case EventKind::Redriven:
            if (event.peer != kNoEntity)
                leave(event.message, event.subject, Change::Redriven, changed);
            break;
        case EventKind::Acknowledged:
            leave(event.message, event.subject, Change::Discarded, changed);
            break;
        case EventKind::Discarded:
            // The replies that nobody waits for die with their queue; that is its purpose, not an incident.
            if (event.has(eventflag::Outside) && drop(event, changed))
                break;
            if ((event.has(eventflag::Outside) ||
                 !leave(event.message, event.subject, Change::Discarded, changed)) &&
                !table.entities[event.subject].temporary) {
                const DeadLetter letter{event.message, event.subject, kNoEntity, event.cause(),
                                        static_cast<DeathReason>(event.detail)};
                changed(Change::Died, letter);
                changed(Change::Discarded, letter);
            }
            break;
        default:
            break;
    }
}

void DeadLetters::die(const TraceEvent& event, const EntityTable& table, const Visitor& changed) {
    DeadLetter letter{event.message, event.subject, kNoEntity, event.cause(),
                      static_cast<DeathReason>(event.detail)};
    const bool kept = event.peer < m_waiting.size();
    if (kept && table.entities[event.peer].elementKind == ElementKind::Queue)
        letter.waitsIn = event.peer;
    changed(Change::Died, letter);
    if (!kept) {
        changed(Change::Discarded, letter);
        return;
    }
    m_open.emplace(event.message, letter);
    if (letter.waitsIn == kNoEntity) {
        ++m_underway;
    } else {
        ++m_waiting[letter.waitsIn];
        changed(Change::Arrived, letter);
    }
}

void DeadLetters::arrive(const TraceEvent& event, const Visitor& changed) {
    const auto [begin, end] = m_open.equal_range(event.message);
    for (auto it = begin; it != end; ++it) {
        if (it->second.waitsIn != kNoEntity)
            continue;
        it->second.waitsIn = event.subject;
        ++m_waiting[event.subject];
        --m_underway;
        changed(Change::Arrived, it->second);
        return;
    }
}

bool DeadLetters::drop(const TraceEvent& event, const Visitor& changed) {
    const auto [begin, end] = m_open.equal_range(event.message);
    for (auto it = begin; it != end; ++it) {
        const DeadLetter letter = it->second;
        const bool underWay = letter.waitsIn == kNoEntity;
        if (!underWay && letter.waitsIn != event.subject && letter.queue != event.subject)
            continue;
        m_open.erase(it);
        if (underWay)
            --m_underway;
        else
            --m_waiting[letter.waitsIn];
        changed(Change::Discarded, letter);
        return true;
    }
    return false;
}

bool DeadLetters::leave(MessageId message, EntityId queue, Change how, const Visitor& changed) {
    if (m_waiting[queue] == 0)
        return false;
    const auto [begin, end] = m_open.equal_range(message);
    for (auto it = begin; it != end; ++it) {
        if (it->second.waitsIn != queue)
            continue;
        const DeadLetter letter = it->second;
        m_open.erase(it);
        --m_waiting[queue];
        changed(how, letter);
        return true;
    }
    return false;
}

}  // namespace sluice
