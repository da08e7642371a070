#include "core/record/recordingfile.h"

#include <fcntl.h>
#include <fmt/format.h>
#include <sys/stat.h>
#include <unistd.h>

#include <cerrno>
#include <system_error>

#include "core/base/fileregion.h"
#include "core/record/blockchunk.h"
#include "core/record/crc32.h"

namespace sluice {

using namespace recordingformat;

ChunkHeader recordingformat::headerOf(Chunk kind, std::span<const std::uint8_t> contents) {
    ChunkHeader header;
    header.kind = kind;
    header.size = contents.size();
    header.crc = crc32(contents);
    header.headerCrc =
        crc32({reinterpret_cast<const std::uint8_t*>(&header), offsetof(ChunkHeader, headerCrc)});
    return header;
}

Result<std::shared_ptr<const RecordingFile>> RecordingFile::open(const std::string& path) {
    // Not to wait for whoever may write into a pipe.
    const int descriptor = ::open(path.c_str(), O_RDONLY | O_NONBLOCK | O_CLOEXEC);
    struct stat status {};
    if (descriptor < 0 || ::fstat(descriptor, &status) != 0) {
        const int reason = errno;
        if (descriptor >= 0)
            ::close(descriptor);
        return Error{reason == ENOENT ? ErrorCode::NotFound : ErrorCode::InputOutput,
                     fmt::format("cannot open the recording: {}", std::generic_category().message(reason)),
                     path};
    }
    auto file = std::make_shared<const RecordingFile>(descriptor);
    if (!S_ISREG(status.st_mode))
        return Error{ErrorCode::InvalidInput, "is no file, so it is no recording", path};
    return file;
}

RecordingFile::~RecordingFile() {
    ::close(m_descriptor);
}

std::uint64_t RecordingFile::size() const {
    struct stat status {};
    return ::fstat(m_descriptor, &status) == 0 ? static_cast<std::uint64_t>(status.st_size) : 0;
}

bool RecordingFile::read(std::uint64_t offset, void* to, std::size_t size) const {
    return readAt(m_descriptor, offset, {static_cast<std::uint8_t*>(to), size});
}

std::optional<ChunkHeader> RecordingFile::header(std::uint64_t offset) const {
    ChunkHeader header;
    const std::uint64_t end = size();
    if (end < sizeof(header) || offset > end - sizeof(header) || !read(offset, &header, sizeof(header)))
        return std::nullopt;
    const auto* const bytes = reinterpret_cast<const std::uint8_t*>(&header);
    const bool whole = header.marker == kMarker &&
                       header.headerCrc == crc32({bytes, offsetof(ChunkHeader, headerCrc)}) &&
                       header.size <= kMostInChunk && header.size <= end - offset - sizeof(header);
    return whole ? std::optional(header) : std::nullopt;
}

std::optional<std::vector<std::uint8_t>> RecordingFile::chunk(std::uint64_t offset, Chunk kind) const {
    const std::optional<ChunkHeader> head = header(offset);
    if (!head || head->kind != kind)
        return std::nullopt;
    std::vector<std::uint8_t> bytes(static_cast<std::size_t>(head->size));
    if (!read(offset + sizeof(ChunkHeader), bytes.data(), bytes.size()) || crc32(bytes) != head->crc)
        return std::nullopt;
    return bytes;
}

std::vector<std::uint8_t> RecordingFile::read(std::int64_t offset, std::size_t) const {
    std::optional<std::vector<std::uint8_t>> bytes = chunk(static_cast<std::uint64_t>(offset), Chunk::Block);
    if (!bytes || bytes->size() < kBlockIndexBytes)
        return {};
    bytes->erase(bytes->begin(), bytes->begin() + kBlockIndexBytes);
    return std::move(*bytes);
}

}  // namespace sluice
