#include "core/record/crc32.h"

#include <array>
#include <bit>
#include <cstring>

namespace sluice {
namespace {

constexpr std::size_t kSlices = 16;
using Tables = std::array<std::array<std::uint32_t, 256>, kSlices>;

constexpr Tables makeTables() {
    Tables tables{};
    for (std::uint32_t i = 0; i < 256; ++i) {
        std::uint32_t crc = i;
        for (int bit = 0; bit < 8; ++bit)
            crc = (crc >> 1U) ^ ((crc & 1U) != 0 ? 0xedb88320U : 0U);
        tables[0][i] = crc;
    }
    for (std::uint32_t i = 0; i < 256; ++i) {
        for (std::size_t slice = 1; slice < kSlices; ++slice) {
            const std::uint32_t before = tables[slice - 1][i];
            tables[slice][i] = (before >> 8U) ^ tables[0][before & 0xffU];
        }
    }
    return tables;
}

constexpr Tables kTables = makeTables();
static_assert(std::endian::native == std::endian::little);

}  // namespace

std::uint32_t crc32(std::span<const std::uint8_t> bytes) {
    std::uint32_t crc = 0xffffffffU;
    // Sixteen bytes at a time, each through a table of its own, so that none waits for the others.
    while (bytes.size() >= kSlices) {
        std::array<std::uint8_t, kSlices> part;
        std::memcpy(part.data(), bytes.data(), kSlices);
        std::uint32_t first = 0;
        std::memcpy(&first, part.data(), sizeof(first));
        first ^= crc;
        std::memcpy(part.data(), &first, sizeof(first));
        crc = 0;
        for (std::size_t i = 0; i < kSlices; ++i)
            crc ^= kTables[kSlices - 1 - i][part[i]];
        bytes = bytes.subspan(kSlices);
    }
    for (const std::uint8_t byte : bytes)
        crc = (crc >> 8U) ^ kTables[0][(crc ^ byte) & 0xffU];
    return ~crc;
}

}  // namespace sluice
