#pragma once

#include <vector>

#include "core/engine/fingerprint.h"
#include "core/trace/source.h"

namespace sluice {

/// Collects a run's events into batches for its sink and folds them into the fingerprint.
class Tracer {
public:
    explicit Tracer(const EntityTable& table) : m_batch(kBatch), m_fingerprint(table) {}

    void emit(const TraceEvent& event) {
        m_fingerprint.add(event);
        m_batch[m_used++] = event;
        if (m_used == kBatch)
            flush(event.at);
    }

    /// Where batches go from now on; null: nowhere.
    void setSink(TraceSink* sink) { m_sink = sink; }
    void flush(TraceTime horizon) {
        if (m_sink)
            m_sink->accept(std::span(m_batch).first(m_used), horizon);
        m_flushed += m_used;
        m_used = 0;
    }
    [[nodiscard]] std::uint64_t count() const { return m_flushed + m_used; }
    [[nodiscard]] std::uint64_t fingerprint() const { return m_fingerprint.value(); }

private:
    static constexpr std::size_t kBatch = 2048;
    std::vector<TraceEvent> m_batch;
    Fingerprint m_fingerprint;
    TraceSink* m_sink = nullptr;
    std::size_t m_used = 0;
    std::uint64_t m_flushed = 0;
};

}  // namespace sluice
