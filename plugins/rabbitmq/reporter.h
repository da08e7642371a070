#pragma once

#include <algorithm>
#include <array>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <unordered_map>
#include <vector>

#include "core/trace/entitytable.h"
#include "core/trace/event.h"
#include "plugins/rabbitmq/prometheustext.h"

namespace sluice::rabbitmq {

/// Turns what RabbitMQ reports, round by round, into events of a trace: what changed and nothing else. It
/// knows which queue of the broker is which element of the drawing (by name), and what each counter said the
/// last time. A round is samples, then finish(). One thread.
///
/// Channels count what they publish and deliver, each for itself (rabbit_core_metrics). A counter of a
/// channel that was not there in the round before has counted since; one that is gone takes nothing away.
/// The broker renews these figures every five seconds (collect_statistics_interval), whenever they are asked
/// for: a counter that stands still may be one that has not been renewed.
class Reporter {
public:
    static constexpr Duration kRenewed = std::chrono::seconds(5);

    Reporter(std::shared_ptr<const EntityTable> table, std::string vhost);

    /// Whether take() does anything with figures of that name: of thousands of queues some tell what nobody
    /// asked for.
    [[nodiscard]] static bool minds(std::string_view name) {
        return name != "rabbitmq_detailed_queue_messages" &&
               name != "rabbitmq_detailed_queue_process_reductions_total";
    }
    /// One figure of the detailed Prometheus endpoint; others are passed over.
    void take(const PrometheusSample& sample);
    /// A queue's figures where there is no Prometheus endpoint.
    void takeQueue(std::string_view queue, std::int64_t ready, std::int64_t unacknowledged,
                   std::optional<std::int64_t> consumers);
    /// Ends the round: the events of what changed, all at that time. The first round, and the one after
    /// forget(), tells how everything stands and counts nothing.
    std::vector<TraceEvent> finish(TraceTime at);
    /// The connection was lost: what the counters say next is where counting begins anew.
    void forget();

    /// Queues and exchanges of the drawing that the broker had in the last round.
    [[nodiscard]] int known() const { return m_known; }
    /// What the broker says its answers took it, in seconds since it started, and how many these were.
    [[nodiscard]] double answeringSeconds() const { return m_answeringSeconds; }
    [[nodiscard]] double answers() const { return m_answers; }

private:
    struct Hash {
        using is_transparent = void;
        std::size_t operator()(std::string_view text) const { return std::hash<std::string_view>{}(text); }
    };
    template <class Value>
    using Names = std::unordered_map<std::string, Value, Hash, std::equal_to<>>;

    struct Count {
        double now = 0;  ///< since the last round
        bool flowing = false;
        TraceTime since{};  ///< when it was told last
    };
    /// What is reported of a place: there are thousands of them.
    static constexpr std::array kGauges{Gauge::Ready, Gauge::Unacknowledged, Gauge::Consumers};
    static constexpr std::int64_t kUnknown = -1;
    using Gauges = std::array<std::int64_t, kGauges.size()>;
    [[nodiscard]] static constexpr std::size_t placeOf(Gauge gauge) {
        return static_cast<std::size_t>(std::find(kGauges.begin(), kGauges.end(), gauge) - kGauges.begin());
    }
    struct Place {
        EntityId entity = kNoEntity;
        bool seen = false;   ///< in this round
        bool there = false;  ///< in the last one
        Gauges now{kUnknown, kUnknown, kUnknown};
        Gauges told{kUnknown, kUnknown, kUnknown};
        std::array<Count, kFlowCount> counts{};
    };
    struct Counter {
        double value = 0;
        std::uint64_t round = 0;
    };

    Place* queue(std::string_view name);
    Place* exchange(std::string_view name);
    void gauge(Place* place, Gauge gauge, double value);
    void count(std::initializer_list<Place*> places, Flow flow, const PrometheusSample& sample);
    void takeChannels(const PrometheusSample& sample);
    void tellPlace(Place& place, TraceTime at, std::vector<TraceEvent>& events);
    void tellFlow(Place& place, Flow flow, TraceTime at, std::vector<TraceEvent>& events);
    /// The link's place, when it is the only one of its kind there.
    Place* onlyLink(const Names<std::vector<std::size_t>>& links, std::string_view key);

    std::shared_ptr<const EntityTable> m_table;
    std::string m_vhost;
    std::vector<Place> m_places;
    Names<std::size_t> m_queues;
    Names<std::size_t> m_exchanges;
    Names<std::vector<std::size_t>> m_binds;      ///< "exchange\nqueue"
    Names<std::vector<std::size_t>> m_consumes;   ///< queue
    Names<std::vector<std::size_t>> m_publishes;  ///< "e" + exchange or "q" + queue
    Names<Counter> m_counters;
    std::string m_key;
    std::uint64_t m_round = 1;
    bool m_fresh = true;
    int m_known = 0;
    double m_answeringSeconds = 0;
    double m_answers = 0;
};

}  // namespace sluice::rabbitmq
