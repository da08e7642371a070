#pragma once

#include <cstdint>
#include <optional>
#include <span>
#include <vector>

#include "core/base/duration.h"

namespace sluice {

/// When something happened that happens often: how many times up to any moment, in bounded memory. They are
/// kept in groups of which only the first and the last time is known; when there are too many groups,
/// neighbours become one. While a group is a single occurrence, everything is exact. Not thread safe.
class Occurrences {
public:
    /// `mostGroups` is even; `groupSize` is how many make a group at first.
    explicit Occurrences(std::size_t mostGroups = std::size_t{1} << 17U, std::uint64_t groupSize = 1)
        : m_mostGroups(mostGroups), m_groupSize(groupSize) {}

    /// Not before the last one.
    void add(TraceTime at);

    [[nodiscard]] std::uint64_t count() const { return m_count; }
    [[nodiscard]] std::optional<TraceTime> first() const;
    [[nodiscard]] std::optional<TraceTime> last() const;
    /// How many make a group now; 1: all answers are exact.
    [[nodiscard]] std::uint64_t groupSize() const { return m_groupSize; }

    /// How many happened before that moment; inside of a group as if its members were evenly apart.
    [[nodiscard]] double before(TraceTime time) const;
    /// Into each of the equal parts of [from, to) how many happened in it. Takes time by the number of parts
    /// and the logarithm of the number of occurrences.
    void spread(TraceTime from, TraceTime to, std::span<double> parts) const;

private:
    struct Group {
        TraceTime first{};
        TraceTime last{};
    };
    /// The same as before(), looking from group `hint` on, which it moves forward.
    [[nodiscard]] double before(TraceTime time, std::size_t& hint) const;
    void coarsen();

    std::size_t m_mostGroups;
    std::uint64_t m_groupSize;
    std::uint64_t m_count = 0;
    std::vector<Group> m_groups;  ///< all full but the last
};

}  // namespace sluice
