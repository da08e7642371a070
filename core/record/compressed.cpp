#include "core/record/compressed.h"

#include <zstd.h>

#include "core/record/bytestream.h"

namespace sluice {

std::vector<std::uint8_t> compressed(std::span<const std::uint8_t> bytes) {
    std::vector<std::uint8_t> packed(ZSTD_compressBound(bytes.size()));
    const std::size_t size = ZSTD_compress(packed.data(), packed.size(), bytes.data(), bytes.size(), 1);
    packed.resize(ZSTD_isError(size) != 0 ? 0 : size);
    ByteWriter out;
    out.number(bytes.size());
    out.bytes(packed);
    return out.written();
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
