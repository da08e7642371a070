#pragma once

#include <cstdint>
#include <optional>
#include <span>
#include <vector>

namespace sluice {

/// The bytes through zstd level 1, after their size.
std::vector<std::uint8_t> compressed(std::span<const std::uint8_t> bytes);

/// What compressed() was given; nothing for bytes that are not its own, or that would become more than
/// `most`.
std::optional<std::vector<std::uint8_t>> uncompressed(std::span<const std::uint8_t> bytes, std::size_t most);

}  // namespace sluice
