#include "widgets/log/eventfilter.h"

namespace sluice {

EventSieve::EventSieve(std::shared_ptr<const TraceStore> store, const EventFilter& filter)
    : m_filter(filter) {
    if (!filter.query.isEmpty())
        m_matcher.emplace(filter.query, std::move(store));
}

bool EventSieve::passes(const TraceEvent& event) {
    if (m_filter.kind >= 0 && static_cast<int>(event.kind) != m_filter.kind)
        return false;
    if (m_filter.entity != kNoEntity && event.subject != m_filter.entity)
        return false;
    if (m_filter.range && !m_filter.range->contains(event.at))
        return false;
    return !m_matcher || m_matcher->matches(event);
}

void FilteredEvents::reset(std::shared_ptr<TraceStore> store, const EventFilter& filter) {
    m_store = std::move(store);
    m_filter = filter;
    m_found.clear();
    m_next = m_store && filter.range ? m_store->lowerBound(filter.range->from) : 0;
    m_sieve.reset();
    if (m_store)
        m_sieve.emplace(m_store, filter);
}

bool FilteredEvents::advance(std::size_t events) {
    if (!m_store)
        return true;
    const Sequence size = m_filter.range ? m_store->lowerBound(m_filter.range->to) : m_store->size();
    // A range may lie beyond what has happened.
    m_next = std::min(m_next, size);
    const Sequence to = std::min<Sequence>(size, m_next + events);
    m_store->visit(m_next, to, [this](Sequence sequence, const TraceEvent& event) {
        if (m_sieve->passes(event))
            m_found.push_back(sequence);
        return true;
    });
    m_next = to;
    return to == size;
}

}  // namespace sluice
