#pragma once

#include <optional>
#include <span>
#include <string>
#include <string_view>

#include "core/base/duration.h"
#include "core/base/kinds.h"
#include "core/base/result.h"

namespace sluice {

/// What an alert's rule looks at.
enum class AlertMetric : std::uint8_t {
    Depth,           ///< queues: messages ready
    Unacknowledged,  ///< queues: messages that consumers hold
    Consumers,       ///< of a queue, a topic or a consume link
    InRate,          ///< messages a second that come
    OutRate,         ///< messages a second that go
    Arrivals,        ///< messages that came, in a window
    Departures,      ///< messages that went, in a window
    Lag,             ///< records that a consumer group is behind; topics, services: their furthest
    TimeLag,         ///< seconds: how old that is which a consumer group reads next; likewise
    DeadLetters,     ///< in a window: messages that died in a queue or came to it
    LateArrivals,    ///< in a window
    Failures,        ///< in a window: of handlers
    Timeouts,        ///< in a window: callers that stopped waiting
    Lost,            ///< in a window: messages that are gone
    Busy,            ///< messages in work
    Memory,          ///< bytes, as a live broker reports them
    Freshness,       ///< seconds from event time to visible, of the last row written
    Unreachable,     ///< of the broker: 1 while it does not answer
    Alarm,           ///< of the broker: 1 while it takes no messages
};

/// How its figure is written and what it is for.
struct AlertMetricInfo {
    std::string_view name;  ///< "dead-letters"
    std::string_view help;  ///< one line
    enum class Unit : std::uint8_t { Count, PerSecond, Seconds, Bytes, YesNo } unit = Unit::Count;
    enum class Kind : std::uint8_t { Gauge, Rate, InWindow, OfBroker } kind = Kind::Gauge;
};
inline constexpr int kAlertMetricCount = static_cast<int>(AlertMetric::Alarm) + 1;
const AlertMetricInfo& infoOf(AlertMetric metric);

/// What a rule is about: one element or link, or all that a pattern fits.
struct AlertTarget {
    enum class Kind : std::uint8_t { Anything, Element, Link, Broker } kind = Kind::Anything;
    ElementKind elementKind = ElementKind::Queue;  ///< of Element
    std::string pattern{};  ///< of name or id, from end to end, without regard to case; * is any text
    bool operator==(const AlertTarget&) const = default;
};

/// When an alert is raised and when it is cleared, as a rule's text says it:
///
///     queue:orders depth > 1000 for 30s, clear < 500 for 1min
///     queue:* depth rises by 500 in 5min
///     topic:prices silent for 30s
///     service:billing lag > 30s for 1min
///     queue:orders no consumer for 10s
///     queue:dead-* dead-letters > 0 in 10min
///     broker unreachable for 1min
struct AlertCondition {
    enum class Test : std::uint8_t {
        Above,    ///< > `level`
        AtLeast,  ///< >= `level`
        Below,    ///< < `level`
        AtMost,   ///< <= `level`
        Rises,    ///< by more than `level` within `window`
        Falls,    ///< likewise
        Silent,   ///< nothing came for `hold`
    };
    AlertTarget target{};
    AlertMetric metric = AlertMetric::Depth;
    Test test = Test::Above;
    double level = 0;   ///< in the metric's unit
    Duration window{};  ///< over which is counted, measured or compared; zero for gauges
    Duration hold{};    ///< how long it has to be so before the alert is raised
    struct Clearing {
        Test test = Test::Below;
        double level = 0;
        bool operator==(const Clearing&) const = default;
    };
    /// Cleared when this holds; nothing: when the test does not hold any more.
    std::optional<Clearing> clearing{};
    Duration clearHold{};  ///< how long it has to be so before the alert is cleared
    bool operator==(const AlertCondition&) const = default;

    /// Errors: an unknown metric, a number or length of time that is none, a test that does not fit the
    /// metric, a value to clear at that lies on the wrong side. `where` is "column 14".
    static Result<AlertCondition> parse(std::string_view text);
};

/// Whether a reading passes `test` against `level`; Rises and Falls take the difference, Silent is not asked.
bool passes(AlertCondition::Test test, double reading, double level);

/// The reading as a person writes it: "1,204" without the comma, "12.5/s", "45s", "12MB", "yes".
std::string readingText(AlertMetric metric, double reading);

}  // namespace sluice
