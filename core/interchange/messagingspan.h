#pragma once

#include <functional>
#include <map>
#include <string>
#include <string_view>
#include <vector>

#include "core/trace/event.h"

namespace sluice {

/// One span of OpenTelemetry's messaging conventions: somebody sent, received, worked on or settled a
/// message.
struct MessagingSpan {
    std::string id;
    std::string parent;
    std::vector<std::string> links;  ///< ids of the spans it is joined with
    std::string service;
    int kind = 0;  ///< as in spankind.h; 0: another one
    TraceTime from{};
    TraceTime to{};
    bool failed = false;
    std::size_t line = 0;  ///< of the file; 0: it is one document
    std::map<std::string, std::string> attributes;

    /// The first of these attributes that is there and not empty; else empty.
    [[nodiscard]] std::string first(std::initializer_list<const char*> names) const;
    [[nodiscard]] std::string destination() const;
    /// send, receive, process, settle and the like; of spans that do not tell, what their kind says.
    [[nodiscard]] std::string operation() const;
    [[nodiscard]] bool sends() const;
    [[nodiscard]] bool isTopic() const;
    /// Its message's id; empty: it has none.
    [[nodiscard]] std::string messageId() const;
};

/// Told what is passed over, or taken otherwise than it stands there.
using SpanWarning = std::function<void(std::size_t line, std::string sentence)>;

/// The messaging spans of an OTLP JSON document, or of one document a line, in the order of their beginnings.
/// What is no such span is passed over; what is broken is told.
std::vector<MessagingSpan> readMessagingSpans(std::string_view text, const SpanWarning& warn);

}  // namespace sluice
