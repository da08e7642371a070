#include "core/query/watchtally.h"

#include <algorithm>

namespace sluice {
namespace {

constexpr Sequence kBatch = kBlockEvents;  // so that no block is decoded twice, and readers never wait long

}  // namespace

WatchTally::WatchTally(EventQuery query, std::shared_ptr<const TraceStore> store)
    : m_store(std::move(store)), m_matcher(std::move(query), m_store) {}

bool WatchTally::advance(std::size_t events, const std::atomic<bool>& stop) {
    const Sequence size = m_store->size();
    Sequence next = findings().searched;
    const Sequence end = std::min<Sequence>(size, next + events);
    std::vector<std::pair<Sequence, TraceTime>> found;
    while (next < end && !stop) {
        const Sequence to = std::min(end, (next / kBatch + 1) * kBatch);
        found.clear();
        m_store->visit(next, to, [&](Sequence sequence, const TraceEvent& event) {
            if (m_matcher.matches(event))
                found.emplace_back(sequence, event.at);
            return true;
        });
        next = to;
        const std::scoped_lock lock(m_mutex);
        for (const auto& [sequence, at] : found) {
            if (!m_findings.first)
                m_findings.first = sequence;
            m_findings.last = sequence;
            ++m_findings.count;
            m_times.add(at);
        }
        m_findings.searched = next;
    }
    return next == size;
}

WatchFindings WatchTally::findings() const {
    const std::scoped_lock lock(m_mutex);
    return m_findings;
}

void WatchTally::spread(TraceTime from, TraceTime to, std::span<double> parts) const {
    const std::scoped_lock lock(m_mutex);
    m_times.spread(from, to, parts);
}

}  // namespace sluice
