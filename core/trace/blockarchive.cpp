#include "core/trace/blockarchive.h"

#include <fcntl.h>
#include <spdlog/spdlog.h>
#include <unistd.h>

#include <algorithm>
#include <cassert>
#include <cerrno>
#include <cstdlib>
#include <cstring>

#include "core/base/fileregion.h"

namespace sluice {
namespace {

/// A file without a name: it is gone when the program is, however that ends. -1 when there can be none.
int openUnnamed(const std::string& directory) {
    std::string where = directory;
    if (where.empty()) {
        const char* set = std::getenv("TMPDIR");
        where = set && *set ? set : "/tmp";
    }
    std::string name = where + "/sluice-trace-XXXXXX";
    const int file = ::mkostemp(name.data(), O_CLOEXEC);
    if (file >= 0)
        ::unlink(name.c_str());
    return file;
}

std::shared_ptr<const EventRun> runOf(std::vector<TraceEvent> events) {
    auto run = std::make_shared<EventRun>();
    run->events = std::move(events);
    for (std::size_t i = 0; i < run->events.size(); ++i) {
        if (run->events[i].kind == EventKind::MessageCreated)
            run->created.push_back(static_cast<std::uint16_t>(i));
    }
    return run;
}

}  // namespace

namespace {
constexpr std::uint16_t kUnknownDetail = 0xffff;
}  // namespace

bool isUnknown(const TraceEvent& event) {
    return event.kind == EventKind::ActionEnded && event.detail == kUnknownDetail &&
           event.subject == kNoEntity;
}

TraceEvent unknownEvent(TraceTime at) {
    TraceEvent unknown;
    unknown.at = at;
    // The end of an action that no scenario has, of no element: it changes nothing.
    unknown.kind = EventKind::ActionEnded;
    unknown.detail = kUnknownDetail;
    return unknown;
}

BlockArchive::BlockArchive(std::size_t memoryBudget, std::string directory)
    : m_memoryBudget(memoryBudget), m_directory(std::move(directory)) {}

BlockArchive::~BlockArchive() {
    if (m_file >= 0)
        ::close(m_file);
}

void BlockArchive::append(const BlockIndex& index, std::vector<std::uint8_t> bytes) {
    append(index, std::move(bytes), -1, nullptr);
}

void BlockArchive::append(const BlockIndex& index, std::vector<std::uint8_t> bytes, std::int64_t offset,
                          const std::shared_ptr<const BlockFile>& recording) {
    const std::size_t size = bytes.size();
    auto shared = std::make_shared<const std::vector<std::uint8_t>>(std::move(bytes));
    {
        const std::scoped_lock lock(m_mutex);
        m_blocks.push_back(Block{index, std::move(shared), -1, size, false});
        m_bytes += size + sizeof(Block);
        m_inMemory += size;
    }
    if (recording)
        setRecorded(count() - 1, offset, recording);
    spill();
}

void BlockArchive::setRecorded(std::size_t block, std::int64_t offset,
                               const std::shared_ptr<const BlockFile>& recording) {
    const std::scoped_lock lock(m_mutex);
    assert(block < m_blocks.size());
    if (!m_recording)
        m_recording = recording;
    // What is in the temporary file already stays there.
    if (m_recording != recording || !m_blocks[block].bytes)
        return;
    m_blocks[block].offset = offset;
    m_blocks[block].recorded = true;
}

void BlockArchive::adopt(const std::vector<StoredBlock>& blocks, std::shared_ptr<const BlockFile> file) {
    const std::scoped_lock lock(m_mutex);
    m_recording = std::move(file);
    m_blocks.reserve(blocks.size());
    for (const StoredBlock& block : blocks) {
        m_blocks.push_back(Block{block.index, nullptr, block.offset, block.size, true});
        m_bytes += block.size + sizeof(Block);
    }
    m_spilled = m_blocks.size();
}

/// On the appending thread, the only one that changes blocks: the file is written without the lock.
void BlockArchive::spill() {
    while (m_inMemory > m_memoryBudget && !m_fileFailed && m_spilled < m_blocks.size()) {
        const std::shared_ptr<const std::vector<std::uint8_t>> bytes = m_blocks[m_spilled].bytes;
        if (m_blocks[m_spilled].recorded) {
            const std::scoped_lock lock(m_mutex);
            m_blocks[m_spilled].bytes.reset();
            m_inMemory -= bytes->size();
            ++m_spilled;
            continue;
        }
        if (m_file < 0)
            m_file = openUnnamed(m_directory);
        const int failed =
            m_file < 0 ? errno : writeAt(m_file, static_cast<std::uint64_t>(m_fileEnd), *bytes);
        if (failed != 0) {
            // A full disk: the trace stays in memory, beyond its budget, rather than being lost.
            spdlog::warn("The trace cannot be moved to a temporary file and stays in memory: {}",
                         std::strerror(failed));
            m_fileFailed = true;
            return;
        }
        const std::scoped_lock lock(m_mutex);
        m_blocks[m_spilled].offset = m_fileEnd;
        m_blocks[m_spilled].bytes.reset();
        m_fileEnd += static_cast<std::int64_t>(bytes->size());
        m_inMemory -= bytes->size();
        ++m_spilled;
    }
}

std::size_t BlockArchive::count() const {
    const std::scoped_lock lock(m_mutex);
    return m_blocks.size();
}

BlockIndex BlockArchive::index(std::size_t block) const {
    const std::scoped_lock lock(m_mutex);
    assert(block < m_blocks.size());
    return m_blocks[block].index;
}

std::vector<std::uint8_t> BlockArchive::fetch(std::int64_t offset, std::size_t size) const {
    std::vector<std::uint8_t> bytes(size);
    if (!readAt(m_file, static_cast<std::uint64_t>(offset), bytes))
        return {};
    return bytes;
}

std::shared_ptr<const std::vector<std::uint8_t>> BlockArchive::packed(std::size_t block) const {
    Block found;
    std::shared_ptr<const BlockFile> recording;
    {
        const std::scoped_lock lock(m_mutex);
        assert(block < m_blocks.size());
        found = m_blocks[block];
        recording = m_recording;
    }
    if (found.bytes)
        return found.bytes;
    return std::make_shared<const std::vector<std::uint8_t>>(
        found.recorded ? recording->read(found.offset, found.size) : fetch(found.offset, found.size));
}

std::shared_ptr<const EventRun> BlockArchive::read(std::size_t block) const {
    std::uint32_t count = 0;
    TraceTime time{};
    bool recorded = false;
    {
        const std::scoped_lock lock(m_mutex);
        assert(block < m_blocks.size());
        const auto recent = std::find_if(m_recent.begin(), m_recent.end(),
                                         [block](const auto& entry) { return entry.first == block; });
        if (recent != m_recent.end()) {
            m_recent.splice(m_recent.begin(), m_recent, recent);
            return m_recent.front().second;
        }
        count = m_blocks[block].index.count;
        time = m_blocks[block].index.firstTime;
        recorded = m_blocks[block].recorded;
    }
    Result<std::vector<TraceEvent>> events = decodeBlock(*packed(block));
    std::shared_ptr<const EventRun> run;
    const bool known = events.ok() && events->size() == count;
    if (known) {
        run = runOf(std::move(events).value());
    } else {
        // The file cannot be read: what happened then is not known, and nothing is made up. Of a recording
        // whoever shows it tells the gap.
        if (!recorded)
            spdlog::error("Part of the trace cannot be read from its temporary file");
        run = runOf(std::vector<TraceEvent>(count, unknownEvent(time)));
    }
    const std::scoped_lock lock(m_mutex);
    if (!known)
        m_unreadable.insert(block);
    const auto twin = std::find_if(m_recent.begin(), m_recent.end(),
                                   [block](const auto& entry) { return entry.first == block; });
    if (twin == m_recent.end()) {
        m_recent.emplace_front(block, run);
        if (m_recent.size() > kDecodedBlocks)
            m_recent.pop_back();
    }
    return run;
}

std::vector<std::size_t> BlockArchive::unreadable() const {
    const std::scoped_lock lock(m_mutex);
    return {m_unreadable.begin(), m_unreadable.end()};
}

std::size_t BlockArchive::firstReaching(TraceTime time) const {
    const std::scoped_lock lock(m_mutex);
    const auto it =
        std::lower_bound(m_blocks.begin(), m_blocks.end(), time,
                         [](const Block& block, TraceTime t) { return block.index.lastTime < t; });
    return static_cast<std::size_t>(it - m_blocks.begin());
}

std::size_t BlockArchive::creating(MessageId message) const {
    const std::scoped_lock lock(m_mutex);
    const auto it =
        std::lower_bound(m_blocks.begin(), m_blocks.end(), message,
                         [](const Block& block, MessageId id) { return block.index.highestCreated < id; });
    return static_cast<std::size_t>(it - m_blocks.begin());
}

std::size_t BlockArchive::nextTouching(MessageId message, std::size_t from, std::size_t to) const {
    const std::scoped_lock lock(m_mutex);
    to = std::min(to, m_blocks.size());
    while (from < to && !m_blocks[from].index.mayTouch(message))
        ++from;
    return from;
}

std::size_t BlockArchive::bytes() const {
    const std::scoped_lock lock(m_mutex);
    return m_bytes;
}

}  // namespace sluice
