#include "core/metrics/watermarkhistory.h"

#include <algorithm>

namespace sluice {

void WatermarkHistory::add(TraceTime at, std::int64_t end) {
    if (!m_points.empty() && end < m_points.back().end)
        m_points.clear();
    // Of a time without records its beginning and its end are enough.
    const std::size_t count = m_points.size();
    if (count >= 2 && m_points[count - 1].end == end && m_points[count - 2].end == end) {
        m_points.back().at = at;
        return;
    }
    if (count == kMost) {
        // Every other point of the older half, but the first: what is old may be
        // told more roughly.
        std::size_t kept = 1;
        for (std::size_t i = 1; i < kMost; ++i) {
            if (i >= kMost / 2 || i % 2 == 0)
                m_points[kept++] = m_points[i];
        }
        m_points.resize(kept);
    }
    m_points.push_back({at, end});
}

WatermarkHistory::Age WatermarkHistory::ageOf(std::int64_t offset, TraceTime now) const {
    if (m_points.empty() || offset >= m_points.back().end)
        return {};
    if (offset < m_points.front().end)
        return {std::max<Duration>(now - m_points.front().at, {}), true};
    // The record came in the time in which the end passed it.
    const auto after =
        std::upper_bound(m_points.begin(), m_points.end(), offset,
                         [](std::int64_t wanted, const Point& point) { return wanted < point.end; });
    const Point& to = *after;
    const Point& from = *(after - 1);
    const double share = static_cast<double>(offset + 1 - from.end) / static_cast<double>(to.end - from.end);
    const auto passed = static_cast<std::int64_t>(share * static_cast<double>((to.at - from.at).count()));
    return {std::max<Duration>(now - from.at - Duration(passed), {}), false};
}

}  // namespace sluice
