#include "plugins/rabbitmq/watcher.h"

#include <nlohmann/json.hpp>

#include <algorithm>
#include <cmath>

namespace sluice::rabbitmq {
namespace {

using Kind = BrokerProblem::Kind;
using Port = HttpTransport::Port;

constexpr int kLeastInterval = 500;  // ms
constexpr int kAlarmsEvery = 15'000;
constexpr int kManagementEvery = 10'000;  // the costly way
constexpr int kFirstRetry = 1000;
constexpr int kLastRetry = 30'000;
/// The cheap ones of the detailed endpoint: what they cost grows with queues and with channels at work.
constexpr auto kFamilies =
    "&family=queue_coarse_metrics&family=queue_consumer_count&family=channel_queue_metrics"
    "&family=channel_exchange_metrics&family=channel_queue_exchange_metrics";

ConnectionLoss lossOf(Kind kind) {
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

std::int64_t numberIn(const nlohmann::json& object, const char* key) {
    const auto it = object.find(key);
    return it != object.end() && it->is_number() ? it->get<std::int64_t>() : 0;
}

}  // namespace

Watcher::Watcher(HttpTransport& transport, const ConnectionSettings& settings, const WatchOrder& order,
                 QObject* parent)
    : QObject(parent),
      m_transport(transport),
      m_settings(settings),
      m_order(order),
      m_reporter(order.table, settings.text("virtualHost").toStdString()) {
    m_next.setSingleShot(true);
    connect(&m_next, &QTimer::timeout, this, &Watcher::ask);
    m_alarms.setInterval(kAlarmsEvery);
    connect(&m_alarms, &QTimer::timeout, this, &Watcher::askAlarms);
}

void Watcher::start() {
    m_running = true;
    m_clock.start();
    m_status.state = WatchStatus::State::Connecting;
    m_status.source = tr("Prometheus, detailed");
    m_management = m_settings.number("metricsPort") == 0;
    emit statusChanged(m_status);
    if (m_transport.settingsProblem())
        return lost(*m_transport.settingsProblem());
    ask();
}

void Watcher::stop() {
    if (!m_running)
        return;
    m_running = false;
    m_next.stop();
    m_alarms.stop();
    if (m_connected) {
        TraceEvent end;
        end.at = now();
        end.kind = EventKind::ConnectionLost;
        end.detail = static_cast<std::uint16_t>(ConnectionLoss::Closed);
        report({end});
    }
    m_order.sink->finish({});
    m_status = {};
    emit statusChanged(m_status);
}

int Watcher::interval() const {
    const int wanted = std::max(m_order.everyMs, m_management ? kManagementEvery : kLeastInterval);
    if (m_cost <= 0 || m_order.mostOfCore <= 0)
        return wanted;
    const double affordable = m_cost / m_order.mostOfCore * 1000;
    return std::max(wanted, static_cast<int>(std::min(affordable, 600'000.0)));
}

void Watcher::ask() {
    if (!m_running)
        return;
    m_question.start();
    if (m_management)
        return askManagement();
    QNetworkReply* reply = m_transport.ask(
        Port::Metrics, QStringLiteral("/metrics/detailed?vhost=") + m_transport.virtualHost() + kFamilies);
    connect(reply, &QNetworkReply::finished, this, [this, reply] { answered(*reply); });
}

void Watcher::answered(QNetworkReply& reply) {
    if (!m_running)
        return;
    BrokerProblem problem = problemOf(reply, m_transport, Port::Metrics);
    // Only at first: a broker that is away takes its metrics with it.
    if (!m_everConnected && (problem.kind == Kind::Port || problem.kind == Kind::PluginMissing)) {
        m_management = true;
        return askManagement();
    }
    if (problem.kind != Kind::None)
        return lost(problem);
    m_status.roundTripMs = m_question.elapsed();
    const QByteArray body = reply.readAll();
    m_status.bytes = body.size();
    QElapsedTimer parsing;
    parsing.start();
    bool ours = false;
    const bool readable = readPrometheus({body.data(), static_cast<std::size_t>(body.size())},
                                         [&](const PrometheusSample& sample) {
                                             ours = ours || sample.name.starts_with("rabbitmq_");
                                             m_reporter.take(sample);
                                         });
    if (!readable || !ours) {
        m_reporter.forget();
        return lost({Kind::Answer,
                     tr("What %1 answers are no figures of RabbitMQ.").arg(m_transport.place(Port::Metrics)),
                     tr("Check the metrics port, and whether a proxy stands in between.")});
    }
    report(m_reporter.finish(now()));
    m_status.parseMs = static_cast<double>(parsing.nsecsElapsed()) / 1e6;
    measureCost(m_status.roundTripMs);
    again();
}

void Watcher::askManagement() {
    m_status.source = tr("Management API");
    QNetworkReply* reply = m_transport.ask(
        Port::Management, QStringLiteral("/api/queues/%1?disable_stats=true&enable_queue_totals=true")
                              .arg(m_transport.virtualHost()));
    connect(reply, &QNetworkReply::finished, this, [this, reply] { managementAnswered(*reply); });
}

void Watcher::managementAnswered(QNetworkReply& reply) {
    if (!m_running)
        return;
    const BrokerProblem problem = problemOf(reply, m_transport, Port::Management);
    if (problem.kind != Kind::None)
        return lost(problem);
    m_status.roundTripMs = m_question.elapsed();
    const QByteArray body = reply.readAll();
    m_status.bytes = body.size();
    QElapsedTimer parsing;
    parsing.start();
    const auto queues = nlohmann::json::parse(body.begin(), body.end(), nullptr, false);
    if (!queues.is_array())
        return lost({Kind::Answer,
                     tr("What %1 answers cannot be read.").arg(m_transport.place(Port::Management)),
                     tr("Check the port, and whether a proxy stands in between.")});
    for (const auto& queue : queues) {
        if (!queue.is_object() || !queue.contains("name") || !queue["name"].is_string())
            continue;
        const bool counts = queue.contains("consumers") && queue["consumers"].is_number();
        m_reporter.takeQueue(queue["name"].get<std::string>(), numberIn(queue, "messages_ready"),
                             numberIn(queue, "messages_unacknowledged"),
                             counts ? std::optional(numberIn(queue, "consumers")) : std::nullopt);
    }
    report(m_reporter.finish(now()));
    m_status.parseMs = static_cast<double>(parsing.nsecsElapsed()) / 1e6;
    measureCost(m_status.roundTripMs);
    again();
}

void Watcher::measureCost(qint64 roundTripMs) {
    // The broker says how long its answers took it. Without that, it was not longer than we waited.
    double one = static_cast<double>(roundTripMs) / 1000;
    if (!m_management) {
        const double answers = m_reporter.answers() - m_answers;
        const double spent = m_reporter.answeringSeconds() - m_answeringSeconds;
        const bool known = m_answers > 0 && answers > 0 && spent >= 0;
        m_answers = m_reporter.answers();
        m_answeringSeconds = m_reporter.answeringSeconds();
        if (known)
            one = spent / answers;
        else if (m_cost > 0)
            return;
    }
    m_cost = m_cost > 0 ? 0.7 * m_cost + 0.3 * one : one;
    m_status.everyMs = interval();
    m_status.reduced = m_status.everyMs > m_order.everyMs;
    m_status.costOfCore = m_cost * 1000 / m_status.everyMs;
    const auto millionths = static_cast<std::int64_t>(std::llround(m_status.costOfCore * 1e6));
    if (std::abs(millionths - m_toldCost) * 10 <= m_toldCost)
        return;
    m_toldCost = millionths;
    tell(Gauge::WatchCost, millionths);
}

void Watcher::tell(Gauge gauge, std::int64_t value) {
    TraceEvent told;
    told.at = now();
    told.kind = EventKind::Observed;
    told.detail = static_cast<std::uint16_t>(gauge);
    told.value = value;
    m_order.sink->accept({&told, 1}, told.at);
}

void Watcher::report(std::vector<TraceEvent> events) {
    const TraceTime at = events.empty() ? now() : events.back().at;
    if (!m_connected && m_running) {
        TraceEvent made;
        made.at = at;
        made.kind = EventKind::ConnectionMade;
        made.value = m_everConnected ? (at - m_lostAt).count() : 0;
        events.insert(events.begin(), made);
        m_connected = m_everConnected = true;
        askAlarms();
        m_alarms.start();
    }
    m_failures = 0;
    m_order.sink->accept(events, at);
}

void Watcher::again() {
    m_status.state = WatchStatus::State::Watching;
    m_status.problem = {};
    m_status.entities = m_reporter.known();
    m_status.watched = tr("%n queues", nullptr, m_status.entities);
    m_status.everyMs = interval();
    emit statusChanged(m_status);
    m_next.start(std::max(0, m_status.everyMs - static_cast<int>(m_question.elapsed())));
}

void Watcher::lost(const BrokerProblem& problem) {
    if (m_connected) {
        m_connected = false;
        m_lostAt = now();
        m_alarms.stop();
        m_reporter.forget();
        m_answers = 0;
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

void Watcher::askAlarms() {
    QNetworkReply* reply =
        m_transport.ask(Port::Management, "/api/nodes?columns=name,mem_alarm,disk_free_alarm");
    connect(reply, &QNetworkReply::finished, this, [this, reply] {
        // A user may lack the right to see nodes; then there are no alarms to be had.
        if (!m_connected || reply->error() != QNetworkReply::NoError)
            return;
        const QByteArray body = reply->readAll();
        const auto nodes = nlohmann::json::parse(body.begin(), body.end(), nullptr, false);
        if (!nodes.is_array())
            return;
        int alarm = 0;
        for (const auto& node : nodes) {
            for (const char* key : {"mem_alarm", "disk_free_alarm"}) {
                if (node.is_object() && node.contains(key) && node[key].is_boolean() && node[key].get<bool>())
                    alarm = 1;
            }
        }
        if (alarm == m_toldAlarm)
            return;
        m_toldAlarm = alarm;
        tell(Gauge::Alarm, alarm);
    });
}

}  // namespace sluice::rabbitmq
