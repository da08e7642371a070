#pragma once

#include <cstdint>
#include <span>

namespace sluice {

/// Writes all of it there, however many calls that takes. 0, or why not as an errno; a part may be written
/// then.
[[nodiscard]] int writeAt(int descriptor, std::uint64_t offset, std::span<const std::uint8_t> bytes);

/// Reads so many bytes from there. False: there are fewer, or they cannot be read.
[[nodiscard]] bool readAt(int descriptor, std::uint64_t offset, std::span<std::uint8_t> bytes);

}  // namespace sluice
