#pragma once

#include <vector>

#include "core/engine/fingerprint.h"
#include "core/trace/source.h"

namespace sluice {

/// Collects a run's events into batches for its sink and folds them into the fingerprint, a batch at a time:
/// what happens for each event is a write of 32 bytes.
class Tracer {
public:
    explicit Tracer(const EntityTable& table)
        : m_batch(kBatch), m_next(m_batch.data()), m_end(m_next + kBatch), m_fingerprint(table) {}
    Tracer(const Tracer&) = delete;
    Tracer& operator=(const Tracer&) = delete;

    /// Written field by field where it stays: a copy made elsewhere would have to wait for its fields.
    void emit(TraceTime at, EventKind kind, EntityId subject, MessageId message, std::uint32_t peer,
              std::uint16_t detail, std::int64_t value, std::uint8_t marks) {
        TraceEvent& event = *m_next++;
        event.at = at;
        event.value = value;
        event.subject = subject;
        event.message = message;
        event.peer = peer;
        event.detail = detail;
        event.kind = kind;
        event.marks = marks;
        if (m_next == m_end)
            flush(at);
    }

    /// Where batches go from now on; null: nowhere.
    void setSink(TraceSink* sink) { m_sink = sink; }
    [[gnu::noinline]] void flush(TraceTime horizon);
    [[nodiscard]] std::uint64_t count() const { return m_flushed + pending().size(); }
    [[nodiscard]] std::uint64_t fingerprint() const { return m_fingerprint.after(m_digest, pending()); }

private:
    [[nodiscard]] std::span<const TraceEvent> pending() const { return {m_batch.data(), m_next}; }

    static constexpr std::size_t kBatch = 256;  ///< 8 KiB, which stay in the processor's nearest cache
    std::vector<TraceEvent> m_batch;
    TraceEvent* m_next;
    TraceEvent* m_end;
    Fingerprint m_fingerprint;
    std::uint64_t m_digest = Fingerprint::kEmpty;
    TraceSink* m_sink = nullptr;
    std::uint64_t m_flushed = 0;
};

}  // namespace sluice
