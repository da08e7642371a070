#include "core/alerts/alertcondition.h"

#include <fmt/format.h>

#include <array>
#include <cmath>

namespace sluice {
namespace {

using Unit = AlertMetricInfo::Unit;
using Kind = AlertMetricInfo::Kind;

constexpr std::array<AlertMetricInfo, kAlertMetricCount> kMetrics{{
    {"depth", "messages ready in a queue", Unit::Count, Kind::Gauge},
    {"unacknowledged", "messages of a queue that consumers hold", Unit::Count, Kind::Gauge},
    {"consumers", "of a queue, a topic or a consume link", Unit::Count, Kind::Gauge},
    {"in-rate", "messages a second that come", Unit::PerSecond, Kind::Rate},
    {"out-rate", "messages a second that go", Unit::PerSecond, Kind::Rate},
    {"arrivals", "messages that came in the window", Unit::Count, Kind::InWindow},
    {"departures", "messages that went in the window", Unit::Count, Kind::InWindow},
    {"lag", "records a consumer group is behind", Unit::Count, Kind::Gauge},
    {"time-lag", "how old that is which a consumer group reads next", Unit::Seconds, Kind::Gauge},
    {"dead-letters", "messages that died in a queue or came to it in the window", Unit::Count,
     Kind::InWindow},
    {"late-arrivals", "late arrivals in the window", Unit::Count, Kind::InWindow},
    {"failures", "failures in the window", Unit::Count, Kind::InWindow},
    {"timeouts", "callers that stopped waiting in the window", Unit::Count, Kind::InWindow},
    {"lost", "messages lost in the window", Unit::Count, Kind::InWindow},
    {"busy", "messages a service works on", Unit::Count, Kind::Gauge},
    {"memory", "bytes a queue of a live broker takes", Unit::Bytes, Kind::Gauge},
    {"freshness", "from event time to visible, of a table's last row", Unit::Seconds, Kind::Gauge},
    {"unreachable", "the broker does not answer", Unit::YesNo, Kind::OfBroker},
    {"alarm", "the broker takes no messages", Unit::YesNo, Kind::OfBroker},
}};

std::string plain(double value) {
    if (value == std::floor(value) && std::abs(value) < 1e15)
        return fmt::format("{}", static_cast<std::int64_t>(value));
    return fmt::format("{:.4g}", value);
}

}  // namespace

const AlertMetricInfo& infoOf(AlertMetric metric) {
    return kMetrics[static_cast<std::size_t>(metric)];
}

bool passes(AlertCondition::Test test, double reading, double level) {
    switch (test) {
        case AlertCondition::Test::AtLeast:
            return reading >= level;
        case AlertCondition::Test::Below:
            return reading < level;
        case AlertCondition::Test::AtMost:
            return reading <= level;
        case AlertCondition::Test::Falls:
            return -reading > level;
        case AlertCondition::Test::Above:
        case AlertCondition::Test::Rises:
        case AlertCondition::Test::Silent:
            break;
    }
    return reading > level;
}

std::string readingText(AlertMetric metric, double reading) {
    switch (infoOf(metric).unit) {
        case Unit::PerSecond:
            return plain(reading) + "/s";
        case Unit::Seconds:
            return describeDuration(fromSeconds(reading));
        case Unit::Bytes: {
            static constexpr std::array<std::string_view, 5> units{"B", "kB", "MB", "GB", "TB"};
            std::size_t unit = 0;
            while (reading >= 1000 && unit + 1 < units.size()) {
                reading /= 1000;
                ++unit;
            }
            return fmt::format("{:.4g} {}", reading, units[unit]);
        }
        case Unit::YesNo:
            return reading > 0 ? "yes" : "no";
        case Unit::Count:
            break;
    }
    return plain(reading);
}

}  // namespace sluice
