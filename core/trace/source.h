#pragma once

#include <memory>
#include <span>
#include <string>

#include "core/base/result.h"
#include "core/trace/entitytable.h"
#include "core/trace/event.h"

namespace sluice {

/// Takes what a source yields, in order: times never go back. Called on the source's thread.
class TraceSink {
public:
    virtual ~TraceSink() = default;
    /// `horizon`: nothing earlier than this will follow; it may be later than the last event.
    virtual void accept(std::span<const TraceEvent> events, TraceTime horizon) = 0;
    /// The source has nothing more: it came to its end (ok), was stopped (Cancelled) or failed.
    virtual void finish(const Result<void>& outcome) = 0;
};

}  // namespace sluice
