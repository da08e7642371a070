#pragma once

#include <algorithm>
#include <cstdint>
#include <deque>
#include <memory>
#include <unordered_map>
#include <vector>

#include "core/base/duration.h"
#include "core/engine/logbroker/logindex.h"

namespace sluice {

/// A record as the log keeps it: once, however many groups read it. 32 bytes.
struct LogRecord {
    static constexpr std::uint64_t kNoKey = ~std::uint64_t{0};

    Duration timestamp{};  ///< CreateTime, what retention and segments go by
    Duration eventTime{};
    std::uint64_t key = kNoKey;       ///< the caller's own handle of the key, for compaction
    std::uint32_t payload = 0;        ///< the caller's own handle
    std::uint32_t size : 30 = 0;      ///< bytes
    std::uint32_t tombstone : 1 = 0;  ///< a null value: compaction forgets the key
    std::uint32_t removed : 1 = 0;    ///< by compaction; its offset stays

    /// Field by field: a copy as a whole would wait for the fields that were written just now.
    void assign(const LogRecord& other) {
        timestamp = other.timestamp;
        eventTime = other.eventTime;
        key = other.key;
        payload = other.payload;
        size = other.size;
        tombstone = other.tombstone;
        removed = other.removed;
    }
};
static_assert(sizeof(LogRecord) == 32);

/// How a topic keeps records. Source: Kafka 3.x, topic configuration of the same names.
struct LogOptions {
    Duration retention = std::chrono::hours(7 * 24);    ///< retention.ms; Duration::max(): for ever
    std::uint64_t retentionBytes = UINT64_MAX;          ///< retention.bytes, a partition
    Duration segmentAge = std::chrono::hours(7 * 24);   ///< segment.ms
    std::uint64_t segmentBytes = 1ULL << 30U;           ///< segment.bytes
    bool deletes = true;                                ///< cleanup.policy has delete
    bool compacts = false;                              ///< cleanup.policy has compact
    Duration deleteRetention = std::chrono::hours(24);  ///< delete.retention.ms: how long tombstones live on
    bool operator==(const LogOptions&) const = default;
};

/// One partition: records by offset, in segments. Retention and compaction work on whole closed segments, and
/// offsets never change. Owned by LogBroker.
class PartitionLog {
public:
    explicit PartitionLog(const LogOptions& options) : m_options(options) {}
    PartitionLog(PartitionLog&&) noexcept = default;
    PartitionLog& operator=(PartitionLog&&) noexcept = default;

    Offset append(const LogRecord& record) {
        if (m_segments.empty() || mustRoll(record))
            roll();
        const auto slot = static_cast<std::size_t>(m_end - m_base);
        if (slot / kChunk >= m_chunks.size())
            m_chunks.push_back(m_spare ? std::move(m_spare) : std::make_unique<LogRecord[]>(kChunk));
        m_chunks[slot / kChunk][slot % kChunk].assign(record);
        Segment& segment = m_segments.back();
        if (segment.begin == m_end)
            segment.firstTimestamp = segment.largestTimestamp = record.timestamp;
        segment.bytes += record.size;
        segment.largestTimestamp = std::max(segment.largestTimestamp, record.timestamp);
        m_bytes += record.size;
        return m_end++;
    }

    /// The first record still there (LogStartOffset).
    [[nodiscard]] Offset begin() const { return m_begin; }
    /// One past the last.
    [[nodiscard]] Offset end() const { return m_end; }
    [[nodiscard]] std::uint64_t bytes() const { return m_bytes; }
    [[nodiscard]] std::size_t segments() const { return m_segments.size(); }
    /// Records that there is memory for.
    [[nodiscard]] std::size_t capacity() const { return m_chunks.size() * kChunk; }

    /// The caller asks for no record before `offset` any more: they count as before, for retention and
    /// compaction too, and take no memory. Of a compacted topic the latest of each key in each segment is
    /// remembered. offset <= end().
    void forget(Offset offset);

    /// begin() <= offset < end(), and not forgotten.
    [[nodiscard]] const LogRecord& at(Offset offset) const {
        const auto slot = static_cast<std::size_t>(offset - m_base);
        return m_chunks[slot / kChunk][slot % kChunk];
    }
    /// The first record at or after `offset` that compaction left, or end().
    [[nodiscard]] Offset skipRemoved(Offset offset) const {
        offset = std::max({offset, m_begin, m_base});
        if (m_compacted) {
            while (offset < m_end && at(offset).removed != 0)
                ++offset;
        }
        return offset;
    }

    /// Deletes whole segments from the oldest on, stopping at the first that survives: by time, when its
    /// largest timestamp is older than retention.ms; by size, while what remains is no less than
    /// retention.bytes. True if any went.
    bool applyRetention(Duration now);

    /// Keeps the latest record of each key among the closed segments; records without a key go. Tombstones
    /// live on for delete.retention.ms after the first time they were the latest. Returns how many went.
    std::uint64_t compact(Duration now);

private:
    static constexpr std::size_t kChunk = 1024;
    /// The latest forgotten record of a key in a segment.
    struct Folded {
        Offset offset = 0;
        std::uint32_t size = 0;
        bool tombstone = false;
    };
    struct Segment {
        Offset begin = 0;
        std::uint64_t bytes = 0;
        Duration firstTimestamp{};
        Duration largestTimestamp{};
        // Of a compacted topic:
        std::unordered_map<std::uint64_t, Folded> folded;  ///< by key
        std::uint64_t foldedCount = 0;                     ///< forgotten records that compaction left
        std::uint64_t foldedBytes = 0;
    };

    [[nodiscard]] bool mustRoll(const LogRecord& record) const {
        const Segment& active = m_segments.back();
        return active.begin != m_end && (active.bytes + record.size > m_options.segmentBytes ||
                                         record.timestamp - active.firstTimestamp > m_options.segmentAge);
    }
    void roll();
    void dropOldest();
    void dropChunk();
    void fold(Offset offset);
    [[nodiscard]] std::uint64_t compactFolded(Segment& segment,
                                              const std::unordered_map<std::uint64_t, Offset>& latest,
                                              Duration now);
    [[nodiscard]] bool outlivesItsTime(Offset tombstone, Duration now);
    [[nodiscard]] LogRecord& slotAt(Offset offset) {
        const auto slot = static_cast<std::size_t>(offset - m_base);
        return m_chunks[slot / kChunk][slot % kChunk];
    }
    [[nodiscard]] Segment& segmentOf(Offset offset);

    LogOptions m_options;
    std::deque<std::unique_ptr<LogRecord[]>> m_chunks;
    std::unique_ptr<LogRecord[]> m_spare;
    Offset m_base = 0;  // offset of the first slot of the first chunk: what is before it is forgotten
    Offset m_begin = 0;
    Offset m_end = 0;
    std::deque<Segment> m_segments;  // the last is the active one
    std::uint64_t m_bytes = 0;
    bool m_compacted = false;
    std::unordered_map<Offset, Duration> m_tombstones;  // until when each lives on
};

}  // namespace sluice
