#include "core/engine/logbroker/partitioner.h"

#include <array>

namespace sluice {

namespace {

constexpr std::array<std::uint32_t, 256> crcTable() {
    std::array<std::uint32_t, 256> table{};
    for (std::uint32_t byte = 0; byte < 256; ++byte) {
        std::uint32_t value = byte;
        for (int bit = 0; bit < 8; ++bit)
            value = (value & 1U) != 0 ? 0xedb88320U ^ (value >> 1U) : value >> 1U;
        table[byte] = value;
    }
    return table;
}

std::uint32_t byteAt(std::string_view bytes, std::size_t position) {
    return static_cast<unsigned char>(bytes[position]);
}

}  // namespace

std::uint32_t murmur2(std::string_view bytes) {
    constexpr std::uint32_t multiplier = 0x5bd1e995;
    const std::size_t length = bytes.size();
    std::uint32_t hash = 0x9747b28cU ^ static_cast<std::uint32_t>(length);
    std::size_t i = 0;
    for (; i + 4 <= length; i += 4) {
        std::uint32_t word = byteAt(bytes, i) | byteAt(bytes, i + 1) << 8U | byteAt(bytes, i + 2) << 16U |
                             byteAt(bytes, i + 3) << 24U;
        word *= multiplier;
        word ^= word >> 24U;
        word *= multiplier;
        hash = hash * multiplier ^ word;
    }
    if (i < length) {
        for (std::size_t rest = length - i; rest > 0; --rest)
            hash ^= byteAt(bytes, i + rest - 1) << (8U * (rest - 1));
        hash *= multiplier;
    }
    hash ^= hash >> 13U;
    hash *= multiplier;
    return hash ^ (hash >> 15U);
}

std::uint32_t crc32(std::string_view bytes) {
    static constexpr std::array<std::uint32_t, 256> table = crcTable();
    std::uint32_t value = 0xffffffffU;
    for (std::size_t i = 0; i < bytes.size(); ++i)
        value = table[(value ^ byteAt(bytes, i)) & 0xffU] ^ (value >> 8U);
    return ~value;
}

std::uint32_t partitionOfKey(std::string_view key, std::uint32_t partitions) {
    return (murmur2(key) & 0x7fffffffU) % partitions;
}

std::uint32_t partitionOfKeyCrc32(std::string_view key, std::uint32_t partitions) {
    return crc32(key) % partitions;
}

std::uint32_t StickyPartitioner::partition(std::uint32_t bytes, RandomStream& random) {
    if (!m_chosen || m_written >= m_batchBytes) {
        m_current = static_cast<std::uint32_t>(random.below(m_partitions));
        m_written = 0;
        m_chosen = true;
    }
    m_written += bytes;
    return m_current;
}

}  // namespace sluice
