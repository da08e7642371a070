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
            if (!m_underway.empty())
                arrive(event, table, changed);
            break;
        case EventKind::Delivered:
            // It is at work again.
            if (!m_underway.empty())
                m_underway.erase(event.message);
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
                DeadLetter letter{event.message, event.subject, kNoEntity, event.cause(),
                                  static_cast<DeathReason>(event.detail)};
                letter.sent = false;
                changed(Change::Died, letter);
                changed(Change::Discarded, letter);
            }
            break;
        default:
            break;
    }
}

void DeadLetters::die(const TraceEvent& event, const EntityTable& table, const Visitor& changed) {
    const DeadLetter letter{event.message, event.subject, kNoEntity, event.cause(),
                            static_cast<DeathReason>(event.detail)};
    m_underway.erase(event.message);
    if (event.peer >= m_waiting.size()) {
        changed(Change::Died, letter);
        changed(Change::Discarded, letter);
    } else if (table.entities[event.peer].elementKind != ElementKind::Queue) {
        m_underway.emplace(event.message, letter);
    } else if (table.entities[event.peer].deadLetters) {
        keep(letter, event.peer, changed);
    }
}

void DeadLetters::arrive(const TraceEvent& event, const EntityTable& table, const Visitor& changed) {
    // Of several copies another may come to a delay queue: that one is no dead letter.
    if (!table.entities[event.subject].deadLetters)
        return;
    const auto it = m_underway.find(event.message);
    if (it == m_underway.end())
        return;
    const DeadLetter letter = it->second;
    m_underway.erase(it);
    keep(letter, event.subject, changed);
}

void DeadLetters::keep(DeadLetter letter, EntityId in, const Visitor& changed) {
    letter.waitsIn = in;
    m_open.emplace(letter.message, letter);
    ++m_waiting[in];
    changed(Change::Died, letter);
    changed(Change::Arrived, letter);
}

bool DeadLetters::drop(const TraceEvent& event, const Visitor& changed) {
    if (const auto it = m_underway.find(event.message); it != m_underway.end()) {
        const DeadLetter letter = it->second;
        m_underway.erase(it);
        changed(Change::Died, letter);
        changed(Change::Discarded, letter);
        return true;
    }
    const auto [begin, end] = m_open.equal_range(event.message);
    for (auto it = begin; it != end; ++it) {
        const DeadLetter letter = it->second;
        if (letter.waitsIn != event.subject && letter.queue != event.subject)
            continue;
        m_open.erase(it);
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
