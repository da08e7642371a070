#pragma once

#include <cstdint>
#include <vector>

#include "core/base/duration.h"

namespace sluice {

/// Durations in logarithmic buckets of 64 per power of two: percentiles within 0.8 %, min, max and mean
/// exact. Grows with the range of what it saw, never with the count.
class Histogram {
public:
    void add(Duration value);
    void merge(const Histogram& other);
    [[nodiscard]] std::uint64_t count() const { return m_count; }
    [[nodiscard]] Duration minimum() const { return m_count ? Duration(m_minimum) : Duration::zero(); }
    [[nodiscard]] Duration maximum() const { return Duration(m_maximum); }
    [[nodiscard]] Duration mean() const;
    /// `fraction` in [0, 1]: 0.5 the median, 0.99 the 99th percentile. Zero when empty.
    [[nodiscard]] Duration percentile(double fraction) const;

private:
    std::vector<std::uint32_t> m_buckets;
    std::uint64_t m_count = 0;
    std::int64_t m_minimum = INT64_MAX;
    std::int64_t m_maximum = 0;
    double m_sum = 0;
};

}  // namespace sluice
