#pragma once

namespace sluice {

/// Span.SpanKind of the OpenTelemetry protocol (trace/v1/trace.proto).
inline constexpr int kServerSpan = 2;
inline constexpr int kClientSpan = 3;
inline constexpr int kProducerSpan = 4;
inline constexpr int kConsumerSpan = 5;

}  // namespace sluice
