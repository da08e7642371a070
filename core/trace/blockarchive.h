#pragma once

#include <array>
#include <cstdint>
#include <list>
#include <memory>
#include <mutex>
#include <set>
#include <string>
#include <unordered_map>
#include <vector>

#include "core/trace/blockcodec.h"
#include "core/trace/journal.h"

namespace sluice {

/// A run of events as they happened, and where among them messages were created.
struct EventRun {
    std::vector<TraceEvent> events;
    std::vector<std::uint16_t> created;  ///< positions of the MessageCreated events: their ids rise
};

/// Stands for an event of which nothing is known any more but that there was one.
[[nodiscard]] TraceEvent unknownEvent(TraceTime at);
[[nodiscard]] bool isUnknown(const TraceEvent& event);

/// The full blocks of a trace: packed in memory and, beyond a budget, in the recording that holds them or
/// else in a temporary file that nobody else sees; the last ones read are kept decoded. Any thread may read
/// while one appends. Owned by a TraceStore.
class BlockArchive {
public:
    BlockArchive(std::size_t memoryBudget, std::string directory);
    ~BlockArchive();
    BlockArchive(const BlockArchive&) = delete;
    BlockArchive& operator=(const BlockArchive&) = delete;

    void append(const BlockIndex& index, std::vector<std::uint8_t> bytes);
    /// The same of a block that lies in a recording too, at that offset.
    void append(const BlockIndex& index, std::vector<std::uint8_t> bytes, std::int64_t offset,
                const std::shared_ptr<const BlockFile>& recording);
    /// A block that was appended lies in a recording by now. One recording is enough: the first one stays.
    void setRecorded(std::size_t block, std::int64_t offset,
                     const std::shared_ptr<const BlockFile>& recording);
    /// Blocks that nobody has in memory. In place of append(), before anybody reads.
    void adopt(const std::vector<StoredBlock>& blocks, std::shared_ptr<const BlockFile> file);

    [[nodiscard]] std::size_t count() const;
    [[nodiscard]] BlockIndex index(std::size_t block) const;
    /// The block as it was appended; empty when its file cannot be read.
    [[nodiscard]] std::shared_ptr<const std::vector<std::uint8_t>> packed(std::size_t block) const;
    /// The block's events, never null.
    [[nodiscard]] std::shared_ptr<const EventRun> read(std::size_t block) const;
    /// The blocks that somebody wanted to read and that their file does not give, in order.
    [[nodiscard]] std::vector<std::size_t> unreadable() const;
    /// The first block whose last event is at or after the time; count() when there is none.
    [[nodiscard]] std::size_t firstReaching(TraceTime time) const;
    /// The block in which the message was created if it was created in any; count() when it is a later one.
    [[nodiscard]] std::size_t creating(MessageId message) const;
    /// The first block in [from, to) that may name the message; `to` when there is none.
    [[nodiscard]] std::size_t nextTouching(MessageId message, std::size_t from, std::size_t to) const;
    /// Bytes of all blocks, in memory and in the file, with their indexes.
    [[nodiscard]] std::size_t bytes() const;

private:
    struct Block {
        BlockIndex index;
        std::shared_ptr<const std::vector<std::uint8_t>> bytes;  ///< null: in a file
        std::int64_t offset = -1;                                ///< in m_recording or the temporary file
        std::size_t size = 0;
        bool recorded = false;
    };

    void spill();
    [[nodiscard]] std::vector<std::uint8_t> fetch(std::int64_t offset, std::size_t size) const;

    static constexpr std::size_t kDecodedBlocks = 16;

    const std::size_t m_memoryBudget;
    const std::string m_directory;
    mutable std::mutex m_mutex;
    std::vector<Block> m_blocks;
    std::shared_ptr<const BlockFile> m_recording;
    std::size_t m_spilled = 0;  ///< how many, from the first, are no longer in memory
    std::size_t m_bytes = 0;
    std::size_t m_inMemory = 0;
    std::int64_t m_fileEnd = 0;
    int m_file = -1;
    bool m_fileFailed = false;

    using Recent = std::list<std::pair<std::size_t, std::shared_ptr<const EventRun>>>;
    mutable Recent m_recent;  ///< decoded, the last used first
    mutable std::set<std::size_t> m_unreadable;
};

}  // namespace sluice
