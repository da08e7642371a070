#pragma once

#include <optional>
#include <vector>

#include "core/trace/timerange.h"

namespace sluice {

/// When the connection to a live broker was lost, until it was made again: nothing is known of these times. A
/// value; times never go back.
class LostTimes {
public:
    /// After `countedTo` nobody was told what flowed until then.
    void lose(TraceTime at, TraceTime countedTo);
    void findAgain(TraceTime at);

    [[nodiscard]] bool isLost() const { return !m_gaps.empty() && !m_gaps.back().to; }
    /// Nothing was known in all of [from, to); of what flows, not in a part of it.
    [[nodiscard]] bool isUnknown(bool flow, TraceTime from, TraceTime to) const;
    /// The last one up to `now` if it is not over.
    [[nodiscard]] std::vector<TimeRange> upTo(TraceTime now) const;

private:
    struct Gap {
        TraceTime from{};
        TraceTime countedTo{};
        std::optional<TraceTime> to{};
    };
    std::vector<Gap> m_gaps;
};

}  // namespace sluice
