#pragma once

#include <functional>
#include <string>
#include <string_view>

#include "core/trace/tracestore.h"

namespace sluice {

/// What the spans call the service that the broker is.
inline constexpr std::string_view kOtlpBroker = "message broker";

/// What of a trace is exported as spans.
struct OtlpScope {
    TraceTime from{};
    TraceTime to = TraceTime::max();  ///< included
    /// Nanoseconds since 1970 at which the trace begins: spans have calendar times.
    std::int64_t epoch = 1'767'225'600'000'000'000;  ///< 2026-01-01, as in the messages' headers
    /// Takes the JSON piece by piece; false stops.
    std::function<bool(const std::string&)> write{};
};

/// The trace as OTLP JSON, in the words of OpenTelemetry's semantic conventions for messaging: a `send` span
/// where a message is sent to a queue or topic, a `process` span where a service works on one, linked to the
/// former. A call is a client's span while it waits and a server's span while it is worked on; a dead letter
/// a span of the broker that settles it, with the reason, the cause and where it went. Causes are parents,
/// and a conversation is a trace. What has no end in the range (work, calls) is no span. Source:
/// OpenTelemetry, Semantic conventions for messaging spans. Errors: Cancelled.
Result<void> exportOtlp(const TraceStore& store, const OtlpScope& scope);

}  // namespace sluice
