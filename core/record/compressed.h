#pragma once

#include <cstdint>
#include <memory>
#include <optional>
#include <span>
#include <vector>

struct ZSTD_CCtx_s;

namespace sluice {

/// Compresses a few thousand bytes again and again with the same memory: to get and clear it takes longer
/// than that. One thread at a time.
class Compressor {
public:
    Compressor();
    ~Compressor();
    Compressor(const Compressor&) = delete;
    Compressor& operator=(const Compressor&) = delete;

    /// The bytes through zstd level 1, after their size.
    std::vector<std::uint8_t> compressed(std::span<const std::uint8_t> bytes);

private:
    ZSTD_CCtx_s* const m_context;
};

/// Once, of any size.
std::vector<std::uint8_t> compressed(std::span<const std::uint8_t> bytes);

/// What compressed() was given; nothing for bytes that are not its own, or that would become more than
/// `most`.
std::optional<std::vector<std::uint8_t>> uncompressed(std::span<const std::uint8_t> bytes, std::size_t most);

}  // namespace sluice
