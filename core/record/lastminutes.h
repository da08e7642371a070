#pragma once

#include <memory>
#include <vector>

#include "core/trace/alertlist.h"
#include "core/trace/tracestore.h"

namespace sluice {

/// A part of a live broker's trace as a trace of its own: it begins at zero with what was known at `from`, as
/// if the broker had reported it then, and ends with what happened up to `to`. Nothing before `from` is
/// needed to look at it. `alerts`: those of the trace; what was raised at `from` is raised at zero. Any
/// thread.
std::shared_ptr<TraceStore> lastMinutes(const TraceStore& trace, TraceTime from, TraceTime to,
                                        const std::vector<Alert>& alerts);

/// When to begin so that what is kept up to `to` takes no more than so many bytes, as far as the trace's own
/// size tells: `from`, or later where that would be more.
TraceTime beginningWithin(const TraceStore& trace, TraceTime from, TraceTime to, std::uint64_t bytes);

}  // namespace sluice
