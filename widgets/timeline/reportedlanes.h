#pragma once

#include <optional>
#include <span>

#include "core/metrics/series.h"
#include "core/metrics/tracelanes.h"

namespace sluice {

/// What stands in a lane of a live broker, which reports figures and no single messages; nothing where the
/// lane has its events there as well.
std::optional<Metric> reportedIn(TraceLane lane);

/// How many messages that is in each of the equal parts of [from, to): what passes is spread over the time it
/// was reported for, dead letters stand where they were reported.
void spreadReported(const Aggregator& figures, Metric metric, TraceTime from, TraceTime to,
                    std::span<double> parts);

}  // namespace sluice
