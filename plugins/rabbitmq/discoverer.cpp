#include "plugins/rabbitmq/discoverer.h"

#include "plugins/rabbitmq/brokerdrawing.h"

namespace sluice::rabbitmq {
namespace {

using Port = HttpTransport::Port;

}  // namespace

Discoverer::Discoverer(HttpTransport& transport, const ConnectionSettings& settings, QObject* parent)
    : QObject(parent), m_transport(transport), m_settings(settings) {}

void Discoverer::start() {
    if (m_transport.settingsProblem()) {
        emit failed(*m_transport.settingsProblem());
        return deleteLater();
    }
    m_clock.start();
    const QString host = m_transport.virtualHost();
    ask("exchanges", Port::Management, "/api/exchanges/" + host, true);
    ask("queues", Port::Management,
        "/api/queues/" + host +
            "?disable_stats=true&enable_queue_totals=true&columns=name,type,arguments,durable,exclusive,"
            "auto_delete",
        true);
    ask("bindings", Port::Management, "/api/bindings/" + host, true);
    ask("policies", Port::Management, "/api/policies/" + host, false);
    ask("consumers", Port::Management, "/api/consumers/" + host, false);
    ask("connections", Port::Management,
        "/api/connections?columns=name,user,peer_host,user_provided_name,client_properties.connection_name",
        false);
    ask("channels", Port::Management,
        "/api/channels?columns=name,user,vhost,connection_details.name,message_stats.publish,publishes",
        false);
    if (m_settings.number("metricsPort") > 0)
        ask("publishers", Port::Metrics,
            "/metrics/detailed?family=channel_exchange_metrics&family=channel_queue_exchange_metrics&vhost=" +
                host,
            false);
}

void Discoverer::ask(const QString& what, Port port, const QString& path, bool needed) {
    ++m_open;
    QNetworkReply* reply = m_transport.ask(port, path);
    connect(reply, &QNetworkReply::finished, this, [this, reply, what, port, needed] {
        BrokerProblem problem = problemOf(*reply, m_transport, port);
        const QByteArray body = reply->readAll();
        if (problem.kind == BrokerProblem::Kind::None && body.isEmpty())
            problem = {BrokerProblem::Kind::Answer,
                       tr("%1 answers, but with nothing.").arg(m_transport.place(port)),
                       tr("Check the port, and whether a proxy stands in between.")};
        if (problem.kind == BrokerProblem::Kind::None)
            m_answers.insert(what, body);
        else if (!needed)
            m_missing << tr("The broker did not tell its %1: %2").arg(what, problem.text());
        else if (!std::exchange(m_failed, true))
            emit failed(problem);
        if (--m_open == 0)
            draw();
    });
}

void Discoverer::draw() {
    deleteLater();
    if (m_failed)
        return;
    const auto text = [this](const char* what) {
        const auto it = m_answers.constFind(QString::fromLatin1(what));
        return it == m_answers.constEnd()
                   ? std::string_view()
                   : std::string_view(it->data(), static_cast<std::size_t>(it->size()));
    };
    const std::string host = m_settings.text("virtualHost").toStdString();
    const TopologyAnswers answers{
        .virtualHost = host,
        .exchanges = text("exchanges"),
        .queues = text("queues"),
        .bindings = text("bindings"),
        .policies = text("policies"),
        .consumers = text("consumers"),
        .connections = text("connections"),
        .channels = text("channels"),
        .published = text("publishers"),
    };
    const qint64 answered = m_clock.elapsed();
    Result<Discovery> drawn = drawBroker(answers, m_settings.name.toStdString());
    if (!drawn) {
        emit failed({BrokerProblem::Kind::Answer,
                     tr("What the broker answers cannot be read (%1).")
                         .arg(QString::fromStdString(drawn.error().text())),
                     tr("Check the port, and whether a proxy stands in between.")});
        return;
    }
    drawn->milliseconds = answered;
    drawn->notes << m_missing;
    emit discovered(*drawn);
}

}  // namespace sluice::rabbitmq
