#pragma once

#include <memory>
#include <optional>
#include <vector>

#include "core/alerts/alertcondition.h"
#include "core/metrics/lagmeter.h"
#include "core/metrics/timelagmeter.h"
#include "core/trace/systemstate.h"

namespace sluice {

/// The figures that rules ask for, as the trace has told them so far. A run tells them event by event, a live
/// broker by reports; whoever asks sees no difference. One thread; owned by an AlertEvaluator.
class AlertMeter {
public:
    AlertMeter(std::shared_ptr<const EntityTable> table, bool lags, bool timeLags);

    void apply(const TraceEvent& event);

    /// What stands at the moment, or, of metrics that are counted or rates, how many there were since the
    /// trace began. Nothing while it is not known: nobody reported it yet, or the broker does not answer.
    /// `links`: of lags and consumers, the consume links that count.
    [[nodiscard]] std::optional<double> reading(AlertMetric metric, EntityId subject,
                                                const std::vector<EntityId>& links, TraceTime now) const;
    /// Of AlertMetric::TimeLag: a figure that is no higher than its reading, and cheap.
    [[nodiscard]] double timeLagAtLeast(const std::vector<EntityId>& links, TraceTime now) const;
    /// One of these groups has records to read, and may be further behind without anything happening.
    [[nodiscard]] bool isBehind(const std::vector<EntityId>& links) const;
    /// A live broker answers, which reports rates.
    [[nodiscard]] bool isInContact() const { return m_state.contact == Contact::Made; }
    /// Messages a second as a live broker reported it last; nothing where none does.
    [[nodiscard]] std::optional<double> reportedRate(AlertMetric metric, EntityId subject) const;
    /// The kinds of event that can change a metric's reading, a bit each.
    static std::uint64_t kindsOf(AlertMetric metric);
    /// Of the same entity also the kinds without which those would be counted wrongly.
    static std::uint64_t withThoseBefore(std::uint64_t kinds);
    /// The consume and materialize links that a metric of the subject looks at.
    [[nodiscard]] std::vector<EntityId> linksOf(AlertMetric metric, EntityId subject) const;
    [[nodiscard]] const EntityTable& table() const { return *m_table; }

private:
    static constexpr std::uint16_t kAnything = 0xffff;
    static constexpr std::uint16_t bitOf(Gauge gauge) {
        return static_cast<std::uint16_t>(1U << static_cast<unsigned>(gauge));
    }
    /// Always of a run; of a live broker, what it has told since it answers. `gauges`: bits of one of them.
    [[nodiscard]] bool isKnown(EntityId entity, std::uint16_t gauges = kAnything) const;
    void note(const TraceEvent& event);
    [[nodiscard]] std::optional<double> lag(const std::vector<EntityId>& links) const;
    [[nodiscard]] std::optional<double> timeLag(const std::vector<EntityId>& links, TraceTime now) const;
    [[nodiscard]] std::optional<double> consumers(EntityId subject, const std::vector<EntityId>& links) const;
    void applyToTimeLags(const TraceEvent& event);

    std::shared_ptr<const EntityTable> m_table;
    std::vector<std::vector<EntityId>> m_consumed;  ///< by element: consume links from it
    std::vector<std::vector<EntityId>> m_groups;  ///< by element: links that read it, or with which it reads
    SystemState m_state;
    std::vector<std::uint16_t> m_told;  ///< by entity: what a live broker has told
    std::optional<LagMeter> m_lagMeter;
    std::vector<std::uint64_t> m_lags;  ///< by link
    mutable std::optional<TimeLagMeter> m_timeLags;
    std::vector<bool> m_commits;  ///< by link: the group has committed
};

}  // namespace sluice
