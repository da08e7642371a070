#include "core/metrics/latencies.h"

#include <algorithm>
#include <cmath>

#include "core/metrics/logbuckets.h"

namespace sluice {
namespace {

using LatencyBuckets = LogBuckets<3>;

}  // namespace

void Latencies::add(std::int64_t nanoseconds) {
    const auto value = static_cast<std::uint64_t>(std::max<std::int64_t>(nanoseconds, 0));
    addTo(static_cast<std::uint16_t>(LatencyBuckets::bucketOf(value)), 1);
}

void Latencies::merge(const Latencies& other) {
    for (const Entry& entry : other.m_entries)
        addTo(entry.bucket, entry.count);
}

void Latencies::addTo(std::uint16_t bucket, std::uint32_t count) {
    for (Entry& entry : m_entries) {
        if (entry.bucket == bucket) {
            entry.count += count;
            return;
        }
    }
    m_entries.push_back(Entry{bucket, count});
}

double Latencies::percentile(double fraction) const {
    std::vector<Entry> sorted = m_entries;
    std::sort(sorted.begin(), sorted.end(),
              [](const Entry& a, const Entry& b) { return a.bucket < b.bucket; });
    std::uint64_t total = 0;
    for (const Entry& entry : sorted)
        total += entry.count;
    const auto rank = static_cast<std::uint64_t>(std::ceil(fraction * static_cast<double>(total)));
    std::uint64_t seen = 0;
    for (const Entry& entry : sorted) {
        seen += entry.count;
        if (seen >= rank)
            return LatencyBuckets::middleOf(entry.bucket);
    }
    return 0;
}

}  // namespace sluice
