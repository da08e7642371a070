#include "plugins/rabbitmq/connectiontest.h"

#include <nlohmann/json.hpp>

#include "plugins/rabbitmq/amqplogin.h"
#include "plugins/rabbitmq/prometheustext.h"

namespace sluice::rabbitmq {
namespace {

using Kind = BrokerProblem::Kind;
using Port = HttpTransport::Port;
using Outcome = TestStep::Outcome;

nlohmann::json parsed(const QByteArray& body) {
    return nlohmann::json::parse(body.begin(), body.end(), nullptr, false);
}

QString text(const nlohmann::json& object, const char* key) {
    if (!object.is_object() || !object.contains(key) || !object[key].is_string())
        return {};
    return QString::fromStdString(object[key].get<std::string>());
}

/// A list, or, before RabbitMQ 3.9, names with commas between them.
QStringList tagsIn(const nlohmann::json& whoami) {
    if (!whoami.is_object() || !whoami.contains("tags"))
        return {};
    const auto& tags = whoami["tags"];
    if (tags.is_string())
        return QString::fromStdString(tags.get<std::string>()).split(u',', Qt::SkipEmptyParts);
    QStringList names;
    for (const auto& tag : tags) {
        if (tag.is_string())
            names << QString::fromStdString(tag.get<std::string>());
    }
    return names;
}

}  // namespace

ConnectionTest::ConnectionTest(HttpTransport& transport, const ConnectionSettings& settings, QObject* parent)
    : QObject(parent), m_transport(transport), m_settings(settings) {}

void ConnectionTest::pass(const QString& name, const QString& found) {
    m_steps << TestStep{name, Outcome::Passed, found, {}};
}

void ConnectionTest::fail(const QString& name, const BrokerProblem& problem, Outcome outcome) {
    m_steps << TestStep{name, outcome, {}, problem};
}

void ConnectionTest::start() {
    if (m_transport.settingsProblem()) {
        fail(tr("Settings"), *m_transport.settingsProblem());
        return end();
    }
    QNetworkReply* reply = m_transport.ask(Port::Management, "/api/whoami");
    connect(reply, &QNetworkReply::finished, this, [this, reply] { reached(*reply); });
}

void ConnectionTest::reached(QNetworkReply& reply) {
    // How far it came tells which steps went well.
    const BrokerProblem problem = problemOf(reply, m_transport, Port::Management);
    const QString place = m_transport.place(Port::Management);
    struct Step {
        QString name;
        QList<Kind> failsWith;
        QString found;
    };
    QList<Step> steps{{tr("Host name"), {Kind::Name}, reply.url().host()},
                      {tr("Port"), {Kind::Port, Kind::Slow}, place}};
    if (m_transport.usesTls())
        steps << Step{tr("TLS"), {Kind::Tls}, {}};
    steps << Step{tr("Management API"), {Kind::Protocol, Kind::Answer, Kind::PluginMissing}, {}}
          << Step{tr("User and password"), {Kind::Credentials}, m_settings.text("user")}
          << Step{tr("Rights"), {Kind::Permission}, {}};
    for (const Step& step : std::as_const(steps)) {
        if (problem.kind != Kind::None && step.failsWith.contains(problem.kind)) {
            fail(step.name, problem);
            return end();
        }
        if (step.name != steps.back().name)
            pass(step.name, step.found);
    }
    if (problem.kind != Kind::None) {
        fail(tr("Management API"), problem);
        return end();
    }
    readRights(reply.readAll());
}

void ConnectionTest::readRights(const QByteArray& body) {
    const auto whoami = parsed(body);
    if (!whoami.is_object() || !whoami.contains("tags")) {
        fail(tr("Rights"), {Kind::Answer, tr("What answers is not RabbitMQ's management API."),
                            tr("Check the port, and whether a proxy stands in between.")});
        return end();
    }
    const QStringList tags = tagsIn(whoami);
    if (tags.contains("administrator") || tags.contains("monitoring")) {
        pass(tr("Rights"), tags.join(QStringLiteral(", ")));
    } else {
        fail(tr("Rights"),
             {Kind::Permission, tr("The user sees its own connections only, and no figures of the nodes."),
              tr("The tag monitoring shows all: rabbitmqctl set_user_tags USER monitoring.")},
             Outcome::Warned);
    }
    askVersion();
}

void ConnectionTest::askVersion() {
    QNetworkReply* reply =
        m_transport.ask(Port::Management, "/api/overview?columns=rabbitmq_version,cluster_name");
    connect(reply, &QNetworkReply::finished, this, [this, reply] {
        const BrokerProblem problem = problemOf(*reply, m_transport, Port::Management);
        if (problem.kind == Kind::None) {
            const auto overview = parsed(reply->readAll());
            pass(tr("Broker"), tr("RabbitMQ %1, cluster %2")
                                   .arg(text(overview, "rabbitmq_version"), text(overview, "cluster_name")));
        } else {
            fail(tr("Broker"), problem, Outcome::Warned);
        }
        askVirtualHost();
    });
}

void ConnectionTest::askVirtualHost() {
    const QString name = m_settings.text("virtualHost");
    QNetworkReply* reply =
        m_transport.ask(Port::Management, "/api/exchanges/" + m_transport.virtualHost() + "?columns=name");
    connect(reply, &QNetworkReply::finished, this, [this, reply, name] {
        const BrokerProblem problem = problemOf(*reply, m_transport, Port::Management);
        m_mayEnter = problem.kind == Kind::None;
        if (m_mayEnter) {
            pass(tr("Virtual host"), name);
        } else if (reply->error() == QNetworkReply::ContentNotFoundError) {
            fail(tr("Virtual host"), {Kind::Settings, tr("There is no virtual host %1.").arg(name),
                                      tr("The broker lists them: rabbitmqctl list_vhosts.")});
        } else {
            fail(tr("Virtual host"), problem);
        }
        askFigures();
    });
}

void ConnectionTest::askFigures() {
    if (m_settings.number("metricsPort") == 0) {
        fail(tr("Figures"),
             {Kind::Settings, tr("No metrics port is given: the management API is asked."),
              tr("The Prometheus plugin's costs the broker about a thirtieth of that.")},
             Outcome::Warned);
        return logInOverAmqp();
    }
    QNetworkReply* reply = m_transport.ask(
        Port::Metrics, "/metrics/detailed?family=queue_consumer_count&vhost=" + m_transport.virtualHost());
    connect(reply, &QNetworkReply::finished, this, [this, reply] {
        BrokerProblem problem = problemOf(*reply, m_transport, Port::Metrics);
        const QByteArray body = reply->readAll();
        const bool readable = readPrometheus({body.data(), static_cast<std::size_t>(body.size())},
                                             [](const PrometheusSample&) {});
        if (problem.kind == Kind::None && !(readable && body.contains("rabbitmq_")))
            problem = {Kind::Answer,
                       tr("%1 gives no figures of RabbitMQ.").arg(m_transport.place(Port::Metrics)),
                       tr("Check the metrics port, 15692 as a rule.")};
        if (problem.kind == Kind::None) {
            pass(tr("Figures"), tr("Prometheus, detailed"));
        } else {
            problem.advice += QLatin1Char(' ') + tr("Until then the management API is asked, which costs the "
                                                    "broker about thirty times as much.");
            fail(tr("Figures"), problem, Outcome::Warned);
        }
        logInOverAmqp();
    });
}

void ConnectionTest::logInOverAmqp() {
    // Over AMQP the same virtual host would be refused for the same reason.
    if (m_settings.number("amqpPort") == 0 || !m_mayEnter)
        return end();
    auto* login = new AmqpLogin(m_settings, this);
    connect(login, &AmqpLogin::finished, this, [this](const QString& place, BrokerProblem problem) {
        if (problem.kind == Kind::None) {
            pass(tr("AMQP"), place);
        } else {
            problem.advice += QLatin1Char(' ') + tr("Watching does without it; looking at messages, showing "
                                                    "them as tokens and sending some does not.");
            fail(tr("AMQP"), problem, Outcome::Warned);
        }
        end();
    });
    login->start();
}

void ConnectionTest::end() {
    emit finished(m_steps);
    deleteLater();
}

}  // namespace sluice::rabbitmq
