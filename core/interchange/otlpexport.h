#pragma once

#include <functional>
#include <string>

#include "core/trace/tracestore.h"

namespace sluice {

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
/// former; causes are parents, and a conversation is a trace. Source: OpenTelemetry, Semantic conventions for
/// messaging spans. Errors: Cancelled.
Result<void> exportOtlp(const TraceStore& store, const OtlpScope& scope);

}  // namespace sluice
