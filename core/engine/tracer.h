#pragma once

#include <vector>

#include "core/engine/fingerprint.h"
#include "core/trace/source.h"

namespace sluice {

/// Collects a run's events into batches for its sink and folds them into the fingerprint.
class Tracer {
public:
    explicit Tracer(const EntityTable& table) : m_fingerprint(table) { m_batch.reserve(kBatch); }

    void emit(const TraceEvent& event) {
        m_fingerprint.add(event);
        ++m_count;
        m_batch.push_back(event);
        if (m_batch.size() >= kBatch)
            flush(event.at);
    }

    /// Where batches go from now on; null: nowhere.
    void setSink(TraceSink* sink) { m_sink = sink; }
    void flush(TraceTime horizon) {
        if (m_sink)
            m_sink->accept(m_batch, horizon);
        m_batch.clear();
    }
    [[nodiscard]] std::uint64_t count() const { return m_count; }
    [[nodiscard]] std::uint64_t fingerprint() const { return m_fingerprint.value(); }

private:
    static constexpr std::size_t kBatch = 2048;
    std::vector<TraceEvent> m_batch;
    Fingerprint m_fingerprint;
    TraceSink* m_sink = nullptr;
    std::uint64_t m_count = 0;
};

}  // namespace sluice
