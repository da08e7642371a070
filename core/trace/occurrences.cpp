#include "core/trace/occurrences.h"

#include <algorithm>

namespace sluice {

void Occurrences::add(TraceTime at) {
    const bool full = m_count == m_groups.size() * m_groupSize;
    if (full && m_groups.size() == m_mostGroups) {
        coarsen();
    }
    if (full)
        m_groups.push_back({at, at});
    else
        m_groups.back().last = at;
    ++m_count;
}

void Occurrences::coarsen() {
    for (std::size_t i = 0; i + 1 < m_groups.size(); i += 2)
        m_groups[i / 2] = {m_groups[i].first, m_groups[i + 1].last};
    m_groups.resize(m_groups.size() / 2);
    m_groupSize *= 2;
}

std::optional<TraceTime> Occurrences::first() const {
    return m_groups.empty() ? std::nullopt : std::optional(m_groups.front().first);
}

std::optional<TraceTime> Occurrences::last() const {
    return m_groups.empty() ? std::nullopt : std::optional(m_groups.back().last);
}

double Occurrences::before(TraceTime time) const {
    std::size_t hint = 0;
    return before(time, hint);
}

double Occurrences::before(TraceTime time, std::size_t& hint) const {
    // The first group that does not lie before it as a whole: in steps that double, then by halves.
    std::size_t step = 1;
    std::size_t reach = hint;
    while (reach < m_groups.size() && m_groups[reach].last < time) {
        hint = reach + 1;
        reach += step;
        step *= 2;
    }
    const auto from = m_groups.begin() + static_cast<std::ptrdiff_t>(std::min(hint, m_groups.size()));
    const auto to = m_groups.begin() + static_cast<std::ptrdiff_t>(std::min(reach, m_groups.size()));
    const auto found =
        std::partition_point(from, to, [time](const Group& group) { return group.last < time; });
    hint = static_cast<std::size_t>(found - m_groups.begin());
    if (found == m_groups.end())
        return static_cast<double>(m_count);
    const std::uint64_t passed = hint * m_groupSize;
    if (found->first >= time)
        return static_cast<double>(passed);
    // The first has happened and the last has not.
    const std::uint64_t members = std::min(m_groupSize, m_count - passed);
    const double share = static_cast<double>((time - found->first).count()) /
                         static_cast<double>((found->last - found->first).count());
    return static_cast<double>(passed) + 1 + static_cast<double>(members - 2) * share;
}

void Occurrences::spread(TraceTime from, TraceTime to, std::span<double> parts) const {
    std::size_t hint = 0;
    const double width = static_cast<double>((to - from).count()) / static_cast<double>(parts.size());
    double passed = before(from, hint);
    for (std::size_t i = 0; i < parts.size(); ++i) {
        const TraceTime end =
            i + 1 == parts.size()
                ? to
                : from + TraceTime(static_cast<std::int64_t>(width * static_cast<double>(i + 1)));
        const double now = before(end, hint);
        parts[i] = now - passed;
        passed = now;
    }
}

}  // namespace sluice
