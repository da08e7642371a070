#pragma once

#include <cstdint>
#include <string_view>

#include "core/base/random.h"

namespace sluice {

/// Kafka's murmur2 (org.apache.kafka.common.utils.Utils), seed 0x9747b28c.
std::uint32_t murmur2(std::string_view bytes);
/// CRC-32 (IEEE), what librdkafka's "consistent" partitioners use.
std::uint32_t crc32(std::string_view bytes);

/// What Kafka's Java client does with a key: (murmur2(key) & 0x7fffffff) mod partitions. partitions > 0.
std::uint32_t partitionOfKey(std::string_view key, std::uint32_t partitions);
/// What librdkafka does by default: crc32(key) mod partitions. Clients of both kinds split a key.
std::uint32_t partitionOfKeyCrc32(std::string_view key, std::uint32_t partitions);

/// Where a producer's records without a key go: to one partition until batch.size bytes are on it, then to
/// another at random (KIP-794, Kafka 3.3). One for each producer and topic, owned by the producer.
class StickyPartitioner {
public:
    explicit StickyPartitioner(std::uint32_t partitions, std::uint32_t batchBytes = 16384)
        : m_partitions(partitions), m_batchBytes(batchBytes) {}

    /// The partition of the next record, `bytes` long.
    std::uint32_t partition(std::uint32_t bytes, RandomStream& random);

private:
    std::uint32_t m_partitions;
    std::uint32_t m_batchBytes;
    std::uint32_t m_current = 0;
    std::uint64_t m_written = 0;
    bool m_chosen = false;
};

}  // namespace sluice
