#pragma once

#include <cstdint>
#include <optional>
#include <vector>

#include "core/base/duration.h"

namespace sluice {

/// Where a partition ended at which time, and so, by interpolation, when a record came to be. It remembers a
/// bounded number of points: the recent ones finely, older ones more coarsely. A value; any thread.
class WatermarkHistory {
public:
    static constexpr std::size_t kMost = 64;

    /// At `at`, not before the last one, the next record had offset `end`. An end that goes back begins anew:
    /// the topic was made again.
    void add(TraceTime at, std::int64_t end);
    [[nodiscard]] bool empty() const { return m_points.empty(); }
    /// Offset of the next record, as last told. Not empty.
    [[nodiscard]] std::int64_t end() const { return m_points.back().end; }

    struct Age {
        Duration value{};
        bool atLeast = false;  ///< the record is older than what is remembered
        bool operator==(const Age&) const = default;
    };
    /// How old the record at `offset` is at `now`; zero when there is no such record yet.
    [[nodiscard]] Age ageOf(std::int64_t offset, TraceTime now) const;

private:
    struct Point {
        TraceTime at{};
        std::int64_t end = 0;
    };
    std::vector<Point> m_points;
};

}  // namespace sluice
