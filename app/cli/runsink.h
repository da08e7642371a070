#pragma once

#include "app/cli/runner.h"
#include "core/record/recorder.h"
#include "core/trace/source.h"

namespace sluice::cli {

/// Hands on to the collector and the recorder, if there is one, and keeps how the run ended.
class RunSink : public TraceSink {
public:
    RunSink(std::shared_ptr<const EntityTable> table, Recorder* recorder)
        : m_collector(std::move(table)), m_recorder(recorder) {}
    void accept(std::span<const TraceEvent> events, TraceTime horizon) override {
        m_collector.accept(events, horizon);
        for (const TraceEvent& event : events)
            m_alerts.apply(m_sequence++, event);
        if (m_recorder)
            m_recorder->accept(events, horizon);
    }
    void finish(const Result<void>& outcome) override {
        m_collector.finish(outcome);
        if (m_recorder)
            m_recorder->finish(outcome);
        m_ended = outcome;
    }
    [[nodiscard]] const Result<void>& ended() const { return m_ended; }
    [[nodiscard]] Outcome outcome() const { return m_collector.outcome(); }
    [[nodiscard]] const std::vector<Alert>& alerts() const { return m_alerts.alerts(); }
    [[nodiscard]] std::uint64_t messages() const { return m_collector.messages(); }

private:
    OutcomeCollector m_collector;
    AlertList m_alerts;
    Sequence m_sequence = 0;
    Recorder* const m_recorder;
    Result<void> m_ended;
};

/// After the sink's end.
FinishedRun finishedRun(const RunSink& sink, const Simulation& simulation);

}  // namespace sluice::cli
