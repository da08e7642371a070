#include "core/record/recordingnotes.h"

#include <fcntl.h>
#include <fmt/format.h>
#include <sys/file.h>
#include <unistd.h>

#include <cerrno>
#include <cstring>
#include <system_error>

#include "core/base/fileregion.h"
#include "core/diagram/jsontext.h"
#include "core/record/compressed.h"
#include "core/record/crc32.h"
#include "core/story/notesjson.h"

namespace sluice {

using namespace recordingformat;

namespace {

constexpr std::size_t kLargestNotes = std::size_t{16} << 20U;

bool isFooter(const RecordingFile& file, std::uint64_t offset) {
    Footer footer;
    return file.read(offset, &footer, sizeof(footer)) && footer.magic == kEndMagic;
}

/// Where a file's notes go.
struct Place {
    std::optional<std::uint64_t> index;  ///< where its chunk begins; nothing: the file was not finished
    std::uint64_t end = 0;               ///< of the last whole chunk, the notes after the index included
};

/// True when what begins there is a chunk that was broken off by the end of the file.
bool isBrokenOff(const RecordingFile& file, std::uint64_t from) {
    ChunkHeader header;
    const std::uint64_t left = file.size() - from;
    if (left < sizeof(header))
        return true;
    return file.read(from, &header, sizeof(header)) && header.marker == kMarker &&
           header.headerCrc ==
               crc32({reinterpret_cast<const std::uint8_t*>(&header), offsetof(ChunkHeader, headerCrc)}) &&
           header.size <= kMostInChunk && header.size > left - sizeof(header);
}

/// Nothing when the file is damaged before its end, so that whoever reads it would not come to the notes.
std::optional<Place> placeIn(const RecordingFile& file) {
    Place place;
    Footer footer;
    const std::uint64_t size = file.size();
    if (size >= sizeof(footer) && file.read(size - sizeof(footer), &footer, sizeof(footer)) &&
        footer.magic == kEndMagic && file.chunk(footer.index, Chunk::Index)) {
        place.index = footer.index;
    } else {
        place.end = sizeof(Preamble);
        while (!place.index) {
            const auto header = file.header(place.end);
            if (!header || !file.chunk(place.end, header->kind))
                break;
            if (header->kind == Chunk::Index)
                place.index = place.end;
            else
                place.end += sizeof(ChunkHeader) + header->size;
        }
    }
    if (place.index)
        place.end =
            notesAfterIndex(file, *place.index + sizeof(ChunkHeader) + file.header(*place.index)->size).end;
    else if (!isBrokenOff(file, place.end))
        return std::nullopt;
    return place;
}

Error notKept(const std::string& path, int reason) {
    return {
        ErrorCode::InputOutput,
        fmt::format("cannot keep the notes in the recording: {}", std::generic_category().message(reason)),
        path};
}

template <class Part>
void put(std::vector<std::uint8_t>& bytes, const Part& part) {
    const auto* const from = reinterpret_cast<const std::uint8_t*>(&part);
    bytes.insert(bytes.end(), from, from + sizeof(part));
}

/// Appends the notes, and the end mark where the file has one.
Result<void> putNotes(const RecordingFile& file, int descriptor, const RunNotes& notes,
                      const std::string& path) {
    if (::flock(descriptor, LOCK_EX | LOCK_NB) != 0 && errno == EWOULDBLOCK)
        return Error{ErrorCode::Unsupported,
                     "the recording is still being written: its notes are kept by who records it", path};
    const auto place = placeIn(file);
    if (!place)
        return Error{
            ErrorCode::Unsupported,
            "the recording is damaged, so it cannot take notes: record it as a new file to keep them", path};
    const std::vector<std::uint8_t> contents = notesChunk(notes);
    std::vector<std::uint8_t> bytes;
    put(bytes, headerOf(Chunk::Notes, contents));
    bytes.insert(bytes.end(), contents.begin(), contents.end());
    if (place->index) {
        Footer footer;
        footer.index = *place->index;
        put(bytes, footer);
    }
    // What a write that was broken off left behind the last whole chunk goes first: it may be longer than
    // this one.
    const auto end = static_cast<::off_t>(place->end);
    if (::ftruncate(descriptor, end) != 0)
        return notKept(path, errno);
    const int failed = writeAt(descriptor, place->end, bytes);
    if (failed == 0)
        return {};
    // As it was, so that the file ends with its end mark.
    [[maybe_unused]] const int cut = ::ftruncate(descriptor, end);
    return notKept(path, failed);
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
    const int descriptor = ::open(path.c_str(), O_WRONLY | O_CLOEXEC);
    if (descriptor < 0)
        return notKept(path, errno);
    Result<void> written = putNotes(file, descriptor, notes, path);
    ::close(descriptor);
    return written;
}

}  // namespace sluice
