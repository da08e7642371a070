#pragma once

#include <QElapsedTimer>
#include <QTimer>

#include "plugins/kafka/clientthread.h"
#include "plugins/kafka/reporter.h"

namespace sluice::kafka {

/// Asks the cluster for offsets again and again and puts them into the trace; tries again, ever more rarely,
/// when it is away. Begins with start(), ends with stop(). Lives on the connection's thread; the asking waits
/// on a thread of its own.
class Watcher : public QObject {
    Q_OBJECT

public:
    Watcher(const ConnectionSettings& settings, const WatchOrder& order, QObject* parent);
    void start();
    /// Finishes the sink; nothing is asked any more.
    void stop();

signals:
    void statusChanged(const sluice::WatchStatus& status);

private:
    /// Answers to one round of questions.
    struct Round {
        std::vector<std::optional<std::int64_t>> ends;
        std::map<std::string, Offsets> committed;
        std::vector<GroupAnswer> groups;
        bool membersAsked = false;
    };
    void ask();
    void askCluster();
    void askOffsets();
    void clusterAnswered(const Asked<ClusterAnswer>& cluster);
    void offsetsAnswered(const Asked<Round>& round);
    void report(std::vector<TraceEvent> events, TraceTime at);
    void lost(BrokerProblem problem);
    void again();
    [[nodiscard]] TraceTime now() const { return TraceTime(m_clock.nsecsElapsed()); }

    WatchOrder m_order;
    Reporter m_reporter;
    ClientThread m_thread;
    WatchStatus m_status;
    QElapsedTimer m_clock;
    QElapsedTimer m_question;
    QElapsedTimer m_clusterAsked;
    QElapsedTimer m_membersAsked;
    QTimer m_next;
    TraceTime m_lostAt{};
    bool m_connected = false;
    bool m_everConnected = false;
    bool m_running = false;
    bool m_askedAgain = false;  ///< what there is, since a round came to nothing
    int m_failures = 0;
};

}  // namespace sluice::kafka
