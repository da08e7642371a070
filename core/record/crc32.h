#pragma once

#include <cstdint>
#include <span>

namespace sluice {

/// CRC-32 as Ethernet, zip and PNG have it (polynomial 0x04c11db7, reflected): of "123456789" it is cbf43926.
std::uint32_t crc32(std::span<const std::uint8_t> bytes);

}  // namespace sluice
