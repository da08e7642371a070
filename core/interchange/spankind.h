#pragma once

namespace sluice {

/// SPAN_KIND_PRODUCER and SPAN_KIND_CONSUMER of the OpenTelemetry protocol (trace/v1/trace.proto,
/// Span.SpanKind).
inline constexpr int kProducerSpan = 4;
inline constexpr int kConsumerSpan = 5;

}  // namespace sluice
