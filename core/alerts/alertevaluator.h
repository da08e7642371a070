#pragma once

#include <memory>
#include <queue>
#include <span>
#include <vector>

#include "core/alerts/alertmeter.h"
#include "core/alerts/alertrules.h"
#include "core/alerts/alertwindow.h"

namespace sluice {

/// Asks the rules of a trace, as it goes on. Knows no clock but the trace's own, so a run, its recording and
/// its replay raise the same alerts, however they are cut into batches. What it says are events: AlertRaised
/// and AlertCleared, each at the moment at which it became so. One thread.
class AlertEvaluator {
public:
    /// `changing`: setRules() may ask for any metric later.
    AlertEvaluator(std::shared_ptr<const EntityTable> table, const std::vector<ActiveAlertRule>& rules,
                   bool changing = false);

    /// Nothing earlier than `time` will follow: appends what became so up to there.
    void advanceTo(TraceTime time, std::vector<TraceEvent>& said) {
        if (!m_queue.empty() && m_queue.top().at <= time)
            advanceFurther(time, said);
        m_now = std::max(m_now, time);
    }
    /// The next event, not before the last one: appends what it brought about. Alerts of the trace itself are
    /// passed over.
    void apply(const TraceEvent& event, std::vector<TraceEvent>& said);
    /// Whether apply() would do anything with the event, or with the time up to it; one with which it would
    /// not need not be applied.
    [[nodiscard]] bool minds(const TraceEvent& event) const {
        if (!m_begun || (!m_queue.empty() && m_queue.top().at <= event.at) || event.subject >= m_kinds.size())
            return true;
        return ((m_kinds[event.subject] | kindsOfAnybody()) >> static_cast<unsigned>(event.kind) & 1U) != 0;
    }
    /// From here on other rules: those that are the same go on, what was raised by others is cleared. They
    /// are known by their place.
    void setRules(const std::vector<ActiveAlertRule>& rules, std::vector<TraceEvent>& said);

    /// Nothing is asked of anybody: no rule is about something in the table.
    [[nodiscard]] bool isIdle() const { return m_probes.empty(); }

private:
    using ProbeIndex = std::uint32_t;
    static constexpr TraceTime kNever = TraceTime::max();

    enum class Phase : std::uint8_t {
        Calm,
        Pending,  ///< it is so, but not for long enough
        Raised,
        Clearing,  ///< it is over, but not for long enough
    };
    /// A moment to come. It may be put off without the queue being told.
    struct Timer {
        TraceTime due = kNever;
        TraceTime queued = kNever;
    };
    /// One rule at one subject.
    struct Probe {
        std::uint32_t rule = 0;  ///< in m_rules
        EntityId subject = kNoEntity;
        Phase phase = Phase::Calm;
        std::vector<EntityId> links{};
        AlertWindow window{};
        double last = 0;     ///< of Silent: how many had come
        bool known = false;  ///< of Silent
        Timer hold{};
        Timer step{};
    };
    struct Entry {
        TraceTime at{};
        ProbeIndex probe = 0;
        bool isStep = false;
        bool operator>(const Entry& other) const {
            if (at != other.at)
                return at > other.at;
            return probe != other.probe ? probe > other.probe : isStep && !other.isStep;
        }
    };

    /// One that looks at an entity.
    struct Looking {
        ProbeIndex probe = 0;
        std::uint64_t kinds = 0;  ///< of events of the entity that may change the probe's reading
        bool ages = false;        ///< its reading grows with time alone
    };
    static constexpr std::uint64_t bitOf(EventKind kind) {
        return std::uint64_t{1} << static_cast<unsigned>(kind);
    }
    /// What happens to one entity and says something of another.
    static constexpr std::uint64_t kindsOfAnybody() {
        return bitOf(EventKind::DeadLettered) | bitOf(EventKind::Discarded);
    }

    void build(const std::vector<ActiveAlertRule>& rules);
    void evaluateAll(TraceTime now, std::vector<TraceEvent>& said);
    void watch(ProbeIndex index);
    [[nodiscard]] bool staysAsItIs(ProbeIndex index, TraceTime now) const;
    void advanceFurther(TraceTime time, std::vector<TraceEvent>& said);
    void arm(ProbeIndex index, Timer& timer, bool isStep, TraceTime due);
    void holdIsOver(ProbeIndex index, TraceTime now, std::vector<TraceEvent>& said);
    void step(ProbeIndex index, TraceTime now, std::vector<TraceEvent>& said);
    void evaluate(ProbeIndex index, TraceTime now, std::vector<TraceEvent>& said);
    void evaluateSilence(ProbeIndex index, TraceTime now, std::vector<TraceEvent>& said);
    [[nodiscard]] std::optional<double> reading(ProbeIndex index, TraceTime now);
    [[nodiscard]] std::optional<double> windowed(ProbeIndex index, double value, TraceTime now);
    void say(EventKind kind, Probe& probe, TraceTime now, double level, std::vector<TraceEvent>& said);

    std::shared_ptr<const EntityTable> m_table;
    std::vector<ActiveAlertRule> m_rules;
    AlertMeter m_meter;
    std::vector<Probe> m_probes;
    std::vector<std::vector<Looking>> m_watching;  ///< by entity
    std::vector<std::uint64_t> m_kinds;            ///< by entity: of events that the meter takes
    bool m_changing = false;                       ///< other rules may come: it takes all
    std::vector<ProbeIndex> m_ofBroker;
    std::priority_queue<Entry, std::vector<Entry>, std::greater<>> m_queue;
    TraceTime m_now{};
    bool m_begun = false;  ///< the first event was seen
};

}  // namespace sluice
