#pragma once

#include <string>
#include <string_view>

#include "core/interchange/importedtrace.h"

namespace sluice {

/// Messaging spans of an OTLP JSON file (one object, or one a line as the collector's file exporter writes):
/// services from `service.name`, queues and topics from `messaging.destination.name`. A producer's span is a
/// message that comes to be, moves and arrives; a consumer's is its delivery and the work on it, joined by
/// the message's id, or else by the span's links or parent. Other spans are passed over. The names of
/// conventions before 1.27 are understood too. Errors: no OTLP JSON, no messaging span in it.
Result<ImportedTrace> importOtlp(std::string_view text, const std::string& name);

}  // namespace sluice
