#pragma once

#include <QElapsedTimer>
#include <map>
#include <memory>

#include "core/alerts/alertingsink.h"
#include "core/live/messagesampler.h"
#include "core/live/messagetrace.h"
#include "core/live/unseenmessages.h"
#include "core/trace/tracestore.h"

namespace sluice {

/// Between the brokers of one watch and its store: what all of them tell becomes one trace on one clock.
/// While they are silent time goes on all the same, so that the playhead moves and a gap is seen to grow.
/// Made where the watch is asked for; from then on only on the thread of the connections.
class LiveFeed {
public:
    LiveFeed(std::shared_ptr<TraceStore> store, const std::vector<ActiveAlertRule>& rules,
             std::size_t brokers);

    /// Where the broker at that place, from 0, tells what it sees. The trace does not end with one of its
    /// brokers, only by finish().
    [[nodiscard]] static std::shared_ptr<TraceSink> sinkOf(std::shared_ptr<LiveFeed> feed, std::size_t which);
    /// Messages of a broker that were seen; from the first on what is reported is followed as well.
    void take(std::size_t which, const std::vector<MessageSighting>& sightings,
              const std::vector<FlowSample>& samples, const Diagram& diagram);
    /// Single messages of a broker are seen from now on, or no longer. Gives back how many were not.
    qint64 follow(std::size_t which, bool seeing, const Diagram& diagram);
    void tick();
    void setAlerts(const std::vector<ActiveAlertRule>& rules);
    /// Keeps the watch in the journal: what there is and what comes; null ends that.
    void record(std::shared_ptr<TraceJournal> journal);
    /// What comes later is passed over.
    void finish();

private:
    class Sink;
    struct Teller {
        TraceTime offset{};
        bool connected = false;
        bool known = false;  ///< it was connected once
        UnseenMessages unseen{};
        bool copies = false;  ///< its messages are seen as copies of what queues get
    };
    void accept(Teller& teller, std::span<const TraceEvent> events, TraceTime horizon);
    [[nodiscard]] bool isTold(Teller& teller, EventKind kind);
    [[nodiscard]] bool isQueue(EntityId id) const;

    std::shared_ptr<TraceStore> m_store;
    std::vector<Teller> m_tellers;
    std::map<std::string, EntityId> m_queues;  ///< by the brokers' names
    AlertEvaluator m_alerts;
    AlertingSink m_alerting;
    std::shared_ptr<TraceJournal> m_journal;
    std::unique_ptr<MessageTrace> m_messages;  ///< once messages are shown
    std::vector<TraceEvent> m_events;
    std::vector<TraceEvent> m_followed;
    bool m_connected = false;
    QElapsedTimer m_clock;
    TraceTime m_last{};
    int m_ticks = 0;
    bool m_finished = false;
};

}  // namespace sluice
