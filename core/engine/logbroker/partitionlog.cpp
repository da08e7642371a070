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
    while (m_base + static_cast<Offset>(kChunk) <= m_begin && !m_chunks.empty())
        dropChunk();
    std::erase_if(m_tombstones, [this](const auto& tombstone) { return tombstone.first < m_begin; });
}

void PartitionLog::dropChunk() {
    m_spare = std::move(m_chunks.front());
    m_chunks.pop_front();
    m_base += static_cast<Offset>(kChunk);
}

void PartitionLog::forget(Offset offset) {
    while (m_base + static_cast<Offset>(kChunk) <= offset && !m_chunks.empty()) {
        if (m_options.compacts) {
            for (Offset i = std::max(m_base, m_begin); i < m_base + static_cast<Offset>(kChunk); ++i)
                fold(i);
        }
        dropChunk();
    }
}

void PartitionLog::fold(Offset offset) {
    const LogRecord& record = at(offset);
    if (record.removed != 0)
        return;
    Segment& segment = segmentOf(offset);
    ++segment.foldedCount;
    segment.foldedBytes += record.size;
    if (record.key != LogRecord::kNoKey)
        segment.folded[record.key] = {offset, record.size, record.tombstone != 0};
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
    const auto end = m_segments.end() - 1;
    for (auto segment = m_segments.begin(); segment != end; ++segment) {
        for (const auto& [key, folded] : segment->folded)
            latest[key] = folded.offset;
    }
    for (Offset offset = skipRemoved(m_begin); offset < active; offset = skipRemoved(offset + 1)) {
        if (at(offset).key != LogRecord::kNoKey)
            latest[at(offset).key] = offset;
    }
    std::uint64_t removed = 0;
    for (auto segment = m_segments.begin(); segment != end; ++segment)
        removed += compactFolded(*segment, latest, now);
    for (Offset offset = skipRemoved(m_begin); offset < active; offset = skipRemoved(offset + 1)) {
        LogRecord& record = slotAt(offset);
        const bool keeps = record.key != LogRecord::kNoKey && latest[record.key] == offset &&
                           (record.tombstone == 0 || outlivesItsTime(offset, now));
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

/// Of what is forgotten only the latest of each key stays, and tombstones for their time.
std::uint64_t PartitionLog::compactFolded(Segment& segment,
                                          const std::unordered_map<std::uint64_t, Offset>& latest,
                                          Duration now) {
    std::uint64_t bytes = 0;
    std::erase_if(segment.folded, [&](const auto& entry) {
        const Folded& folded = entry.second;
        const bool keeps = latest.at(entry.first) == folded.offset &&
                           (!folded.tombstone || outlivesItsTime(folded.offset, now));
        if (keeps)
            bytes += folded.size;
        else
            m_tombstones.erase(folded.offset);
        return !keeps;
    });
    const std::uint64_t removed = segment.foldedCount - segment.folded.size();
    segment.bytes -= segment.foldedBytes - bytes;
    m_bytes -= segment.foldedBytes - bytes;
    segment.foldedCount = segment.folded.size();
    segment.foldedBytes = bytes;
    return removed;
}

/// Whether a tombstone that is the latest of its key stays: for delete.retention.ms from now the first time.
bool PartitionLog::outlivesItsTime(Offset tombstone, Duration now) {
    return now < m_tombstones.try_emplace(tombstone, now + m_options.deleteRetention).first->second;
}

}  // namespace sluice
