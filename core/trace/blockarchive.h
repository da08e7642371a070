#pragma once

#include <array>
#include <cstdint>
#include <list>
#include <memory>
#include <mutex>
#include <string>
#include <unordered_map>
#include <vector>

#include "core/trace/blockcodec.h"

namespace sluice {

/// What is known of a block without decoding it.
struct BlockIndex {
    Sequence first = 0;
    TraceTime firstTime{};
    TraceTime lastTime{};
    MessageId highestCreated = 0;             ///< of this block and all before it
    std::array<std::uint64_t, 64> touched{};  ///< which messages its events name: see touch()
    std::uint32_t count = 0;

    /// Messages share a bit by sixteens, and all over again after 65,536: a clear bit is certain, a set one
    /// is not.
    void touch(MessageId message) {
        touched[message >> 10U & 63U] |= std::uint64_t{1} << (message >> 4U & 63U);
    }
    [[nodiscard]] bool mayTouch(MessageId message) const {
        return (touched[message >> 10U & 63U] >> (message >> 4U & 63U) & 1U) != 0;
    }
};

/// A run of events as they happened, and where among them messages were created.
struct EventRun {
    std::vector<TraceEvent> events;
    std::vector<std::uint16_t> created;  ///< positions of the MessageCreated events: their ids rise
};

/// The full blocks of a trace: packed in memory and, beyond a budget, in a temporary file that nobody else
/// sees; the last ones read are kept decoded. Any thread may read while one appends. Owned by a TraceStore.
class BlockArchive {
public:
    BlockArchive(std::size_t memoryBudget, std::string directory);
    ~BlockArchive();
    BlockArchive(const BlockArchive&) = delete;
    BlockArchive& operator=(const BlockArchive&) = delete;

    void append(const BlockIndex& index, std::vector<std::uint8_t> bytes);

    [[nodiscard]] std::size_t count() const;
    [[nodiscard]] BlockIndex index(std::size_t block) const;
    /// The block's events, never null.
    [[nodiscard]] std::shared_ptr<const EventRun> read(std::size_t block) const;
    /// The first block whose last event is at or after the time; count() when there is none.
    [[nodiscard]] std::size_t firstReaching(TraceTime time) const;
    /// The block in which the message was created if it was created in any; count() when it is a later one.
    [[nodiscard]] std::size_t creating(MessageId message) const;
    /// The first block in [from, to) that may name the message; `to` when there is none.
    [[nodiscard]] std::size_t nextTouching(MessageId message, std::size_t from, std::size_t to) const;
    /// Bytes of all blocks, in memory and in the file, with their indexes.
    [[nodiscard]] std::size_t bytes() const;
    [[nodiscard]] std::size_t bytesInMemory() const;

private:
    struct Block {
        BlockIndex index;
        std::shared_ptr<const std::vector<std::uint8_t>> bytes;  ///< null: spilled
        std::int64_t offset = 0;                                 ///< in the file
        std::size_t size = 0;
    };

    void spill();
    [[nodiscard]] std::vector<std::uint8_t> fetch(std::int64_t offset, std::size_t size) const;

    static constexpr std::size_t kDecodedBlocks = 16;

    const std::size_t m_memoryBudget;
    const std::string m_directory;
    mutable std::mutex m_mutex;
    std::vector<Block> m_blocks;
    std::size_t m_spilled = 0;  ///< how many, from the first
    std::size_t m_bytes = 0;
    std::size_t m_inMemory = 0;
    std::int64_t m_fileEnd = 0;
    int m_file = -1;
    bool m_fileFailed = false;

    using Recent = std::list<std::pair<std::size_t, std::shared_ptr<const EventRun>>>;
    mutable Recent m_recent;  ///< decoded, the last used first
};

}  // namespace sluice
