#include "core/engine/tracer.h"

namespace sluice {

void Tracer::flush(TraceTime horizon) {
    m_digest = m_fingerprint.after(m_digest, pending());
    if (m_sink)
        m_sink->accept(pending(), horizon);
    m_flushed += pending().size();
    m_next = m_batch.data();
}

}  // namespace sluice
