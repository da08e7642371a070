#include "core/browse/unpacking.h"

#include <fmt/format.h>
#include <lz4frame.h>
#include <snappy.h>
#include <zlib.h>
#include <zstd.h>

#include <algorithm>
#include <array>
#include <memory>

namespace sluice {
namespace {

using namespace std::string_view_literals;

constexpr std::string_view kJavaSnappy = "\x82SNAPPY\0"sv;
constexpr std::size_t kJavaHeader = 16;  // the mark, the version and the oldest version that can read it
constexpr std::size_t kStep = std::size_t(64) << 10U;

Error damaged(Packing packing, std::string_view why) {
    return {ErrorCode::InvalidInput,
            fmt::format("the body says that it is packed by {}, and cannot be unpacked: {}",
                        packingName(packing), why),
            {}};
}

Result<std::string> unpackGzip(std::string_view bytes, std::size_t most) {
    z_stream stream{};
    constexpr int kGzip = 16;
    if (inflateInit2(&stream, MAX_WBITS + kGzip) != Z_OK)
        return damaged(Packing::Gzip, "out of memory");
    const std::unique_ptr<z_stream, decltype(&inflateEnd)> end(&stream, &inflateEnd);
    stream.next_in = reinterpret_cast<Bytef*>(const_cast<char*>(bytes.data()));
    stream.avail_in = static_cast<uInt>(bytes.size());
    std::string out;
    int status = Z_OK;
    while (status == Z_OK && out.size() < most) {
        const std::size_t room = std::min(kStep, most - out.size());
        const std::size_t had = out.size();
        out.resize(had + room);
        stream.next_out = reinterpret_cast<Bytef*>(out.data() + had);
        stream.avail_out = static_cast<uInt>(room);
        status = inflate(&stream, Z_NO_FLUSH);
        out.resize(out.size() - stream.avail_out);
        // Several members may follow each other (RFC 1952, 2.2).
        if (status == Z_STREAM_END && stream.avail_in > 0)
            status = inflateReset(&stream);
    }
    if (status != Z_STREAM_END && out.size() < most)
        return damaged(Packing::Gzip, stream.msg ? stream.msg : "it ends too early");
    return out;
}

Result<std::string> unpackZstd(std::string_view bytes, std::size_t most) {
    const std::unique_ptr<ZSTD_DStream, decltype(&ZSTD_freeDStream)> stream(ZSTD_createDStream(),
                                                                            &ZSTD_freeDStream);
    ZSTD_inBuffer in{bytes.data(), bytes.size(), 0};
    std::string out;
    std::size_t left = 1;
    while ((in.pos < in.size || left != 0) && out.size() < most) {
        const std::size_t had = out.size();
        out.resize(had + std::min(kStep, most - had));
        ZSTD_outBuffer piece{out.data() + had, out.size() - had, 0};
        const std::size_t before = in.pos;
        left = ZSTD_decompressStream(stream.get(), &piece, &in);
        out.resize(had + piece.pos);
        if (ZSTD_isError(left) != 0)
            return damaged(Packing::Zstd, ZSTD_getErrorName(left));
        if (left != 0 && in.pos == in.size && in.pos == before && piece.pos == 0)
            return damaged(Packing::Zstd, "it ends too early");
    }
    return out;
}

Result<std::string> unpackLz4(std::string_view bytes, std::size_t most) {
    LZ4F_dctx* made = nullptr;
    if (LZ4F_isError(LZ4F_createDecompressionContext(&made, LZ4F_VERSION)) != 0)
        return damaged(Packing::Lz4, "out of memory");
    const std::unique_ptr<LZ4F_dctx, decltype(&LZ4F_freeDecompressionContext)> context(
        made, &LZ4F_freeDecompressionContext);
    std::string out;
    std::size_t left = 1;
    while (left != 0 && out.size() < most) {
        const std::size_t had = out.size();
        out.resize(had + std::min(kStep, most - had));
        std::size_t written = out.size() - had;
        std::size_t read = bytes.size();
        left = LZ4F_decompress(context.get(), out.data() + had, &written, bytes.data(), &read, nullptr);
        out.resize(had + written);
        if (LZ4F_isError(left) != 0)
            return damaged(Packing::Lz4, LZ4F_getErrorName(left));
        bytes.remove_prefix(read);
        if (left != 0 && read == 0 && written == 0)
            return damaged(Packing::Lz4, "it ends too early");
    }
    return out;
}

/// One block of Snappy at the end of `out`; false if it is damaged. A block past `most` is left out.
bool addBlock(std::string_view block, std::size_t most, std::string& out) {
    std::size_t length = 0;
    if (!snappy::GetUncompressedLength(block.data(), block.size(), &length))
        return false;
    if (length > most - std::min(most, out.size()))
        return true;
    const std::size_t had = out.size();
    out.resize(had + length);
    return snappy::RawUncompress(block.data(), block.size(), out.data() + had);
}

std::size_t bigEndian(std::string_view bytes) {
    std::size_t number = 0;
    for (const char c : bytes.substr(0, 4))
        number = number << 8U | static_cast<unsigned char>(c);
    return number;
}

/// Blocks with their lengths before them.
Result<std::string> unpackJavaSnappy(std::string_view bytes, std::size_t most) {
    std::string out;
    bytes.remove_prefix(std::min(kJavaHeader, bytes.size()));
    while (!bytes.empty() && out.size() < most) {
        const std::size_t length = bytes.size() < 4 ? bytes.size() : bigEndian(bytes);
        bytes.remove_prefix(std::min<std::size_t>(4, bytes.size()));
        if (length > bytes.size() || !addBlock(bytes.substr(0, length), most, out))
            return damaged(Packing::JavaSnappy, "a block is not whole");
        bytes.remove_prefix(length);
    }
    return out;
}

/// Snappy's framing_format.txt: a type, a length of three bytes, and for data four bytes of checksum.
Result<std::string> unpackSnappy(std::string_view bytes, std::size_t most) {
    constexpr unsigned char kPacked = 0x00;
    constexpr unsigned char kPlain = 0x01;
    constexpr unsigned char kFirstSkippable = 0x80;
    constexpr std::size_t kChecksum = 4;
    std::string out;
    while (!bytes.empty() && out.size() < most) {
        if (bytes.size() < 4)
            return damaged(Packing::Snappy, "it ends too early");
        const auto byte = [&](std::size_t at) { return static_cast<unsigned char>(bytes[at]); };
        const unsigned char type = byte(0);
        const std::size_t length = byte(1) | std::size_t(byte(2)) << 8U | std::size_t(byte(3)) << 16U;
        bytes.remove_prefix(4);
        if (length > bytes.size())
            return damaged(Packing::Snappy, "it ends too early");
        std::string_view chunk = bytes.substr(0, length);
        bytes.remove_prefix(length);
        if (type >= kFirstSkippable)
            continue;
        if ((type != kPacked && type != kPlain) || length < kChecksum)
            return damaged(Packing::Snappy, "a chunk is none that is known");
        chunk.remove_prefix(kChecksum);
        if (type == kPlain)
            out.append(chunk.substr(0, most - out.size()));
        else if (!addBlock(chunk, most, out))
            return damaged(Packing::Snappy, "a chunk is not whole");
    }
    return out;
}

}  // namespace

Packing packingOf(std::string_view bytes) {
    static constexpr std::array marks{
        std::pair{"\x1f\x8b\x08"sv, Packing::Gzip},    std::pair{"\x28\xb5\x2f\xfd"sv, Packing::Zstd},
        std::pair{"\x04\x22\x4d\x18"sv, Packing::Lz4}, std::pair{"\xff\x06\x00\x00sNaPpY"sv, Packing::Snappy},
        std::pair{kJavaSnappy, Packing::JavaSnappy},
    };
    for (const auto& [mark, packing] : marks) {
        if (bytes.starts_with(mark))
            return packing;
    }
    return Packing::None;
}

std::string_view packingName(Packing packing) {
    static constexpr std::array<std::string_view, 6> names{"", "gzip", "zstd", "lz4", "snappy", "snappy"};
    return names[static_cast<std::size_t>(packing)];
}

Result<std::string> unpack(Packing packing, std::string_view bytes, std::size_t most) {
    switch (packing) {
        case Packing::Gzip:
            return unpackGzip(bytes, most);
        case Packing::Zstd:
            return unpackZstd(bytes, most);
        case Packing::Lz4:
            return unpackLz4(bytes, most);
        case Packing::Snappy:
            return unpackSnappy(bytes, most);
        case Packing::JavaSnappy:
            return unpackJavaSnappy(bytes, most);
        case Packing::None:
            break;
    }
    return std::string(bytes.substr(0, most));
}

}  // namespace sluice
