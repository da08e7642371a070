#pragma once

#include <array>
#include <mutex>
#include <optional>
#include <span>
#include <vector>

#include "core/trace/alertlist.h"
#include "core/trace/occurrences.h"
#include "core/trace/source.h"

namespace sluice {

/// What a timeline shows one below the other.
enum class TraceLane : std::uint8_t {
    Events,       ///< of any kind
    WorkedOff,    ///< messages that a service is done with, well or not
    DeadLetters,  ///< dead-lettered, or discarded where there is no dead-letter queue
    LateArrivals,
    Timeouts,    ///< callers that stopped waiting
    Rebalances,  ///< of consumer groups
    Alerts,      ///< that were raised
};
inline constexpr int kTraceLaneCount = static_cast<int>(TraceLane::Alerts) + 1;

/// From then on one of so many messages that come there is shown singly; 0: none, 1: all.
struct SampleRate {
    TraceTime at{};
    EntityId subject = kNoEntity;
    std::uint64_t oneOf = 1;
};

/// The lane an event of that kind is in besides the first; nothing for most.
std::optional<TraceLane> laneOf(EventKind kind);

/// Folds a trace into lanes whose pictures cost by their pixels, in memory that is bounded whatever the
/// length: the marks are exact up to some hundred thousand each, of all events the density is kept. One
/// thread feeds it, any thread reads.
class TraceLanes : public TraceSink {
public:
    TraceLanes();
    void accept(std::span<const TraceEvent> events, TraceTime horizon) override;
    void finish(const Result<void>& outcome) override;

    /// Up to here events were taken in.
    [[nodiscard]] Sequence size() const;
    [[nodiscard]] std::uint64_t count(TraceLane lane) const;
    /// In the order in which they were raised.
    [[nodiscard]] std::vector<Alert> alerts() const;
    /// How the messages of a live broker were sampled at a time, by place; what is shown whole is left out.
    [[nodiscard]] std::vector<SampleRate> samplesAt(TraceTime time) const;
    /// How many happened in each of the equal parts of [from, to).
    void spread(TraceLane lane, TraceTime from, TraceTime to, std::span<double> parts) const;

private:
    mutable std::mutex m_mutex;  ///< guards what follows
    std::array<Occurrences, kTraceLaneCount> m_lanes;
    AlertList m_alerts;
    static constexpr std::size_t kMostRates = 20'000;
    std::vector<SampleRate> m_rates;  ///< each change, the older half forgotten when there are too many
};

}  // namespace sluice
