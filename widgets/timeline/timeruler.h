#pragma once

#include <QString>

#include "core/trace/timerange.h"

namespace sluice {

/// The distance of a ruler's marks: 1, 2 or 5 times a power of ten nanoseconds, at least `least`.
TraceTime roundStep(double least);

/// An instant as a ruler with that step says it: as many digits as it takes to tell one mark from the next,
/// "26.000 125 s", "1:05 min", "250 ms".
QString tickText(TraceTime time, TraceTime step);

/// "12.3 s – 14.1 s", as exactly as its length needs.
QString rangeText(const TimeRange& range);

}  // namespace sluice
