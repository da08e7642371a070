#pragma once

#include "core/base/duration.h"

namespace sluice {

/// From `from` on and up to, but without, `to`.
struct TimeRange {
    TraceTime from{};
    TraceTime to{};
    [[nodiscard]] bool contains(TraceTime time) const { return from <= time && time < to; }
    bool operator==(const TimeRange&) const = default;
};

}  // namespace sluice
