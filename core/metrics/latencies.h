#pragma once

#include <cstdint>
#include <vector>

namespace sluice {

/// Durations of one bin of a series in logarithmic buckets of 8 per power of two: few of them differ, so a
/// short list does. Percentiles within 6.3 %.
class Latencies {
public:
    /// What is negative counts as 0.
    void add(std::int64_t nanoseconds);
    void merge(const Latencies& other);
    [[nodiscard]] bool empty() const { return m_entries.empty(); }
    /// In nanoseconds; `fraction` in (0, 1]. 0 when empty.
    [[nodiscard]] double percentile(double fraction) const;

private:
    struct Entry {
        std::uint16_t bucket = 0;
        std::uint32_t count = 0;
    };
    void addTo(std::uint16_t bucket, std::uint32_t count);

    std::vector<Entry> m_entries;
};

}  // namespace sluice
