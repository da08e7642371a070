#pragma once

#include <chrono>
#include <cstdint>
#include <string>
#include <string_view>

#include "core/base/result.h"

namespace sluice {

/// Lengths of time and instants of a trace: int64 nanoseconds, never a floating-point number.
using Duration = std::chrono::nanoseconds;

/// An instant: nanoseconds since the run, the recording or the watch began.
using TraceTime = std::chrono::nanoseconds;

/// Reads "250 ms", "1.5s", "2m", "1h30m", "40 us", "7ns", "3d"; a bare number is milliseconds,
/// as RabbitMQ's arguments count. Errors: unknown unit, negative, or past int64 (292 years).
Result<Duration> parseDuration(std::string_view text);

/// Shortest exact spelling that parseDuration reads back: "1.5s", "250ms", "1h30m".
std::string formatDuration(Duration duration);

/// For people and tables: three significant figures and a unit, "1.23 ms", "4.50 s", "2 min 5 s".
std::string describeDuration(Duration duration);

constexpr double seconds(Duration duration) {
    return std::chrono::duration<double>(duration).count();
}

/// Nearest nanosecond; saturates at the ends of int64, and is zero for a NaN.
Duration fromSeconds(double value);

}  // namespace sluice
