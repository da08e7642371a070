#pragma once

#include <vector>

#include "core/alerts/alertevaluator.h"
#include "core/trace/source.h"

namespace sluice {

/// Hands a trace on with its alerts in it, each at its place. The evaluator and the next sink are the
/// caller's.
class AlertingSink : public TraceSink {
public:
    AlertingSink(AlertEvaluator& evaluator, TraceSink& next) : m_evaluator(evaluator), m_next(next) {}

    void accept(std::span<const TraceEvent> events, TraceTime horizon) override {
        m_events.clear();
        for (const TraceEvent& event : events) {
            m_evaluator.advanceTo(event.at, m_events);
            m_events.push_back(event);
            m_evaluator.apply(event, m_events);
        }
        m_evaluator.advanceTo(horizon, m_events);
        m_next.accept(m_events, horizon);
    }
    void finish(const Result<void>& outcome) override { m_next.finish(outcome); }

private:
    AlertEvaluator& m_evaluator;
    TraceSink& m_next;
    std::vector<TraceEvent> m_events;
};

}  // namespace sluice
