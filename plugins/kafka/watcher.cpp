#include "plugins/kafka/watcher.h"

#include <QLocale>
#include <algorithm>

namespace sluice::kafka {
namespace {

using Kind = BrokerProblem::Kind;

constexpr int kClusterEvery = 30'000;  // ms; leaders move rarely, and topics are made rarely
constexpr int kMembersEvery = 10'000;
constexpr int kShareOfTime = 4;  // a round takes the cluster at most that part of the time

}  // namespace

Watcher::Watcher(const ConnectionSettings& settings, const WatchOrder& order, QObject* parent)
    : BrokerWatcher(order, parent), m_reporter(order.table, order.names), m_thread(settings) {
    status().source = tr("Kafka's protocol");
}

void Watcher::ask() {
    if (!isConnected() || !m_clusterAsked.isValid() || m_clusterAsked.elapsed() > kClusterEvery)
        askCluster();
    else
        askOffsets();
}

void Watcher::askCluster() {
    m_thread.ask<Asked<ClusterAnswer>>(
        [](ReadingClient& client) {
            BrokerProblem problem = client.open();
            return problem.kind == Kind::None ? client.cluster()
                                              : Asked<ClusterAnswer>{.problem = std::move(problem)};
        },
        [this](const Asked<ClusterAnswer>& cluster) { clusterAnswered(cluster); });
}

void Watcher::clusterAnswered(const Asked<ClusterAnswer>& cluster) {
    if (!isRunning())
        return;
    if (!cluster.ok())
        return refused(cluster.problem);
    m_clusterAsked.start();
    m_reporter.setCluster(cluster.answer);
    askOffsets();
}

void Watcher::askOffsets() {
    const bool members = !m_membersAsked.isValid() || m_membersAsked.elapsed() > kMembersEvery;
    if (members)
        m_membersAsked.start();
    m_thread.ask<Asked<Round>>(
        [partitions = m_reporter.partitions(), groups = m_reporter.groups(), members](ReadingClient& client) {
            Asked<Round> asked;
            // Before the ends, so that no group is ahead of its topic.
            auto committed = client.committed(groups);
            if (!committed.ok())
                return Asked<Round>{.problem = std::move(committed.problem)};
            auto ends = client.offsets(partitions, ReadingClient::kEnd);
            if (!ends.ok())
                return Asked<Round>{.problem = std::move(ends.problem)};
            asked.answer.committed = std::move(committed.answer);
            asked.answer.ends = std::move(ends.answer);
            if (members) {
                // A rebalance may take it away; offsets are told all the same.
                auto described = client.describe(groups);
                asked.answer.membersAsked = described.ok();
                asked.answer.groups = std::move(described.answer);
            }
            return asked;
        },
        [this](const Asked<Round>& round) { offsetsAnswered(round); });
}

void Watcher::offsetsAnswered(const Asked<Round>& round) {
    if (!isRunning())
        return;
    if (!round.ok())
        return refused(round.problem);
    const auto& ends = round.answer.ends;
    const bool none =
        !ends.empty() && std::none_of(ends.begin(), ends.end(), [](const auto& end) { return end; });
    // The library gives all of them up for one topic that is gone: without that one it goes on.
    if (none && !std::exchange(m_askedAgain, true))
        return askCluster();
    m_askedAgain = false;
    if (none)
        return refused(
            {Kind::Answer, tr("No partition has a leader that answers."),
             tr("Look at the brokers of the cluster, and at the user's right to describe topics.")});
    // Leaders have moved, or a topic is gone.
    if (std::any_of(ends.begin(), ends.end(), [](const auto& end) { return !end; }))
        m_clusterAsked.invalidate();
    status().roundTripMs = m_roundTripMs = elapsedMs();
    status().answered = std::chrono::steady_clock::now();
    QElapsedTimer reading;
    reading.start();
    const TraceTime at = now();
    std::vector<TraceEvent> events = m_reporter.take(ends, round.answer.committed, at);
    if (round.answer.membersAsked) {
        const std::vector<TraceEvent> members = m_reporter.takeMembers(round.answer.groups, at);
        events.insert(events.end(), members.begin(), members.end());
    }
    report(std::move(events));
    status().parseMs = static_cast<double>(reading.nsecsElapsed()) / 1e6;
    waitForNextRound();
}

void Watcher::waitForNextRound() {
    const int topics = m_reporter.knownTopics();
    const int groups = m_reporter.knownGroups();
    status().entities = topics;
    const QLocale locale;
    status().watched = (topics == 1 ? tr("1 topic") : tr("%1 topics").arg(locale.toString(topics))) +
                       QStringLiteral(", ") +
                       (groups == 1 ? tr("1 group") : tr("%1 groups").arg(locale.toString(groups)));
    again();
}

int Watcher::interval() const {
    const int wanted = std::max(order().pace.everyMs, kLeastInterval);
    // Kafka does not tell what answering costs it. It takes no longer than we waited.
    const int share = order().pace.mostOfCore > 0 ? kShareOfTime : 1;
    return std::max(wanted, share * static_cast<int>(m_roundTripMs));
}

void Watcher::refused(const BrokerProblem& problem) {
    // Who was connected knows how to: it is not the settings.
    if (wasEverConnected() && problem.kind == Kind::Protocol)
        return lost({Kind::Port, tr("The cluster ended the connection."),
                     tr("A broker that restarts is back soon; else look at its log.")});
    lost(problem);
}

void Watcher::disconnected() {
    m_reporter.forget();
    m_membersAsked.invalidate();
}

}  // namespace sluice::kafka
