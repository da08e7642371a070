#include "core/incident/origins.h"

#include <algorithm>

namespace sluice {
namespace {

void increase(std::uint8_t& count) {
    count = static_cast<std::uint8_t>(std::min(count + 1, 255));
}

void decrease(std::uint8_t& count) {
    // 255 is as many as are counted: it stays.
    if (count > 0 && count < 255)
        --count;
}

}  // namespace

const Origins::Origin* Origins::find(MessageId message) const {
    const std::size_t place = message % kWindow;
    if (place < m_latest.size() && m_latest[place].message == message)
        return &m_latest[place];
    const auto it = m_earlier.find(message);
    return it == m_earlier.end() ? nullptr : &it->second;
}

void Origins::create(const TraceEvent& event) {
    const std::size_t place = event.message % kWindow;
    if (place >= m_latest.size())
        m_latest.resize(std::min(kWindow, std::max<std::size_t>(place + 1, 2 * m_latest.size())));
    Origin& origin = m_latest[place];
    if (origin.copies > 0 || origin.underway > 0)
        m_earlier.insert_or_assign(origin.message, origin);
    origin = {event.value, event.message, event.detail, 0, 0};
}

/// Forgets an earlier one that is nowhere any more.
void Origins::settle(Origin& origin) {
    if (origin.copies > 0 || origin.underway > 0)
        return;
    const std::size_t place = origin.message % kWindow;
    if (place >= m_latest.size() || m_latest[place].message != origin.message)
        m_earlier.erase(origin.message);
}

void Origins::apply(const TraceEvent& event, const EntityTable& table) {
    switch (event.kind) {
        case EventKind::MessageCreated:
            return create(event);
        case EventKind::Enqueued:
        case EventKind::Appended:
        case EventKind::Acknowledged:
        case EventKind::DeadLettered:
        case EventKind::Discarded:
        case EventKind::Lost:
        case EventKind::Redriven:
        case EventKind::RetryScheduled:
            break;
        default:
            return;
    }
    auto* origin = const_cast<Origin*>(find(event.message));
    if (!origin || event.subject >= table.entities.size())
        return;
    const Entity& subject = table.entities[event.subject];
    const bool outside = event.has(eventflag::Outside);
    switch (event.kind) {
        case EventKind::Enqueued:
            decrease(origin->underway);
            increase(origin->copies);
            break;
        case EventKind::Acknowledged:
            decrease(origin->copies);
            break;
        case EventKind::DeadLettered:
            if (!outside)
                decrease(origin->copies);
            if (event.peer != kNoEntity)
                increase(origin->underway);
            break;
        case EventKind::Discarded:
            decrease(outside ? origin->underway : origin->copies);
            break;
        case EventKind::Redriven:
            if (event.peer == kNoEntity)
                break;
            decrease(origin->copies);
            increase(origin->underway);
            break;
        case EventKind::RetryScheduled:
            // A service tries again what it has in hand, a caller what it asked.
            if (!subject.isLink && subject.elementKind != ElementKind::Service)
                increase(origin->underway);
            break;
        default:
            decrease(origin->underway);
            break;
    }
    settle(*origin);
}

}  // namespace sluice
