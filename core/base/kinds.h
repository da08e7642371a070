#pragma once

#include <array>
#include <cstdint>
#include <optional>
#include <string_view>

namespace sluice {

/// What can be drawn. The names are the field's own and stand in files as kindName() spells them.
enum class ElementKind : std::uint8_t {
    Client,
    Service,
    Gateway,
    LoadBalancer,
    Cache,
    Database,
    External,
    Exchange,
    Queue,
    Topic,
    Processor,
    Table,
    Sidecar,
    Note,
};
inline constexpr int kElementKindCount = 14;

/// What joins two elements; it follows from the kinds of its two ends (see inferLink).
enum class LinkKind : std::uint8_t {
    Publish,      ///< to a queue, exchange or topic
    Consume,      ///< from a queue (prefetch) or topic (consumer group)
    Bind,         ///< exchange to queue or exchange (routing key or headers)
    DeadLetter,   ///< queue to queue or exchange
    Call,         ///< synchronous: REST, GraphQL, gRPC
    Reply,        ///< to a temporary reply queue
    Materialize,  ///< topic or processor to table
    Read,         ///< service from table, cache or database
    Write,        ///< service to database or cache
};
inline constexpr int kLinkKindCount = 9;

enum class MessageKind : std::uint8_t { Command, Event, Query, Reply };

/// The six ways of failing (domain: failure kinds). Technical ones are retried and may be redriven;
/// business and data ones need an inquiry or a reply to the caller.
enum class FailureKind : std::uint8_t {
    None,
    BadData,
    BusinessError,
    UnexpectedError,
    QueueUnavailable,
    ServiceUnavailable,
    CallerTimeout,
};
inline constexpr int kFailureKindCount = 7;

/// How much an alert matters: worth knowing, somebody should look, somebody must act.
enum class AlertSeverity : std::uint8_t { Info, Warning, Critical };

inline constexpr std::array<std::string_view, kElementKindCount> kElementKindNames{
    "client",   "service", "gateway", "loadBalancer", "cache", "database", "external",
    "exchange", "queue",   "topic",   "processor",    "table", "sidecar",  "note"};
inline constexpr std::array<std::string_view, kLinkKindCount> kLinkKindNames{
    "publish", "consume", "bind", "deadLetter", "call", "reply", "materialize", "read", "write"};
inline constexpr std::array<std::string_view, 4> kMessageKindNames{"command", "event", "query", "reply"};
inline constexpr std::array<std::string_view, kFailureKindCount> kFailureKindNames{"none",
                                                                                   "bad data",
                                                                                   "business error",
                                                                                   "unexpected error",
                                                                                   "queue unavailable",
                                                                                   "service unavailable",
                                                                                   "caller timeout"};
inline constexpr std::array<std::string_view, 3> kAlertSeverityNames{"info", "warning", "critical"};

constexpr std::string_view kindName(ElementKind kind) {
    return kElementKindNames[static_cast<std::size_t>(kind)];
}
constexpr std::string_view kindName(LinkKind kind) {
    return kLinkKindNames[static_cast<std::size_t>(kind)];
}
constexpr std::string_view kindName(AlertSeverity severity) {
    return kAlertSeverityNames[static_cast<std::size_t>(severity)];
}
constexpr std::string_view kindName(MessageKind kind) {
    return kMessageKindNames[static_cast<std::size_t>(kind)];
}
constexpr std::string_view kindName(FailureKind kind) {
    return kFailureKindNames[static_cast<std::size_t>(kind)];
}

/// The enumerator with that name in one of the tables above, or nothing.
template <class Kind, std::size_t N>
constexpr std::optional<Kind> findKind(const std::array<std::string_view, N>& names, std::string_view name) {
    for (std::size_t i = 0; i < N; ++i) {
        if (names[i] == name)
            return static_cast<Kind>(i);
    }
    return std::nullopt;
}

constexpr bool isTechnical(FailureKind kind) {
    return kind == FailureKind::QueueUnavailable || kind == FailureKind::ServiceUnavailable ||
           kind == FailureKind::CallerTimeout;
}

}  // namespace sluice
