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
        std::size_t handedOn = 0;
        // What was said stands behind the first `to` events; as long as nothing is, nothing is copied.
        const auto insert = [&](std::size_t to) {
            if (m_said.empty())
                return;
            m_events.insert(m_events.end(), events.begin() + static_cast<std::ptrdiff_t>(handedOn),
                            events.begin() + static_cast<std::ptrdiff_t>(to));
            m_events.insert(m_events.end(), m_said.begin(), m_said.end());
            m_said.clear();
            handedOn = to;
        };
        for (std::size_t i = 0; i < events.size(); ++i) {
            if (!m_evaluator.minds(events[i]))
                continue;
            m_evaluator.advanceTo(events[i].at, m_said);
            insert(i);
            m_evaluator.apply(events[i], m_said);
            insert(i + 1);
        }
        m_evaluator.advanceTo(horizon, m_said);
        insert(events.size());
        if (m_events.empty())
            return m_next.accept(events, horizon);
        m_events.insert(m_events.end(), events.begin() + static_cast<std::ptrdiff_t>(handedOn), events.end());
        m_next.accept(m_events, horizon);
    }
    void finish(const Result<void>& outcome) override { m_next.finish(outcome); }

private:
    AlertEvaluator& m_evaluator;
    TraceSink& m_next;
    std::vector<TraceEvent> m_events;
    std::vector<TraceEvent> m_said;
};

}  // namespace sluice
