#pragma once

#include "core/base/result.h"
#include "core/trace/tracestore.h"

namespace sluice {

/// A part of a trace as people ask for one: both ends are included.
struct ClosedRange {
    TraceTime from{};
    TraceTime to = TraceTime::max();
};

/// What of it lies within the trace, from zero to its horizon. Error: there it ends before it begins.
Result<ClosedRange> clipped(const ClosedRange& range, const TraceStore& store);

/// The first event after that time; the trace's size() when there is none.
Sequence firstAfter(const TraceStore& store, TraceTime time);

}  // namespace sluice
