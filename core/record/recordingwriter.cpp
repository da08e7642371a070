#include "core/record/recordingwriter.h"

#include <fcntl.h>
#include <fmt/format.h>
#include <sys/file.h>
#include <sys/stat.h>
#include <unistd.h>

#include <cassert>
#include <cerrno>
#include <cstdio>
#include <system_error>

#include "core/base/fileregion.h"
#include "core/record/blockchunk.h"
#include "core/record/compressed.h"
#include "core/record/recordingindex.h"
#include "core/record/recordingnotes.h"

namespace sluice {

using namespace recordingformat;

namespace {

Error refused(const std::string& path, int reason) {
    return {ErrorCode::InputOutput,
            fmt::format("cannot make the recording: {}", std::generic_category().message(reason)), path};
}

}  // namespace

Result<std::shared_ptr<RecordingWriter>> RecordingWriter::create(const std::string& path,
                                                                 const RecordingHeader& header) {
    struct stat status {};
    if (::lstat(path.c_str(), &status) == 0) {
        if (!S_ISREG(status.st_mode) && !S_ISLNK(status.st_mode))
            return Error{ErrorCode::InputOutput,
                         "cannot make the recording: there is something that is no file", path};
        // Only the name goes: whoever shows the old recording can go on reading it.
        if (S_ISREG(status.st_mode))
            ::unlink(path.c_str());
    }
    const int descriptor = ::open(path.c_str(), O_RDWR | O_CREAT | O_TRUNC | O_CLOEXEC, 0666);
    if (descriptor < 0)
        return refused(path, errno);
    std::shared_ptr<RecordingWriter> writer(new RecordingWriter(path, descriptor));
    // Whoever would add notes to a file that has no end yet sees that somebody still writes it.
    ::flock(descriptor, LOCK_EX | LOCK_NB);
    const int reading = ::fcntl(descriptor, F_DUPFD_CLOEXEC, 0);
    if (reading < 0)
        return refused(path, errno);
    writer->m_file = std::make_shared<const RecordingFile>(reading);
    writer->m_texts = header.table->texts;
    Preamble preamble;
    if (!writer->m_texts)
        preamble.version = kVersionWithoutTexts;
    writer->m_chunk.assign(reinterpret_cast<const std::uint8_t*>(&preamble),
                           reinterpret_cast<const std::uint8_t*>(&preamble) + sizeof(preamble));
    if (!writer->write(writer->m_chunk) || !writer->append(Chunk::Info, writeRecordingHeader(header)))
        return writer->status().error();
    return writer;
}

RecordingWriter::RecordingWriter(std::string path, int descriptor)
    : m_path(std::move(path)), m_descriptor(descriptor) {}

RecordingWriter::~RecordingWriter() {
    // The store may go on reading through a duplicate, which would hold the lock.
    ::flock(m_descriptor, LOCK_UN);
    ::close(m_descriptor);
}

bool RecordingWriter::write(std::span<const std::uint8_t> bytes) {
    if (const int reason = writeAt(m_descriptor, m_end, bytes); reason != 0) {
        // Half a chunk is of no use; if it cannot go, whoever reads finds it and stops there.
        [[maybe_unused]] const int cut = ::ftruncate(m_descriptor, static_cast<::off_t>(m_end.load()));
        const std::scoped_lock lock(m_mutex);
        m_status = Error{ErrorCode::InputOutput,
                         fmt::format("the recording ends at {}: {}", formatDuration(m_horizon.load()),
                                     std::generic_category().message(reason)),
                         m_path};
        return false;
    }
    m_end += bytes.size();
    return true;
}

std::optional<std::uint64_t> RecordingWriter::append(Chunk kind, std::span<const std::uint8_t> first,
                                                     std::span<const std::uint8_t> second,
                                                     std::span<const std::uint8_t> third) {
    const std::scoped_lock lock(m_writing);
    return appendLocked(kind, first, second, third);
}

std::optional<std::uint64_t> RecordingWriter::appendLocked(Chunk kind, std::span<const std::uint8_t> first,
                                                           std::span<const std::uint8_t> second,
                                                           std::span<const std::uint8_t> third) {
    if (!status())
        return std::nullopt;
    // Together, so that a process that is killed between two writes leaves no half of a chunk.
    m_chunk.resize(sizeof(ChunkHeader));
    m_chunk.insert(m_chunk.end(), first.begin(), first.end());
    m_chunk.insert(m_chunk.end(), second.begin(), second.end());
    m_chunk.insert(m_chunk.end(), third.begin(), third.end());
    const ChunkHeader header = headerOf(kind, std::span(m_chunk).subspan(sizeof(ChunkHeader)));
    std::memcpy(m_chunk.data(), &header, sizeof(header));
    const std::uint64_t offset = m_end;
    return write(m_chunk) ? std::optional(offset) : std::nullopt;
}

void RecordingWriter::writeFooter() {
    Footer footer;
    footer.index = *m_index;
    m_chunk.assign(reinterpret_cast<const std::uint8_t*>(&footer),
                   reinterpret_cast<const std::uint8_t*>(&footer) + sizeof(footer));
    write(m_chunk);
}

void RecordingWriter::notes(const RunNotes& notes) {
    const std::scoped_lock lock(m_writing);
    m_notes = notesChunk(notes);
    if (appendLocked(Chunk::Notes, m_notes) && m_index)
        writeFooter();
}

void RecordingWriter::writeTexts() {
    const std::string told = m_texts ? m_texts->since(m_textsPlace) : std::string();
    if (told.empty())
        return;
    const std::span bytes(reinterpret_cast<const std::uint8_t*>(told.data()), told.size());
    if (const auto offset = append(Chunk::Texts, compressed(bytes)))
        m_textChunks.push_back(*offset);
}

std::optional<std::int64_t> RecordingWriter::block(const BlockIndex& index,
                                                   std::span<const std::uint8_t> bytes) {
    writeTexts();
    ByteWriter head;
    putBlockIndex(head, index);
    const auto offset = append(Chunk::Block, head.written(), bytes);
    if (!offset)
        return std::nullopt;
    m_blocks.push_back(StoredBlock{index, static_cast<std::int64_t>(*offset), bytes.size()});
    m_tails.clear();
    m_horizon = std::max(m_horizon.load(), index.lastTime);
    return static_cast<std::int64_t>(*offset);
}

std::shared_ptr<const BlockFile> RecordingWriter::file() const {
    return m_file;
}

void RecordingWriter::state(const SystemState& state) {
    // After a failure nobody will read the pieces that this one would refer to.
    if (!status())
        return;
    m_states.encode(state, m_state);
    if (const auto offset = append(Chunk::State, stateHead(state.next, m_state), m_state.pieces,
                                   m_compressor.compressed(m_state.state)))
        m_places.push_back(StatePlace{state.next, static_cast<std::int64_t>(*offset), m_state.firstPiece,
                                      m_state.pieceCount});
}

void RecordingWriter::tail(Sequence first, std::span<const TraceEvent> events, TraceTime horizon) {
    writeTexts();
    ByteWriter head;
    head.fixed(first);
    head.fixed(horizon.count());
    if (const auto offset = append(Chunk::Tail, head.written(), m_encoder.encode(events))) {
        m_tails.push_back(*offset);
        m_horizon = std::max(m_horizon.load(), horizon);
    }
}

void RecordingWriter::finish(const Result<void>& outcome, TraceTime horizon) {
    writeTexts();
    const RecordingIndex index{m_blocks, m_places, m_tails, horizon, outcome, m_textChunks};
    const std::vector<std::uint8_t> bytes = writeRecordingIndex(index);
    const std::scoped_lock lock(m_writing);
    m_index = appendLocked(Chunk::Index, bytes);
    if (!m_index)
        return;
    writeFooter();
    // Once more, where those look who go by the index.
    if (!m_notes.empty() && appendLocked(Chunk::Notes, m_notes))
        writeFooter();
    ::flock(m_descriptor, LOCK_UN);
}

Result<void> RecordingWriter::status() const {
    const std::scoped_lock lock(m_mutex);
    return m_status;
}

Result<void> saveRecording(const std::string& path, const RecordingHeader& header, TraceStore& store,
                           const RunNotes& notes) {
    assert(store.finished());
    const std::string part = path + ".part";
    const auto named = [&path](const Error& error) { return Error{error.code, error.sentence, path}; };
    const auto writer = RecordingWriter::create(part, header);
    if (!writer) {
        ::unlink(part.c_str());
        return named(writer.error());
    }
    store.setJournal(*writer);
    store.setJournal(nullptr);
    if (!notes.isEmpty())
        (*writer)->notes(notes);
    const Result<void> status = (*writer)->status();
    if (status && ::rename(part.c_str(), path.c_str()) == 0)
        return {};
    const int reason = errno;
    ::unlink(part.c_str());
    return status ? refused(path, reason) : named(status.error());
}

}  // namespace sluice
