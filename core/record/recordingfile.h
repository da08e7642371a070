#pragma once

#include <array>
#include <memory>
#include <optional>
#include <span>
#include <string>

#include "core/base/result.h"
#include "core/trace/journal.h"

namespace sluice {

/// The format of a .sluicerec file; README.md describes it.
namespace recordingformat {

inline constexpr std::array<std::uint8_t, 8> kMagic{'S', 'L', 'U', 'I', 'C', 'E', 0x1a, '\n'};
inline constexpr std::array<std::uint8_t, 8> kEndMagic{'S', 'L', 'U', 'E', 'N', 'D', 0x1a, '\n'};
/// 2: live brokers' reports; 3: transits in pieces; 4: alerts; 5: pieces packed by columns; 6: what live
/// messages carried.
inline constexpr std::uint32_t kVersion = 6;
inline constexpr std::uint32_t kVersionWithoutTexts = 5;  ///< of a run, which older programs go on reading
inline constexpr std::uint32_t kMarker = 0x4b4e4843;      // "CHNK"
inline constexpr std::size_t kMostInChunk = std::size_t{256} << 20U;

enum class Chunk : std::uint32_t {
    Info = 1,
    Block = 2,
    Tail = 3,
    State = 4,
    Index = 5,
    Notes = 6,
    Texts = 7
};

struct Preamble {
    std::array<std::uint8_t, 8> magic = kMagic;
    std::uint32_t version = kVersion;
    std::uint32_t reserved = 0;
};
struct ChunkHeader {
    std::uint32_t marker = kMarker;
    Chunk kind = Chunk::Info;
    std::uint64_t size = 0;  ///< of what follows the header
    std::uint32_t crc = 0;   ///< of what follows the header
    std::uint32_t headerCrc = 0;
};
struct Footer {
    std::uint64_t index = 0;  ///< where the index' chunk begins
    std::array<std::uint8_t, 8> magic = kEndMagic;
};
/// The header of a chunk with these contents.
ChunkHeader headerOf(Chunk kind, std::span<const std::uint8_t> contents);

static_assert(sizeof(Preamble) == 16 && sizeof(ChunkHeader) == 24 && sizeof(Footer) == 16);

}  // namespace recordingformat

/// An open file of chunks, for reading at any place from any thread. A chunk is never believed before its
/// checksum has been seen.
class RecordingFile : public BlockFile {
public:
    /// Errors: the file cannot be opened, with the system's reason.
    static Result<std::shared_ptr<const RecordingFile>> open(const std::string& path);
    /// Takes the descriptor over and closes it in the end.
    explicit RecordingFile(int descriptor) : m_descriptor(descriptor) {}
    ~RecordingFile() override;
    RecordingFile(const RecordingFile&) = delete;
    RecordingFile& operator=(const RecordingFile&) = delete;

    [[nodiscard]] std::uint64_t size() const;
    /// False when there are not so many bytes, or they cannot be read.
    bool read(std::uint64_t offset, void* to, std::size_t size) const;

    /// Nothing when no whole chunk begins there.
    [[nodiscard]] std::optional<recordingformat::ChunkHeader> header(std::uint64_t offset) const;
    /// What follows the header; nothing when no whole chunk begins there or its checksum does not fit.
    [[nodiscard]] std::optional<std::vector<std::uint8_t>> chunk(std::uint64_t offset,
                                                                 recordingformat::Chunk kind) const;

    /// The block whose chunk begins there.
    [[nodiscard]] std::vector<std::uint8_t> read(std::int64_t offset, std::size_t size) const override;

private:
    int m_descriptor;
};

}  // namespace sluice
