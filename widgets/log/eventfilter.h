#pragma once

#include <memory>
#include <optional>
#include <vector>

#include "core/query/eventmatcher.h"
#include "core/trace/timerange.h"

namespace sluice {

/// What the log shows of a trace.
struct EventFilter {
    EventQuery query{};
    int kind = -1;                     ///< an EventKind; -1: all
    EntityId entity = kNoEntity;       ///< kNoEntity: all
    std::optional<TimeRange> range{};  ///< nothing: all of the run
    [[nodiscard]] bool isEmpty() const {
        return query.isEmpty() && kind < 0 && entity == kNoEntity && !range;
    }
    bool operator==(const EventFilter&) const = default;
};

/// Holds back the events that do not pass a filter. Any thread, one at a time.
class EventSieve {
public:
    EventSieve(std::shared_ptr<const TraceStore> store, const EventFilter& filter);
    [[nodiscard]] bool passes(const TraceEvent& event);

private:
    EventFilter m_filter;
    std::optional<EventMatcher> m_matcher;  ///< when there is a query
};

/// The events of a growing trace that pass a filter, found bit by bit so that no step takes long. Used on the
/// window's thread; owned by the event log's model.
class FilteredEvents {
public:
    void reset(std::shared_ptr<TraceStore> store, const EventFilter& filter);
    /// Looks at up to `events` more; true when it has come to the trace's present end.
    bool advance(std::size_t events);
    [[nodiscard]] const std::vector<Sequence>& found() const { return m_found; }
    [[nodiscard]] Sequence searched() const { return m_next; }

private:
    std::shared_ptr<TraceStore> m_store;
    EventFilter m_filter;
    std::optional<EventSieve> m_sieve;
    std::vector<Sequence> m_found;
    Sequence m_next = 0;
};

}  // namespace sluice
