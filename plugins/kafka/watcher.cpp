#include "plugins/kafka/watcher.h"

#include <algorithm>

namespace sluice::kafka {
namespace {

using Kind = BrokerProblem::Kind;

constexpr int kLeastInterval = 500;    // ms
constexpr int kClusterEvery = 30'000;  // leaders move rarely, and topics are made rarely
constexpr int kMembersEvery = 10'000;
constexpr int kShareOfTime = 4;  // a round takes the cluster at most that part of the time
constexpr int kFirstRetry = 1000;
constexpr int kLastRetry = 30'000;

ConnectionLoss lossOf(Kind kind) {
    switch (kind) {
        case Kind::Credentials:
        case Kind::Permission:
            return ConnectionLoss::Refused;
        case Kind::Answer:
        case Kind::Protocol:
            return ConnectionLoss::Unreadable;
        default:
            return ConnectionLoss::Unreachable;
    }
}

}  // namespace

Watcher::Watcher(const ConnectionSettings& settings, const WatchOrder& order, QObject* parent)
    : QObject(parent), m_order(order), m_reporter(order.table, order.names), m_thread(settings) {
    m_next.setSingleShot(true);
    connect(&m_next, &QTimer::timeout, this, &Watcher::ask);
}

void Watcher::start() {
    m_running = true;
    m_clock.start();
    m_status.state = WatchStatus::State::Connecting;
    m_status.source = tr("Kafka's protocol");
    emit statusChanged(m_status);
    ask();
}

void Watcher::stop() {
    if (!m_running)
        return;
    m_running = false;
    m_next.stop();
    if (m_connected) {
        TraceEvent end;
        end.at = now();
        end.kind = EventKind::ConnectionLost;
        end.detail = static_cast<std::uint16_t>(ConnectionLoss::Closed);
        m_order.sink->accept({&end, 1}, end.at);
    }
    m_order.sink->finish({});
    m_status = {};
    emit statusChanged(m_status);
}

void Watcher::ask() {
    if (!m_running)
        return;
    m_question.start();
    if (!m_connected || !m_clusterAsked.isValid() || m_clusterAsked.elapsed() > kClusterEvery)
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
    if (!m_running)
        return;
    if (!cluster.ok())
        return lost(cluster.problem);
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
    if (!m_running)
        return;
    if (!round.ok())
        return lost(round.problem);
    const auto& ends = round.answer.ends;
    const bool none =
        !ends.empty() && std::none_of(ends.begin(), ends.end(), [](const auto& end) { return end; });
    // The library gives all of them up for one topic that is gone: without that one it goes on.
    if (none && !std::exchange(m_askedAgain, true))
        return askCluster();
    m_askedAgain = false;
    if (none)
        return lost({Kind::Answer, tr("No partition has a leader that answers."),
                     tr("Look at the brokers of the cluster, and at the user's right to describe topics.")});
    // Leaders have moved, or a topic is gone.
    if (std::any_of(ends.begin(), ends.end(), [](const auto& end) { return !end; }))
        m_clusterAsked.invalidate();
    m_status.roundTripMs = m_question.elapsed();
    QElapsedTimer reading;
    reading.start();
    const TraceTime at = now();
    std::vector<TraceEvent> events = m_reporter.take(ends, round.answer.committed, at);
    if (round.answer.membersAsked) {
        const std::vector<TraceEvent> members = m_reporter.takeMembers(round.answer.groups, at);
        events.insert(events.end(), members.begin(), members.end());
    }
    report(std::move(events), at);
    m_status.parseMs = static_cast<double>(reading.nsecsElapsed()) / 1e6;
    again();
}

void Watcher::report(std::vector<TraceEvent> events, TraceTime at) {
    if (!m_connected) {
        TraceEvent made;
        made.at = at;
        made.kind = EventKind::ConnectionMade;
        made.value = m_everConnected ? (at - m_lostAt).count() : 0;
        events.insert(events.begin(), made);
        m_connected = m_everConnected = true;
    }
    m_failures = 0;
    m_order.sink->accept(events, at);
}

void Watcher::again() {
    m_status.state = WatchStatus::State::Watching;
    m_status.problem = {};
    m_status.entities = m_reporter.knownTopics();
    const int topics = m_reporter.knownTopics();
    const int groups = m_reporter.knownGroups();
    m_status.watched = (topics == 1 ? tr("1 topic") : tr("%1 topics").arg(topics)) + QStringLiteral(", ") +
                       (groups == 1 ? tr("1 group") : tr("%1 groups").arg(groups));
    // Kafka does not tell what answering costs it. It takes no longer than we waited.
    const int wanted = std::max(m_order.everyMs, kLeastInterval);
    m_status.everyMs = std::max(wanted, kShareOfTime * static_cast<int>(m_status.roundTripMs));
    m_status.reduced = m_status.everyMs > wanted;
    emit statusChanged(m_status);
    m_next.start(std::max(0, m_status.everyMs - static_cast<int>(m_question.elapsed())));
}

void Watcher::lost(BrokerProblem problem) {
    // Who was connected knows how to: it is not the settings.
    if (m_everConnected && problem.kind == Kind::Protocol)
        problem = {Kind::Port, tr("The cluster ended the connection."),
                   tr("A broker that restarts is back soon; else look at its log.")};
    if (m_connected) {
        m_connected = false;
        m_lostAt = now();
        m_reporter.forget();
        m_membersAsked.invalidate();
        TraceEvent event;
        event.at = m_lostAt;
        event.kind = EventKind::ConnectionLost;
        event.detail = static_cast<std::uint16_t>(lossOf(problem.kind));
        m_order.sink->accept({&event, 1}, event.at);
    }
    const int delay = std::min(kFirstRetry << std::min(m_failures++, 8), kLastRetry);
    m_status.state = WatchStatus::State::Waiting;
    m_status.problem = problem;
    m_status.retryInMs = delay;
    emit statusChanged(m_status);
    m_next.start(delay);
}

}  // namespace sluice::kafka
