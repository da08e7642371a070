#pragma once

#include <memory>
#include <optional>
#include <vector>

#include "core/trace/source.h"
#include "core/trace/timerange.h"

namespace sluice {

/// What is drawn over time.
enum class Metric : std::uint8_t {
    In,           ///< messages a second that came in
    Out,          ///< messages a second that went out
    Depth,        ///< most messages ready at once; consume and materialize links: most records behind;
                  ///< topics: of the group that is furthest behind; the system: queues and groups together
    DeadLetters,  ///< how many; of queues: died in it or came to it
    Late,         ///< late arrivals
    Failed,       ///< failures of handlers
    TimedOut,     ///< callers that stopped waiting
    Busy,         ///< messages in work on average
    P50,          ///< nanoseconds: queues: wait; services: work; callers: round trip; tables: freshness;
                  ///< links of a live broker's groups: how old that is which they read next
    P95,          ///< likewise
    P99,          ///< likewise
    Events,       ///< events of any kind
    Faults,       ///< the scenario's actions that began
};

/// The value over [at, at + width).
struct SeriesPoint {
    TraceTime at{};
    Duration width{};
    double value = 0;
    bool operator==(const SeriesPoint&) const = default;
};

/// One of the scenario's actions, from its beginning to its end as the trace tells them.
struct ActionSpan {
    EntityId subject = kNoEntity;  ///< kNoEntity: the whole system
    std::uint16_t action = 0;      ///< index in the scenario's actions
    TraceTime from{};
    std::optional<TraceTime> to{};  ///< nothing: it has not ended
    bool operator==(const ActionSpan&) const = default;
};

/// Folds a trace into series over trace time, one set for each entity and one for the whole system. Bins are
/// equally wide; when the run outgrows them, neighbours merge and the width doubles, so memory is bounded
/// whatever the length. One thread feeds it, any thread reads.
class Aggregator : public TraceSink {
public:
    explicit Aggregator(std::shared_ptr<const EntityTable> table);
    ~Aggregator() override;
    void accept(std::span<const TraceEvent> events, TraceTime horizon) override;
    void finish(const Result<void>& outcome) override;

    /// One point a bin that overlaps [from, to], up to the horizon; percentiles only where something was
    /// measured, and none where nothing is known, since a live broker could not be reached, or has yet to
    /// tell what passed. With `mostPoints` above 0, neighbouring bins are taken together until there are no
    /// more than that. kNoEntity: the whole system.
    [[nodiscard]] std::vector<SeriesPoint> series(EntityId entity, Metric metric, TraceTime from,
                                                  TraceTime to, std::size_t mostPoints = 0) const;
    /// In which a live broker could not be reached: nothing is known of them.
    [[nodiscard]] std::vector<TimeRange> lostTimes() const;
    /// Figures of a live broker, as opposed to the events of a run.
    [[nodiscard]] bool isReported() const;
    /// Until when In and Out are known: the horizon, or on a live broker its last report.
    [[nodiscard]] TraceTime flowKnownTo(EntityId entity) const;
    /// The scenario's actions so far, in the order in which they began.
    [[nodiscard]] std::vector<ActionSpan> actions() const;
    /// How wide a bin is now.
    [[nodiscard]] Duration binWidth() const;
    /// Up to here events were taken in.
    [[nodiscard]] TraceTime horizon() const;

private:
    struct Private;
    std::unique_ptr<Private> d;
};

}  // namespace sluice
