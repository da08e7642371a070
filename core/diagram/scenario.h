#pragma once

#include <array>
#include <map>
#include <string>
#include <string_view>
#include <vector>

#include "core/base/duration.h"
#include "core/diagram/properties.h"

namespace sluice {

enum class ActionKind : std::uint8_t {
    Stop,      ///< an instance, or all of a service; a queue or topic: the broker is unavailable there
    Start,     ///< what was stopped
    SlowDown,  ///< service times of `target` times `factor`, for `duration`
    Fail,  ///< handlers of `target` fail with `failure` at `probability`, for `duration`: a bug, until it is
           ///< fixed
    Drop,  ///< messages on link `target` are lost with `probability`, for `duration`
    Duplicate,   ///< messages on link `target` arrive twice with `probability`
    Delay,       ///< messages on link `target` take `delay` longer
    Reorder,     ///< messages on link `target` take a random time up to `delay` longer
    Poison,      ///< messages created by `target` are malformed with `probability`
    Cut,         ///< link `target` carries nothing for `duration`
    BrokerDown,  ///< every queue, exchange and topic is unavailable for `duration`
    Burst,       ///< client `target` sends `count` messages at once
    Redrive,     ///< moves dead letters of queue `target` back where they died; only safe ones unless `all`
    Discard,     ///< takes dead letters out of queue `target` for good
    Set,         ///< sets property `key` of `target` to `value`
};
inline constexpr std::array<std::string_view, 15> kActionKindNames{
    "stop",   "start", "slowDown",   "fail",  "drop",    "duplicate", "delay", "reorder",
    "poison", "cut",   "brokerDown", "burst", "redrive", "discard",   "set"};
constexpr std::string_view kindName(ActionKind kind) {
    return kActionKindNames[static_cast<std::size_t>(kind)];
}

struct Action {
    Duration at{};
    ActionKind kind = ActionKind::Stop;
    std::string target;  ///< id of an element or link
    Properties properties;
    bool operator==(const Action&) const = default;
};

/// One condition on the outcome of a run: `metric` of `target` `comparison` `value`. See
/// expectationMetrics().
struct Expectation {
    std::string metric;      ///< "deadLetters", "lost", "roundTrip.p99", "lateArrivals", "timeouts", ...
    std::string target;      ///< id of an element or link, or empty for the whole system
    std::string comparison;  ///< "==", "!=", "<", "<=", ">", ">="
    Json value;              ///< a number, or a duration as text
    std::string note;
    Properties properties{};  ///< keys a newer version added
    bool operator==(const Expectation&) const = default;
};

/// A named workload, a timeline of actions, and expectations on the outcome.
struct Scenario {
    std::string id;
    std::string name;
    std::string note;
    Duration until =
        std::chrono::seconds(60);  ///< workload and actions end here; what is in flight may finish
    std::uint64_t seed = 1;
    double speed = 1;  ///< suggested playback, trace seconds a wall second
    /// Property overrides by element or link id: a workload, a policy, a message type of this scenario alone.
    std::map<std::string, Properties> overrides;
    std::vector<Action> actions;
    std::vector<Expectation> expectations;
    Properties properties{};  ///< keys a newer version added
    bool operator==(const Scenario&) const = default;
};

}  // namespace sluice
