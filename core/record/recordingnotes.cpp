#include "core/record/recordingnotes.h"

#include <fcntl.h>
#include <fmt/format.h>
#include <unistd.h>

#include <cerrno>
#include <cstring>
#include <system_error>

#include "core/diagram/jsontext.h"
#include "core/record/compressed.h"
#include "core/story/notesjson.h"

namespace sluice {

using namespace recordingformat;

namespace {

constexpr std::size_t kLargestNotes = std::size_t{16} << 20U;

bool isFooter(const RecordingFile& file, std::uint64_t offset) {
    Footer footer;
    return file.read(offset, &footer, sizeof(footer)) && footer.magic == kEndMagic;
}

/// Where the index' chunk begins: as the end of the file says it, or else from chunk to chunk.
std::optional<std::uint64_t> indexOf(const RecordingFile& file) {
    Footer footer;
    const std::uint64_t size = file.size();
    if (size >= sizeof(footer) && file.read(size - sizeof(footer), &footer, sizeof(footer)) &&
        footer.magic == kEndMagic)
        return footer.index;
    std::uint64_t at = sizeof(Preamble);
    for (auto header = file.header(at); header; header = file.header(at)) {
        if (header->kind == Chunk::Index)
            return at;
        at += sizeof(ChunkHeader) + header->size;
    }
    return std::nullopt;
}

Error refused(const std::string& path, int reason) {
    return {
        ErrorCode::InputOutput,
        fmt::format("cannot keep the notes in the recording: {}", std::generic_category().message(reason)),
        path};
}

bool writeAt(int descriptor, std::uint64_t offset, std::span<const std::uint8_t> bytes) {
    std::size_t done = 0;
    while (done < bytes.size()) {
        const ::ssize_t written = ::pwrite(descriptor, bytes.data() + done, bytes.size() - done,
                                           static_cast<::off_t>(offset + done));
        if (written < 0 && errno == EINTR)
            continue;
        if (written <= 0)
            return false;
        done += static_cast<std::size_t>(written);
    }
    return true;
}

template <class Part>
void put(std::vector<std::uint8_t>& bytes, const Part& part) {
    const auto* const from = reinterpret_cast<const std::uint8_t*>(&part);
    bytes.insert(bytes.end(), from, from + sizeof(part));
}

}  // namespace

std::vector<std::uint8_t> notesChunk(const RunNotes& notes) {
    const std::string text = notesToJson(notes).dump(-1, ' ', false, Json::error_handler_t::replace);
    return compressed({reinterpret_cast<const std::uint8_t*>(text.data()), text.size()});
}

std::optional<RunNotes> notesFromChunk(std::span<const std::uint8_t> bytes) {
    const auto raw = uncompressed(bytes, kLargestNotes);
    if (!raw)
        return std::nullopt;
    const auto json = parseJson({reinterpret_cast<const char*>(raw->data()), raw->size()});
    return json && json->is_object() ? std::optional(notesFromJson(*json)) : std::nullopt;
}

LaterNotes notesAfterIndex(const RecordingFile& file, std::uint64_t from) {
    LaterNotes later;
    later.end = from;
    while (true) {
        const std::uint64_t next = isFooter(file, later.end) ? later.end + sizeof(Footer) : later.end;
        const auto header = file.header(next);
        if (!header || !file.chunk(next, header->kind)) {
            later.end = next;
            return later;
        }
        if (header->kind == Chunk::Notes) {
            if (auto notes = notesFromChunk(*file.chunk(next, Chunk::Notes)))
                later.notes = std::move(notes);
        }
        later.end = next + sizeof(ChunkHeader) + header->size;
    }
}

Result<void> saveNotes(const std::string& path, const RunNotes& notes) {
    const auto opened = RecordingFile::open(path);
    if (!opened)
        return opened.error();
    const RecordingFile& file = **opened;
    Preamble preamble;
    if (!file.read(0, &preamble, sizeof(preamble)) || preamble.magic != kMagic)
        return Error{ErrorCode::InvalidInput, "is no recording of Sluice", path};
    const auto index = indexOf(file);
    const auto header = index ? file.header(*index) : std::nullopt;
    if (!header || header->kind != Chunk::Index)
        return Error{ErrorCode::Unsupported,
                     "the recording was not finished, so it cannot take notes: record it as a new file to "
                     "keep them",
                     path};
    const std::uint64_t end = notesAfterIndex(file, *index + sizeof(ChunkHeader) + header->size).end;
    const std::vector<std::uint8_t> contents = notesChunk(notes);
    std::vector<std::uint8_t> bytes;
    put(bytes, headerOf(Chunk::Notes, contents));
    bytes.insert(bytes.end(), contents.begin(), contents.end());
    Footer footer;
    footer.index = *index;
    put(bytes, footer);

    const int descriptor = ::open(path.c_str(), O_WRONLY | O_CLOEXEC);
    if (descriptor < 0)
        return refused(path, errno);
    // What a write that was broken off left behind the last whole chunk goes first: it may be longer than
    // this one.
    Result<void> result;
    if (::ftruncate(descriptor, static_cast<::off_t>(end)) != 0) {
        result = refused(path, errno);
    } else if (!writeAt(descriptor, end, bytes)) {
        result = refused(path, errno);
        // As it was, so that the file ends with its end mark.
        [[maybe_unused]] const int cut = ::ftruncate(descriptor, static_cast<::off_t>(end));
    }
    ::close(descriptor);
    return result;
}

}  // namespace sluice
