#pragma once

#include <optional>
#include <string>
#include <string_view>

#include "core/base/duration.h"

namespace sluice {

/// Times and durations from elsewhere lie within this, either side of zero (1970 with 146 years before and
/// after), so that the difference of any two fits into int64 nanoseconds.
inline constexpr Duration kImportedTimeLimit{(std::int64_t(1) << 62U) - 1};

/// A decimal number of such units ("12.000000001", unit 1 s), exact to the nanosecond; nothing when it is
/// none or past kImportedTimeLimit.
std::optional<TraceTime> decimalTime(std::string_view text, Duration unit);

/// "2026-11-21T18:00:00.123Z", with a space instead of the T, a colon or comma before the fraction, an offset
/// (+01:00) or none (then it is UTC): nanoseconds since 1970.
std::optional<TraceTime> calendarTime(std::string_view text);

/// "2026-11-21T18:00:00.123Z": the same the other way, in milliseconds, UTC.
std::string calendarText(TraceTime sinceEpoch);

}  // namespace sluice
