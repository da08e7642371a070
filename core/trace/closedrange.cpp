#include "core/trace/closedrange.h"

#include <fmt/format.h>

#include <algorithm>

namespace sluice {

Result<ClosedRange> clipped(const ClosedRange& range, const TraceStore& store) {
    const ClosedRange inside{std::max(range.from, TraceTime::zero()), std::min(range.to, store.horizon())};
    if (inside.to < inside.from)
        return Error{ErrorCode::InvalidInput,
                     fmt::format("the range ends at {}, before it begins at {}", formatDuration(inside.to),
                                 formatDuration(inside.from)),
                     {}};
    return inside;
}

Sequence firstAfter(const TraceStore& store, TraceTime time) {
    return time == TraceTime::max() ? store.size() : store.lowerBound(time + TraceTime(1));
}

}  // namespace sluice
