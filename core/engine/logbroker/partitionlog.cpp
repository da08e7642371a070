#include "core/engine/logbroker/partitionlog.h"

#include <algorithm>

namespace sluice {

void PartitionLog::roll() {
    Segment& segment = m_segments.emplace_back();
    segment.begin = m_end;
}

void PartitionLog::dropOldest() {
    if (m_segments.size() == 1)
        roll();
    m_bytes -= m_segments.front().bytes;
    m_segments.pop_front();
    m_begin = m_segments.front().begin;
    while (m_base + static_cast<Offset>(kChunk) <= m_begin && !m_chunks.empty()) {
        m_chunks.pop_front();
        m_base += static_cast<Offset>(kChunk);
    }
    std::erase_if(m_tombstones, [this](const auto& tombstone) { return tombstone.first < m_begin; });
}

bool PartitionLog::applyRetention(Duration now) {
    if (!m_options.deletes)
        return false;
    bool dropped = false;
    // The active segment goes too when all of it is old: the broker rolls an empty one first.
    while (!m_segments.empty() && m_segments.front().begin != m_end &&
           m_options.retention != Duration::max() &&
           now - m_segments.front().largestTimestamp > m_options.retention) {
        dropOldest();
        dropped = true;
    }
    while (m_segments.size() > 1 && m_options.retentionBytes != UINT64_MAX &&
           m_bytes >= m_options.retentionBytes + m_segments.front().bytes) {
        dropOldest();
        dropped = true;
    }
    return dropped;
}

PartitionLog::Segment& PartitionLog::segmentOf(Offset offset) {
    const auto after =
        std::upper_bound(m_segments.begin(), m_segments.end(), offset,
                         [](Offset wanted, const Segment& segment) { return wanted < segment.begin; });
    return *(after - 1);
}

std::uint64_t PartitionLog::compact(Duration now) {
    if (!m_options.compacts || m_segments.size() < 2)
        return 0;
    const Offset active = m_segments.back().begin;
    std::unordered_map<std::uint64_t, Offset> latest;
    for (Offset offset = skipRemoved(m_begin); offset < active; offset = skipRemoved(offset + 1)) {
        if (at(offset).key != LogRecord::kNoKey)
            latest[at(offset).key] = offset;
    }
    std::uint64_t removed = 0;
    for (Offset offset = skipRemoved(m_begin); offset < active; offset = skipRemoved(offset + 1)) {
        LogRecord& record = slotAt(offset);
        bool keeps = record.key != LogRecord::kNoKey && latest[record.key] == offset;
        if (keeps && record.tombstone != 0) {
            const Duration until =
                m_tombstones.try_emplace(offset, now + m_options.deleteRetention).first->second;
            keeps = now < until;
        }
        if (keeps)
            continue;
        m_tombstones.erase(offset);
        segmentOf(offset).bytes -= record.size;
        m_bytes -= record.size;
        record.removed = 1;
        m_compacted = true;
        ++removed;
    }
    return removed;
}

}  // namespace sluice
