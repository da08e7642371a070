#include "core/record/lastminutes.h"

#include <algorithm>

#include "core/trace/blockindex.h"

namespace sluice {
namespace {

/// Beyond, the part lies in a temporary file: it is written out and forgotten.
constexpr std::size_t kPartInMemory = std::size_t{16} << 20U;

/// What a broker would have to report for a state to be known.
class Restated {
public:
    Restated(const SystemState& state, const EntityTable& table) : m_state(state), m_table(table) {
        if (state.contact == Contact::None)
            return;
        m_events.push_back({.kind = EventKind::ConnectionMade});
        if (state.alarm)
            tell(kNoEntity, Gauge::Alarm, 1);
        if (state.watchCost > 0)
            tell(kNoEntity, Gauge::WatchCost, state.watchCost);
        for (EntityId id = 0; id < state.observed.size(); ++id)
            tellOf(id);
        if (state.contact == Contact::Lost)
            m_events.push_back({.kind = EventKind::ConnectionLost});
    }
    [[nodiscard]] std::vector<TraceEvent> take() { return std::move(m_events); }

private:
    void tell(EntityId subject, Gauge gauge, std::uint64_t value, std::uint32_t partition = 0) {
        m_events.push_back({.value = static_cast<std::int64_t>(value),
                            .subject = subject,
                            .peer = partition,
                            .detail = static_cast<std::uint16_t>(gauge),
                            .kind = EventKind::Observed});
    }

    void tellOf(EntityId id) {
        const ObservedState& observed = m_state.observed[id];
        if (!observed.known)
            return;
        const EntityState& own = m_state.entities[id];
        const Entity& entity = m_table.entities[id];
        if (entity.isLink) {
            tell(id, Gauge::Consumers, observed.consumers);
            tellGroup(id, entity.from);
            return;
        }
        if (entity.elementKind == ElementKind::Queue) {
            tell(id, Gauge::Ready, own.ready);
            tell(id, Gauge::Unacknowledged, own.unacknowledged);
            tell(id, Gauge::Consumers, observed.consumers);
        }
        if (observed.memory > 0)
            tell(id, Gauge::Memory, observed.memory);
        for (std::uint32_t i = 0; i < own.partitions.size(); ++i)
            tell(id, Gauge::EndOffset, static_cast<std::uint64_t>(own.partitions[i].end), i);
    }

    void tellGroup(EntityId link, EntityId topic) {
        if (topic >= m_state.entities.size())
            return;
        for (const GroupState& group : m_state.entities[topic].groups) {
            for (std::uint32_t i = 0; group.link == link && i < group.committed.size(); ++i) {
                m_events.push_back({.value = group.committed[i],
                                    .subject = link,
                                    .peer = i,
                                    .detail = static_cast<std::uint16_t>(Gauge::Committed),
                                    .kind = EventKind::Observed});
            }
        }
    }

    const SystemState& m_state;
    const EntityTable& m_table;
    std::vector<TraceEvent> m_events;
};

}  // namespace

std::shared_ptr<TraceStore> lastMinutes(const TraceStore& trace, TraceTime from, TraceTime to,
                                        const std::vector<Alert>& alerts) {
    from = std::clamp(from, TraceTime::zero(), trace.horizon());
    to = std::clamp(to, from, trace.horizon());
    auto part = std::make_shared<TraceStore>(trace.sharedTable(), kPartInMemory);
    const Sequence first = trace.lowerBound(from);
    const Sequence end = to >= trace.horizon() ? trace.size() : trace.lowerBound(to);
    if (first > 0) {
        const SystemState state = trace.stateAfter(first - 1);
        std::vector<TraceEvent> before = Restated(state, trace.table()).take();
        for (const Alert& alert : alerts) {
            if (alert.event < first && (!alert.cleared || *alert.cleared >= from))
                before.push_back({.value = static_cast<std::int64_t>(alert.level * 1000),
                                  .subject = alert.subject,
                                  .peer = alert.rule,
                                  .detail = static_cast<std::uint16_t>(alert.severity),
                                  .kind = EventKind::AlertRaised});
        }
        part->accept(before, TraceTime::zero());
    }
    for (Sequence next = first; next < end; next += kBlockEvents) {
        std::vector<TraceEvent> events = trace.read(next, std::min<Sequence>(end, next + kBlockEvents));
        for (TraceEvent& event : events)
            event.at -= from;
        part->accept(events, events.back().at);
    }
    part->accept({}, to - from);
    part->finish({});
    return part;
}

TraceTime beginningWithin(const TraceStore& trace, TraceTime from, TraceTime to, std::uint64_t bytes) {
    const double each = std::max(trace.bytesPerEvent(), 1.0);
    const auto most = static_cast<Sequence>(static_cast<double>(bytes) / each);
    const Sequence end = trace.lowerBound(to);
    const Sequence first = trace.lowerBound(from);
    return end - first <= most ? from : std::max(from, trace.at(end - most).at);
}

}  // namespace sluice
