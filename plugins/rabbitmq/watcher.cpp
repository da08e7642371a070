#include "plugins/rabbitmq/watcher.h"

#include <QLocale>
#include <algorithm>
#include <cmath>
#include <nlohmann/json.hpp>

namespace sluice::rabbitmq {
namespace {

using Kind = BrokerProblem::Kind;
using Port = HttpTransport::Port;

constexpr int kAlarmsEvery = 15'000;      // ms
constexpr int kManagementEvery = 10'000;  // the costly way
/// The cheap ones of the detailed endpoint: what they cost grows with queues and with channels at work.
constexpr auto kFamilies =
    "&family=queue_coarse_metrics&family=channel_queue_metrics&family=channel_exchange_metrics"
    "&family=channel_queue_exchange_metrics";
/// Costs more than all of these together: of 10,000 queues 115 ms of a core beside 80.
constexpr auto kConsumers = "&family=queue_consumer_count";

std::int64_t numberIn(const nlohmann::json& object, const char* key) {
    const auto it = object.find(key);
    return it != object.end() && it->is_number() ? it->get<std::int64_t>() : 0;
}

}  // namespace

Watcher::Watcher(HttpTransport& transport, const ConnectionSettings& settings, const WatchOrder& order,
                 QObject* parent)
    : BrokerWatcher(order, parent),
      m_transport(transport),
      m_reporter(order.table, settings.text("virtualHost").toStdString()),
      m_management(settings.number("metricsPort") == 0) {
    m_alarms.setInterval(kAlarmsEvery);
    connect(&m_alarms, &QTimer::timeout, this, &Watcher::askAlarms);
}

int Watcher::interval() const {
    const int wanted = std::max(order().pace.everyMs, m_management ? kManagementEvery : kLeastInterval);
    const AskingCost::Time affordable = m_cost.affordable(order().pace.mostOfCore);
    return std::max(wanted, static_cast<int>(std::min(affordable, AskingCost::Time(600'000)).count()));
}

AskingCost::Time Watcher::clock() const {
    return std::chrono::duration_cast<AskingCost::Time>(now());
}

void Watcher::ask() {
    if (m_transport.settingsProblem())
        return lost(*m_transport.settingsProblem());
    if (m_management)
        askManagement();
    else
        askMetrics();
}

void Watcher::askMetrics() {
    status().source = tr("Prometheus, detailed");
    const auto every = m_cost.consumersEvery(order().pace.mostOfCore);
    if (every.count() > interval())
        status().source +=
            tr("; consumers every %1 s").arg(std::chrono::duration_cast<std::chrono::seconds>(every).count());
    m_counting = m_cost.countsConsumers(clock(), order().pace.mostOfCore);
    if (m_counting)
        m_cost.counted(clock());
    QNetworkReply* reply = m_transport.ask(Port::Metrics, QStringLiteral("/metrics/detailed?vhost=") +
                                                              m_transport.virtualHost() + kFamilies +
                                                              (m_counting ? kConsumers : ""));
    connect(reply, &QNetworkReply::finished, this, [this, reply] { metricsAnswered(*reply); });
}

void Watcher::metricsAnswered(QNetworkReply& reply) {
    if (!isRunning())
        return;
    const BrokerProblem problem = problemOf(reply, m_transport, Port::Metrics);
    // Only at first: a broker that is away takes its metrics with it.
    if (!wasEverConnected() && (problem.kind == Kind::Port || problem.kind == Kind::PluginMissing)) {
        m_management = true;
        return askManagement();
    }
    if (problem.kind != Kind::None)
        return lost(problem);
    const auto read = [this](const QByteArray& body) {
        bool ours = false;
        const bool readable = readPrometheus(
            {body.data(), static_cast<std::size_t>(body.size())},
            [&](const PrometheusSample& sample) {
                ours = ours || sample.name.starts_with("rabbitmq_");
                m_reporter.take(sample);
            },
            &Reporter::minds);
        return readable && ours;
    };
    take(reply, read,
         {Kind::Answer,
          tr("What %1 answers are no figures of RabbitMQ.").arg(m_transport.place(Port::Metrics)),
          tr("Check the metrics port, and whether a proxy stands in between.")});
}

void Watcher::askManagement() {
    status().source = tr("Management API");
    QNetworkReply* reply = m_transport.ask(
        Port::Management, QStringLiteral("/api/queues/%1?disable_stats=true&enable_queue_totals=true")
                              .arg(m_transport.virtualHost()));
    connect(reply, &QNetworkReply::finished, this, [this, reply] { managementAnswered(*reply); });
}

void Watcher::managementAnswered(QNetworkReply& reply) {
    if (!isRunning())
        return;
    const BrokerProblem problem = problemOf(reply, m_transport, Port::Management);
    if (problem.kind != Kind::None)
        return lost(problem);
    const auto read = [this](const QByteArray& body) {
        const auto queues = nlohmann::json::parse(body.begin(), body.end(), nullptr, false);
        if (!queues.is_array())
            return false;
        for (const auto& queue : queues) {
            if (!queue.is_object() || !queue.contains("name") || !queue["name"].is_string())
                continue;
            const bool counts = queue.contains("consumers") && queue["consumers"].is_number();
            m_reporter.takeQueue(queue["name"].get<std::string>(), numberIn(queue, "messages_ready"),
                                 numberIn(queue, "messages_unacknowledged"),
                                 counts ? std::optional(numberIn(queue, "consumers")) : std::nullopt);
        }
        return true;
    };
    take(reply, read,
         {Kind::Answer, tr("What %1 answers cannot be read.").arg(m_transport.place(Port::Management)),
          tr("Check the port, and whether a proxy stands in between.")});
}

void Watcher::take(QNetworkReply& reply, const std::function<bool(const QByteArray&)>& read,
                   const BrokerProblem& unreadable) {
    status().roundTripMs = elapsedMs();
    status().answered = std::chrono::steady_clock::now();
    const QByteArray body = reply.readAll();
    status().bytes = body.size();
    QElapsedTimer parsing;
    parsing.start();
    if (!read(body)) {
        m_reporter.forget();
        return lost(unreadable);
    }
    std::vector<TraceEvent> events = m_reporter.finish(now());
    // Of a queue that is new it is to be known who reads it.
    if (std::any_of(events.begin(), events.end(),
                    [](const TraceEvent& event) { return event.kind == EventKind::QueueDeclared; }))
        m_cost.countSoon();
    report(std::move(events));
    status().parseMs = static_cast<double>(parsing.nsecsElapsed()) / 1e6;
    measureCost();
    const int known = m_reporter.known();
    status().entities = known;
    status().watched = known == 1 ? tr("1 queue") : tr("%1 queues").arg(QLocale().toString(known));
    again();
}

void Watcher::measureCost() {
    // The broker says how long its answers took it. Without that, it was not longer than we waited.
    if (m_management) {
        m_cost.measured(true, static_cast<double>(status().roundTripMs) / 1000);
    } else {
        const double answers = m_reporter.answers() - m_answers;
        const double spent = m_reporter.answeringSeconds() - m_answeringSeconds;
        const bool known = m_answers > 0 && answers > 0 && spent >= 0;
        m_answers = m_reporter.answers();
        m_answeringSeconds = m_reporter.answeringSeconds();
        // An answer tells of those before it.
        const bool counted = std::exchange(m_countedLast, m_counting);
        if (known)
            m_cost.measured(counted, spent / answers);
        else
            m_cost.guess(static_cast<double>(status().roundTripMs) / 1000);
    }
    status().costOfCore = m_cost.ofCore(AskingCost::Time(interval()), order().pace.mostOfCore);
    const auto millionths = static_cast<std::int64_t>(std::llround(status().costOfCore * 1e6));
    if (std::abs(millionths - m_toldCost) * 10 <= m_toldCost)
        return;
    m_toldCost = millionths;
    tell(Gauge::WatchCost, millionths);
}

void Watcher::tell(Gauge gauge, std::int64_t value) {
    TraceEvent told = observation(EventKind::Observed, now());
    told.detail = static_cast<std::uint16_t>(gauge);
    told.value = value;
    order().sink->accept({&told, 1}, told.at);
}

void Watcher::connected() {
    askAlarms();
    m_alarms.start();
}

void Watcher::disconnected() {
    m_alarms.stop();
    m_reporter.forget();
    m_cost.countSoon();
    m_answers = 0;
}

void Watcher::askAlarms() {
    QNetworkReply* reply =
        m_transport.ask(Port::Management, "/api/nodes?columns=name,mem_alarm,disk_free_alarm");
    connect(reply, &QNetworkReply::finished, this, [this, reply] { alarmsAnswered(*reply); });
}

void Watcher::alarmsAnswered(QNetworkReply& reply) {
    if (!isConnected())
        return;
    // The metrics are for everybody: here it is heard first that a user may no longer see anything.
    BrokerProblem problem = problemOf(reply, m_transport, Port::Management);
    const QByteArray body = reply.readAll();
    const auto nodes = nlohmann::json::parse(body.begin(), body.end(), nullptr, false);
    if (problem.kind == Kind::None && !nodes.is_array())
        problem = {Kind::Answer,
                   tr("What %1 answers cannot be read.").arg(m_transport.place(Port::Management)),
                   tr("Check the port, and whether a proxy stands in between.")};
    if (problem.kind != Kind::None)
        problem.sentence = tr("Memory and disk alarms are not known: %1").arg(problem.sentence);
    status().besides = problem;
    if (problem.kind != Kind::None)
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
}

}  // namespace sluice::rabbitmq
