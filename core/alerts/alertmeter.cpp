#include "core/alerts/alertmeter.h"

#include <algorithm>

#include "core/trace/grouplag.h"

namespace sluice {
namespace {

TraceEvent reported(const TraceEvent& event, Gauge gauge, EntityId subject, std::int64_t value) {
    TraceEvent report = event;
    report.kind = EventKind::Observed;
    report.detail = static_cast<std::uint16_t>(gauge);
    report.subject = subject;
    report.value = value;
    return report;
}

bool isPerson(const Entity& entity) {
    return !entity.isLink && entity.elementKind == ElementKind::Client;
}

constexpr std::uint64_t bits(std::initializer_list<EventKind> kinds) {
    std::uint64_t all = 0;
    for (const EventKind kind : kinds)
        all |= std::uint64_t{1} << static_cast<unsigned>(kind);
    return all;
}
static_assert(kEventKindCount <= 64);

constexpr std::uint64_t kLine = bits({EventKind::Enqueued, EventKind::Delivered, EventKind::Requeued,
                                      EventKind::DeadLettered, EventKind::Discarded, EventKind::Redriven});
constexpr std::uint64_t kWork = bits({EventKind::WorkStarted, EventKind::WorkFinished,
                                      EventKind::InstanceStopped, EventKind::InstanceStarted});
constexpr std::uint64_t kReports = bits({EventKind::Observed, EventKind::Counted});

std::uint64_t kindsInRun(AlertMetric metric) {
    switch (metric) {
        case AlertMetric::Depth:
            return kLine;
        case AlertMetric::Unacknowledged:
            return kLine | bits({EventKind::Acknowledged});
        case AlertMetric::Consumers:
        case AlertMetric::Busy:
            return kWork;
        case AlertMetric::InRate:
        case AlertMetric::Arrivals:
            return bits({EventKind::MessageCreated, EventKind::Moved, EventKind::Enqueued,
                         EventKind::Appended, EventKind::WorkStarted, EventKind::UserInformed,
                         EventKind::RowWritten});
        case AlertMetric::OutRate:
        case AlertMetric::Departures:
            return bits({EventKind::MessageCreated, EventKind::Acknowledged, EventKind::WorkFinished,
                         EventKind::RowRead});
        case AlertMetric::Lag:
        case AlertMetric::TimeLag:
            return bits({EventKind::Appended, EventKind::Fetched, EventKind::Committed});
        case AlertMetric::DeadLetters:
            return bits({EventKind::Enqueued, EventKind::DeadLettered});
        case AlertMetric::LateArrivals:
            return bits({EventKind::LateArrival});
        case AlertMetric::Failures:
            return bits({EventKind::Returned, EventKind::Nacked, EventKind::Failed, EventKind::UserInformed});
        case AlertMetric::Timeouts:
            return bits({EventKind::TimedOut});
        case AlertMetric::Lost:
            return bits({EventKind::Lost, EventKind::Discarded});
        case AlertMetric::Freshness:
            return bits({EventKind::RowWritten});
        case AlertMetric::Memory:
        case AlertMetric::Unreachable:
        case AlertMetric::Alarm:
            return 0;
    }
    return ~std::uint64_t{0};
}

}  // namespace

AlertMeter::AlertMeter(std::shared_ptr<const EntityTable> table, bool lags, bool timeLags)
    : m_table(std::move(table)), m_state(SystemState::initial(*m_table)) {
    m_told.resize(m_table->entities.size());
    m_consumed.resize(m_table->entities.size());
    m_groups.resize(m_table->entities.size());
    for (EntityId id = 0; id < m_table->entities.size(); ++id) {
        const Entity& link = m_table->entities[id];
        const bool reads = link.linkKind == LinkKind::Consume || link.linkKind == LinkKind::Materialize;
        if (!link.isLink || !reads || link.from >= m_consumed.size())
            continue;
        if (link.linkKind == LinkKind::Consume)
            m_consumed[link.from].push_back(id);
        if (!isTopic(*m_table, link.from))
            continue;
        m_groups[link.from].push_back(id);
        if (link.to < m_groups.size())
            m_groups[link.to].push_back(id);
    }
    if (lags) {
        m_lagMeter.emplace(*m_table);
        m_lags.resize(m_table->entities.size());
    }
    if (timeLags) {
        m_timeLags.emplace(*m_table);
        m_commits.resize(m_table->entities.size());
    }
}

void AlertMeter::apply(const TraceEvent& event) {
    // Beside a live broker's reports single messages are a sample.
    if (m_state.contact != Contact::None && isPassage(event.kind))
        return;
    if (event.kind == EventKind::Moved) {
        // Nobody asks who is on the way.
        TraceEvent arrived = event;
        arrived.value = 0;
        m_state.apply(arrived, *m_table);
        return;
    }
    m_state.apply(event, *m_table);
    note(event);
    if (m_lagMeter)
        m_lagMeter->apply(event, [this](EntityId link, std::uint64_t records) { m_lags[link] = records; });
    if (m_timeLags)
        applyToTimeLags(event);
}

/// What a run tells record by record is for the meter a report of the partition's end, and of what was read.
void AlertMeter::applyToTimeLags(const TraceEvent& event) {
    if (event.kind == EventKind::Observed || event.kind == EventKind::Counted) {
        m_timeLags->apply(event);
        return;
    }
    if (event.subject >= m_table->entities.size())
        return;
    if (event.kind == EventKind::Appended) {
        // Whoever has read nothing yet is behind by the first record as well.
        if (event.value == 0) {
            m_timeLags->apply(reported(event, Gauge::EndOffset, event.subject, 0));
            for (const GroupState& group : m_state.entities[event.subject].groups) {
                if (event.peer < group.position.size() && group.position[event.peer] == 0)
                    m_timeLags->apply(reported(event, Gauge::Committed, group.link, 0));
            }
        }
        m_timeLags->apply(reported(event, Gauge::EndOffset, event.subject, event.value + 1));
    } else if (event.kind == EventKind::Committed) {
        m_commits[event.subject] = true;
        m_timeLags->apply(reported(event, Gauge::Committed, event.subject, event.value));
    } else if (event.kind == EventKind::Fetched && !m_commits[event.subject]) {
        m_timeLags->apply(reported(event, Gauge::Committed, event.subject, event.value + 1));
    }
}

bool AlertMeter::isKnown(EntityId entity, std::uint16_t gauges) const {
    if (m_state.contact == Contact::None)
        return true;
    return m_state.contact == Contact::Made && entity < m_told.size() && (m_told[entity] & gauges) != 0;
}

void AlertMeter::note(const TraceEvent& event) {
    if (event.kind == EventKind::ConnectionMade || event.kind == EventKind::ConnectionLost)
        std::fill(m_told.begin(), m_told.end(), std::uint16_t{0});
    else if (event.subject < m_told.size() && event.kind == EventKind::Observed)
        m_told[event.subject] |= bitOf(static_cast<Gauge>(event.detail & 15U));
    else if (event.subject < m_told.size() && event.kind == EventKind::Counted)
        m_told[event.subject] |= static_cast<std::uint16_t>(1U << 15U);
}

std::optional<double> AlertMeter::lag(const std::vector<EntityId>& links) const {
    std::optional<double> most;
    for (const EntityId link : links) {
        if (isKnown(link, bitOf(Gauge::Committed)))
            most = std::max(most.value_or(0), static_cast<double>(m_lags[link]));
    }
    return most;
}

std::optional<double> AlertMeter::timeLag(const std::vector<EntityId>& links, TraceTime now) const {
    if (m_state.contact == Contact::None) {
        // Of a run everything is known up to now.
        m_timeLags->apply({.at = now, .kind = EventKind::Counted});
    }
    std::optional<double> most;
    for (const EntityId link : links) {
        if (!isKnown(link, bitOf(Gauge::Committed)))
            continue;
        if (const auto age = m_timeLags->age(link, now))
            most = std::max(most.value_or(0), seconds(age->value));
    }
    return most;
}

double AlertMeter::timeLagAtLeast(const std::vector<EntityId>& links, TraceTime now) const {
    if (m_state.contact == Contact::None)
        m_timeLags->apply({.at = now, .kind = EventKind::Counted});
    double most = 0;
    for (const EntityId link : links) {
        const auto age =
            isKnown(link, bitOf(Gauge::Committed)) ? m_timeLags->ageAtLeast(link, now) : std::nullopt;
        if (age)
            most = std::max(most, seconds(age->value));
    }
    return most;
}

bool AlertMeter::isBehind(const std::vector<EntityId>& links) const {
    return std::any_of(links.begin(), links.end(),
                       [this](EntityId link) { return m_timeLags->isBehind(link); });
}

std::optional<double> AlertMeter::consumers(EntityId subject, const std::vector<EntityId>& links) const {
    if (m_state.contact != Contact::None) {
        // A queue tells it itself; of a topic its groups do.
        const Entity& entity = m_table->entities[subject];
        if (entity.isLink || entity.elementKind == ElementKind::Queue)
            return isKnown(subject, bitOf(Gauge::Consumers))
                       ? std::optional<double>(m_state.observed[subject].consumers)
                       : std::nullopt;
        std::optional<double> sum;
        for (const EntityId link : links) {
            if (isKnown(link, bitOf(Gauge::Consumers)))
                sum = sum.value_or(0) + static_cast<double>(m_state.observed[link].consumers);
        }
        return sum;
    }
    double running = 0;
    for (const EntityId link : links) {
        const EntityId to = m_table->entities[link].to;
        if (to >= m_state.entities.size())
            continue;
        const auto& instances = m_state.entities[to].instances;
        running += instances.empty()
                       ? 1
                       : static_cast<double>(std::count_if(instances.begin(), instances.end(),
                                                           [](const InstanceState& i) { return i.running; }));
    }
    return running;
}

std::optional<double> AlertMeter::reportedRate(AlertMetric metric, EntityId subject) const {
    if (m_state.contact != Contact::Made || !isKnown(subject))
        return std::nullopt;
    const ObservedState& observed = m_state.observed[subject];
    return static_cast<double>(metric == AlertMetric::InRate ? observed.inRate : observed.outRate) / 1000;
}

std::optional<double> AlertMeter::reading(AlertMetric metric, EntityId subject,
                                          const std::vector<EntityId>& links, TraceTime now) const {
    switch (metric) {
        case AlertMetric::Unreachable:
            return m_state.contact == Contact::None
                       ? std::nullopt
                       : std::optional(m_state.contact == Contact::Lost ? 1.0 : 0.0);
        case AlertMetric::Alarm:
            return m_state.contact == Contact::Lost ? std::nullopt : std::optional(m_state.alarm ? 1.0 : 0.0);
        case AlertMetric::Lag:
            return lag(links);
        case AlertMetric::TimeLag:
            return timeLag(links, now);
        case AlertMetric::Consumers:
            return consumers(subject, links);
        default:
            break;
    }
    if (subject >= m_state.entities.size() || !isKnown(subject))
        return std::nullopt;
    const EntityState& state = m_state.entities[subject];
    switch (metric) {
        case AlertMetric::Depth:
            return isKnown(subject, bitOf(Gauge::Ready)) ? std::optional<double>(state.ready) : std::nullopt;
        case AlertMetric::Unacknowledged:
            return isKnown(subject, bitOf(Gauge::Unacknowledged))
                       ? std::optional<double>(state.unacknowledged)
                       : std::nullopt;
        case AlertMetric::InRate:
        case AlertMetric::Arrivals:
            // What a person sends is what goes through them.
            return static_cast<double>(isPerson(m_table->entities[subject]) ? state.out : state.in);
        case AlertMetric::OutRate:
        case AlertMetric::Departures:
            return static_cast<double>(state.out);
        case AlertMetric::DeadLetters:
            return static_cast<double>(state.deadLettered);
        case AlertMetric::LateArrivals:
            return static_cast<double>(state.late);
        case AlertMetric::Failures:
            return static_cast<double>(state.failed);
        case AlertMetric::Timeouts:
            return static_cast<double>(state.timedOut);
        case AlertMetric::Lost:
            return static_cast<double>(state.lost);
        case AlertMetric::Busy: {
            double busy = 0;
            for (const InstanceState& instance : state.instances)
                busy += instance.busy;
            return busy;
        }
        case AlertMetric::Memory:
            // Only a broker tells it.
            return m_state.contact != Contact::None && isKnown(subject, bitOf(Gauge::Memory))
                       ? std::optional<double>(m_state.observed[subject].memory)
                       : std::nullopt;
        case AlertMetric::Freshness:
            return seconds(state.freshness);
        default:
            return std::nullopt;
    }
}

std::uint64_t AlertMeter::kindsOf(AlertMetric metric) {
    return kindsInRun(metric) | kReports;
}

std::uint64_t AlertMeter::withThoseBefore(std::uint64_t kinds) {
    // Who stands in a queue follows from all that came and went.
    if ((kinds & kLine) != 0)
        kinds |= kLine | bits({EventKind::Acknowledged});
    return (kinds & kWork) != 0 ? kinds | kWork : kinds;
}

std::vector<EntityId> AlertMeter::linksOf(AlertMetric metric, EntityId subject) const {
    const bool lag = metric == AlertMetric::Lag || metric == AlertMetric::TimeLag;
    if (subject >= m_table->entities.size() || (!lag && metric != AlertMetric::Consumers))
        return {};
    if (m_table->entities[subject].isLink)
        return {subject};
    return lag ? m_groups[subject] : m_consumed[subject];
}

}  // namespace sluice
