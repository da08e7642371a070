#include "core/metrics/tracelanes.h"

#include <algorithm>
#include <map>

namespace sluice {
namespace {

// Below some hundred thousand events in sight, a timeline looks at the events themselves; above, a group of
// so many is narrower than a pixel.
constexpr std::uint64_t kEventsAGroup = 64;
constexpr std::size_t kMostGroupsOfEvents = std::size_t{1} << 20U;

}  // namespace

std::optional<TraceLane> laneOf(EventKind kind) {
    switch (kind) {
        case EventKind::WorkFinished:
            return TraceLane::WorkedOff;
        case EventKind::DeadLettered:
        case EventKind::Discarded:
            return TraceLane::DeadLetters;
        case EventKind::LateArrival:
            return TraceLane::LateArrivals;
        case EventKind::TimedOut:
            return TraceLane::Timeouts;
        case EventKind::Rebalanced:
            return TraceLane::Rebalances;
        case EventKind::AlertRaised:
            return TraceLane::Alerts;
        default:
            return std::nullopt;
    }
}

TraceLanes::TraceLanes() {
    m_lanes.front() = Occurrences(kMostGroupsOfEvents, kEventsAGroup);
}

void TraceLanes::accept(std::span<const TraceEvent> events, TraceTime /*horizon*/) {
    const std::scoped_lock lock(m_mutex);
    for (const TraceEvent& event : events) {
        if (isAlert(event.kind))
            m_alerts.apply(m_lanes.front().count(), event);
        if (event.kind == EventKind::Observed && static_cast<Gauge>(event.detail) == Gauge::ShownOneOf) {
            if (m_rates.size() >= kMostRates)
                m_rates.erase(m_rates.begin(), m_rates.begin() + kMostRates / 2);
            m_rates.push_back({event.at, event.subject,
                               static_cast<std::uint64_t>(std::max<std::int64_t>(event.value, 0))});
        }
        m_lanes.front().add(event.at);
        if (const auto lane = laneOf(event.kind))
            m_lanes[static_cast<std::size_t>(*lane)].add(event.at);
    }
}

void TraceLanes::finish(const Result<void>& /*outcome*/) {}

Sequence TraceLanes::size() const {
    return count(TraceLane::Events);
}

std::uint64_t TraceLanes::count(TraceLane lane) const {
    const std::scoped_lock lock(m_mutex);
    return m_lanes[static_cast<std::size_t>(lane)].count();
}

std::vector<Alert> TraceLanes::alerts() const {
    const std::scoped_lock lock(m_mutex);
    return m_alerts.alerts();
}

std::vector<SampleRate> TraceLanes::samplesAt(TraceTime time) const {
    std::map<EntityId, SampleRate> last;
    {
        const std::scoped_lock lock(m_mutex);
        for (const SampleRate& rate : m_rates) {
            if (rate.at > time)
                break;
            last[rate.subject] = rate;
        }
    }
    std::vector<SampleRate> rates;
    for (const auto& [subject, rate] : last) {
        if (rate.oneOf != 1)
            rates.push_back(rate);
    }
    return rates;
}

void TraceLanes::spread(TraceLane lane, TraceTime from, TraceTime to, std::span<double> parts) const {
    const std::scoped_lock lock(m_mutex);
    m_lanes[static_cast<std::size_t>(lane)].spread(from, to, parts);
}

}  // namespace sluice
