#include "plugins/api/brokerwatcher.h"

#include <algorithm>

#include "plugins/api/pluginfailure.h"

namespace sluice {
namespace {

constexpr int kFirstRetry = 1000;  // ms
constexpr int kLastRetry = 30'000;

ConnectionLoss lossOf(BrokerProblem::Kind kind) {
    using Kind = BrokerProblem::Kind;
    switch (kind) {
        case Kind::Credentials:
        case Kind::Permission:
            return ConnectionLoss::Refused;
        case Kind::Answer:
        case Kind::Protocol:
        case Kind::PluginMissing:
            return ConnectionLoss::Unreadable;
        default:
            return ConnectionLoss::Unreachable;
    }
}

}  // namespace

TraceEvent observation(EventKind kind, TraceTime at, EntityId subject) {
    TraceEvent made;
    made.at = at;
    made.kind = kind;
    made.subject = subject;
    return made;
}

BrokerWatcher::BrokerWatcher(const WatchOrder& order, QObject* parent) : QObject(parent), m_order(order) {
    m_next.setSingleShot(true);
    connect(&m_next, &QTimer::timeout, this, &BrokerWatcher::beginRound);
}

void BrokerWatcher::start() {
    m_running = true;
    m_clock.start();
    m_status.state = WatchStatus::State::Connecting;
    emit statusChanged(m_status);
    beginRound();
}

void BrokerWatcher::stop() {
    if (!m_running)
        return;
    m_running = m_resting = false;
    m_next.stop();
    if (m_connected) {
        tellLoss(ConnectionLoss::Closed);
        forget();
    }
    m_order.sink->finish({});
    m_status = {};
    emit statusChanged(m_status);
}

void BrokerWatcher::setPace(const WatchPace& pace) {
    m_order.pace = pace;
    if (m_resting)
        again();
}

void BrokerWatcher::fail(const BrokerProblem& problem) {
    if (m_running)
        lost(problem);
}

void BrokerWatcher::beginRound() {
    m_resting = false;
    m_question.start();
    try {
        ask();
    } catch (...) {
        lost(pluginFailure(tr("this broker")));
    }
}

void BrokerWatcher::forget() {
    try {
        disconnected();
    } catch (...) {
        // It is lost already, for a reason that is being told.
    }
}

void BrokerWatcher::tellLoss(ConnectionLoss loss) {
    m_connected = false;
    m_lostAt = now();
    TraceEvent event = observation(EventKind::ConnectionLost, m_lostAt);
    event.detail = static_cast<std::uint16_t>(loss);
    m_order.sink->accept({&event, 1}, m_lostAt);
}

void BrokerWatcher::report(std::vector<TraceEvent> events) {
    const TraceTime at = events.empty() ? now() : events.back().at;
    const bool first = !m_connected;
    if (first) {
        TraceEvent made = observation(EventKind::ConnectionMade, at);
        made.value = m_everConnected ? (at - m_lostAt).count() : 0;
        events.insert(events.begin(), made);
        m_connected = m_everConnected = true;
    }
    m_failures = 0;
    m_order.sink->accept(events, at);
    if (first)
        connected();
}

void BrokerWatcher::again() {
    const int everyMs = interval();
    m_resting = true;
    m_status.state = WatchStatus::State::Watching;
    m_status.problem = {};
    m_status.everyMs = everyMs;
    m_status.reduced = everyMs > std::max(m_order.pace.everyMs, kLeastInterval);
    emit statusChanged(m_status);
    m_next.start(std::max(0, everyMs - static_cast<int>(m_question.elapsed())));
}

void BrokerWatcher::lost(const BrokerProblem& problem) {
    m_resting = false;
    if (m_connected) {
        tellLoss(lossOf(problem.kind));
        forget();
    }
    m_status.state = WatchStatus::State::Waiting;
    m_status.problem = problem;
    m_status.besides = {};
    m_status.retryInMs = std::min(kFirstRetry << std::min(m_failures++, 8), kLastRetry);
    emit statusChanged(m_status);
    m_next.start(m_status.retryInMs);
}

}  // namespace sluice
