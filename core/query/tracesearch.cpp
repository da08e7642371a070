#include "core/query/tracesearch.h"

#include <algorithm>

namespace sluice {

TraceSearch::TraceSearch(std::shared_ptr<const TraceStore> store, Wanted wanted, Sequence from,
                         Direction direction)
    : m_store(std::move(store)),
      m_wanted(std::move(wanted)),
      m_begun(std::min(from, m_store->size())),
      m_next(m_begun),
      m_direction(direction) {}

TraceSearch::Outcome TraceSearch::advance(std::size_t events) {
    if (m_found)
        return Outcome::Found;
    return m_direction == Direction::Forward ? forward(events) : backward(events);
}

TraceSearch::Outcome TraceSearch::forward(std::size_t events) {
    const Sequence size = m_store->size();
    const Sequence end = std::min<Sequence>(size, m_next + events);
    m_store->visit(m_next, end, [this](Sequence sequence, const TraceEvent& event) {
        if (m_wanted(event))
            m_found = sequence;
        return !m_found;
    });
    m_next = end;
    if (m_found)
        return Outcome::Found;
    return end == size ? Outcome::AtEnd : Outcome::NotYet;
}

TraceSearch::Outcome TraceSearch::backward(std::size_t events) {
    const Sequence stop = m_next > events ? m_next - events : 0;
    // Along the blocks, so that each is decoded once.
    while (m_next > stop) {
        const Sequence begin = std::max(stop, (m_next - 1) / kBlockEvents * kBlockEvents);
        m_store->visit(begin, m_next, [this](Sequence sequence, const TraceEvent& event) {
            if (m_wanted(event))
                m_found = sequence;  // the last one counts
            return true;
        });
        m_next = begin;
        if (m_found)
            return Outcome::Found;
    }
    return m_next == 0 ? Outcome::AtEnd : Outcome::NotYet;
}

double TraceSearch::progress() const {
    const Sequence all = m_direction == Direction::Forward ? m_store->size() - m_begun : m_begun;
    const Sequence done = m_direction == Direction::Forward ? m_next - m_begun : m_begun - m_next;
    return all == 0 ? 1 : std::min(1.0, static_cast<double>(done) / static_cast<double>(all));
}

}  // namespace sluice
