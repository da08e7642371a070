#include "app/runfindings.h"

#include <algorithm>

namespace sluice {

namespace {

constexpr std::uint64_t kCountedAtOnce = 100'000;  // events

}  // namespace

RunFindings::RunFindings(std::shared_ptr<TraceStore> store)
    : m_store(std::move(store)), m_outcome(m_store->sharedTable()) {
    restartIncidents();
}

void RunFindings::feed(TraceSink& sink, Sequence& from, Sequence to) const {
    to = std::min(to, from + kCountedAtOnce);
    if (from >= to)
        return;
    const std::vector<TraceEvent> events = m_store->read(from, to);
    if (!events.empty())
        sink.accept(events, events.back().at);
    from = to;
}

void RunFindings::countUpTo(Sequence to) {
    feed(m_outcome, m_outcomeUpTo, to);
    feed(*m_incidents, m_incidentsUpTo, to);
}

void RunFindings::restartIncidents() {
    m_incidents = std::make_unique<IncidentCollector>(m_store->sharedTable());
    m_incidentsUpTo = 0;
}

void RunFindings::completeOutcome(Sequence end) {
    while (m_outcomeUpTo < end)
        feed(m_outcome, m_outcomeUpTo, end);
}

std::vector<Judgement> RunFindings::judgements(const std::vector<Expectation>& expectations) {
    m_outcome.finish({});
    return judge(m_outcome.outcome(), expectations);
}

}  // namespace sluice
