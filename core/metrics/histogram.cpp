#include "core/metrics/histogram.h"

#include <algorithm>
#include <cmath>

#include "core/metrics/logbuckets.h"

namespace sluice {
namespace {

using HistogramBuckets = LogBuckets<6>;

}  // namespace

void Histogram::add(Duration value) {
    const std::int64_t count = std::max<std::int64_t>(value.count(), 0);
    const std::size_t bucket = HistogramBuckets::bucketOf(static_cast<std::uint64_t>(count));
    if (bucket >= m_buckets.size())
        m_buckets.resize(bucket + 1);
    ++m_buckets[bucket];
    ++m_count;
    m_minimum = std::min(m_minimum, count);
    m_maximum = std::max(m_maximum, count);
    m_sum += static_cast<double>(count);
}

void Histogram::merge(const Histogram& other) {
    if (other.m_buckets.size() > m_buckets.size())
        m_buckets.resize(other.m_buckets.size());
    for (std::size_t i = 0; i < other.m_buckets.size(); ++i)
        m_buckets[i] += other.m_buckets[i];
    m_count += other.m_count;
    m_minimum = std::min(m_minimum, other.m_minimum);
    m_maximum = std::max(m_maximum, other.m_maximum);
    m_sum += other.m_sum;
}

Duration Histogram::mean() const {
    return m_count ? Duration(std::llround(m_sum / static_cast<double>(m_count))) : Duration::zero();
}

Duration Histogram::percentile(double fraction) const {
    if (m_count == 0)
        return Duration::zero();
    // Nearest rank: the smallest value with at least that share of all at or below it.
    const double share = std::ceil(std::clamp(fraction, 0.0, 1.0) * static_cast<double>(m_count));
    const auto rank = std::max<std::uint64_t>(static_cast<std::uint64_t>(share), 1);
    if (rank >= m_count)
        return Duration(m_maximum);
    std::uint64_t seen = 0;
    for (std::size_t i = 0; i < m_buckets.size(); ++i) {
        seen += m_buckets[i];
        if (seen >= rank)
            return Duration(std::clamp(std::llround(HistogramBuckets::middleOf(i)),
                                       static_cast<long long>(m_minimum), static_cast<long long>(m_maximum)));
    }
    return Duration(m_maximum);
}

}  // namespace sluice
