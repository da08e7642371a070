#pragma once

#include <QElapsedTimer>

#include "plugins/api/brokerwatcher.h"
#include "plugins/kafka/clientthread.h"
#include "plugins/kafka/reporter.h"

namespace sluice::kafka {

/// Asks the cluster for offsets and puts them into the trace. The asking waits on a thread of its own.
class Watcher : public BrokerWatcher {
    Q_OBJECT

public:
    Watcher(const ConnectionSettings& settings, const WatchOrder& order, QObject* parent);

protected:
    void ask() override;
    void disconnected() override;
    [[nodiscard]] int interval() const override;

private:
    /// Answers to one round of questions.
    struct Round {
        std::vector<std::optional<std::int64_t>> ends;
        std::map<std::string, Offsets> committed;
        std::vector<GroupAnswer> groups;
        bool membersAsked = false;
    };
    void askCluster();
    void askOffsets();
    void clusterAnswered(const Asked<ClusterAnswer>& cluster);
    void offsetsAnswered(const Asked<Round>& round);
    void refused(const BrokerProblem& problem);
    void waitForNextRound();

    Reporter m_reporter;
    ClientThread m_thread;
    QElapsedTimer m_clusterAsked;
    QElapsedTimer m_membersAsked;
    qint64 m_roundTripMs = 0;   ///< of the last round
    bool m_askedAgain = false;  ///< what there is, since a round came to nothing
};

}  // namespace sluice::kafka
