#pragma once

#include <memory>
#include <vector>

#include "core/incident/incident.h"
#include "core/metrics/outcome.h"
#include "core/trace/tracestore.h"

namespace sluice {

/// What a run has shown up to the playhead, counted on from its trace a part at a time: so that a long jump
/// costs many frames a little, not one frame much. On the window's thread; owned by the run session.
class RunFindings {
public:
    explicit RunFindings(std::shared_ptr<TraceStore> store);

    /// Counts on, but no more than a frame allows. What is already counted beyond `to` stays.
    void countUpTo(Sequence to);
    [[nodiscard]] bool isCountedUpTo(Sequence to) const {
        return m_incidentsUpTo >= to && m_outcomeUpTo >= to;
    }
    /// Incidents hold for one moment, so they are counted anew for an earlier one.
    void restartIncidents();
    /// The first event that is not in the incidents yet.
    [[nodiscard]] Sequence incidentsUpTo() const { return m_incidentsUpTo; }

    /// Counts the outcome to the end, however much there is.
    void completeOutcome(Sequence end);
    /// Of a run that has ended; nothing is counted after it.
    [[nodiscard]] std::vector<Judgement> judgements(const std::vector<Expectation>& expectations);

    [[nodiscard]] std::vector<Incident> incidents() const { return m_incidents->incidents(); }
    [[nodiscard]] std::size_t openIncidents() const { return m_incidents->openCount(); }
    [[nodiscard]] Outcome outcome() const { return m_outcome.outcome(); }

private:
    void feed(TraceSink& sink, Sequence& from, Sequence to) const;

    std::shared_ptr<TraceStore> m_store;
    std::unique_ptr<IncidentCollector> m_incidents;
    OutcomeCollector m_outcome;
    Sequence m_incidentsUpTo = 0;
    Sequence m_outcomeUpTo = 0;
};

}  // namespace sluice
