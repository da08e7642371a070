#include "core/record/compressed.h"

#include <zstd.h>

#include "core/record/bytestream.h"

namespace sluice {
namespace {

template <class Compress>
std::vector<std::uint8_t> packed(std::span<const std::uint8_t> bytes, const Compress& compress) {
    const std::size_t room = ZSTD_compressBound(bytes.size());
    ByteWriter out;
    out.number(bytes.size());
    std::uint8_t* const to = out.space(room);
    const std::size_t size = compress(to, room, bytes.data(), bytes.size());
    out.drop(room - (ZSTD_isError(size) != 0 ? 0 : size));
    return out.take();
}

}  // namespace

Compressor::Compressor() : m_context(ZSTD_createCCtx()) {
    // A table that fits into the cache beside everything else; what is compressed so is small.
    constexpr int kHashLog = 11;
    ZSTD_CCtx_setParameter(m_context, ZSTD_c_compressionLevel, 1);
    ZSTD_CCtx_setParameter(m_context, ZSTD_c_hashLog, kHashLog);
}

Compressor::~Compressor() {
    ZSTD_freeCCtx(m_context);
}

std::vector<std::uint8_t> Compressor::compressed(std::span<const std::uint8_t> bytes) {
    return packed(bytes, [this](void* to, std::size_t room, const void* from, std::size_t size) {
        return ZSTD_compress2(m_context, to, room, from, size);
    });
}

std::vector<std::uint8_t> compressed(std::span<const std::uint8_t> bytes) {
    return packed(bytes, [](void* to, std::size_t room, const void* from, std::size_t size) {
        return ZSTD_compress(to, room, from, size, 1);
    });
}

std::optional<std::vector<std::uint8_t>> uncompressed(std::span<const std::uint8_t> bytes, std::size_t most) {
    ByteReader in(bytes);
    const std::uint64_t size = in.number();
    if (!in.good() || size > most)
        return std::nullopt;
    const auto packed = in.rest();
    std::vector<std::uint8_t> result(static_cast<std::size_t>(size));
    const std::size_t done = ZSTD_decompress(result.data(), result.size(), packed.data(), packed.size());
    if (ZSTD_isError(done) != 0 || done != result.size())
        return std::nullopt;
    return result;
}

}  // namespace sluice
