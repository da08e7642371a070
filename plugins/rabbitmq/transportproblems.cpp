#include <QCoreApplication>
#include <nlohmann/json.hpp>

#include "plugins/api/tlsproblems.h"
#include "plugins/rabbitmq/httptransport.h"

namespace sluice::rabbitmq {
namespace {

struct TransportWords {
    Q_DECLARE_TR_FUNCTIONS(TransportProblems)
};

using Kind = BrokerProblem::Kind;
using Port = HttpTransport::Port;

bool isAmqpPort(const QUrl& url) {
    return url.port() == 5672 || url.port() == 5671;
}

QString enablePlugin(Port port) {
    return port == Port::Management
               ? TransportWords::tr(
                     "Is the broker running, and its management plugin on? On the broker: "
                     "rabbitmq-plugins enable rabbitmq_management.")
               : TransportWords::tr(
                     "The Prometheus plugin listens there once it is on. On the broker: "
                     "rabbitmq-plugins enable rabbitmq_prometheus.");
}

/// What the management API says about it, {"error":…,"reason":…}. Asked last: it reads the answer.
QString reasonIn(QNetworkReply& reply) {
    const QByteArray body = reply.peek(4096);
    const auto json = nlohmann::json::parse(body.begin(), body.end(), nullptr, false);
    if (!json.is_object() || !json.contains("reason") || !json["reason"].is_string())
        return {};
    return QString::fromStdString(json["reason"].get<std::string>());
}

BrokerProblem refusal(const QNetworkReply& reply, const QString& reason, const QString& place) {
    if (reason.contains("management user", Qt::CaseInsensitive))
        return {Kind::Permission, TransportWords::tr("The user may not use the management API."),
                TransportWords::tr(
                    "Give the user the tag monitoring: rabbitmqctl set_user_tags USER monitoring.")};
    if (reason.contains("localhost", Qt::CaseInsensitive))
        return {Kind::Permission,
                TransportWords::tr("This user may log in on the broker's own machine only."),
                TransportWords::tr("Use another user than guest.")};
    if (reply.attribute(QNetworkRequest::HttpStatusCodeAttribute).toInt() == 403 ||
        reason.contains("access", Qt::CaseInsensitive) || reason.contains("vhost", Qt::CaseInsensitive))
        return {
            Kind::Permission, TransportWords::tr("The user may not see this: %1").arg(reason),
            TransportWords::tr("Give the user rights in this virtual host, empty ones will do: rabbitmqctl "
                               "set_permissions USER ^$ ^$ ^$.")};
    return {Kind::Credentials, TransportWords::tr("%1 does not accept the user and password.").arg(place),
            TransportWords::tr("Check both; the broker says: %1")
                .arg(reason.isEmpty() ? reply.errorString() : reason)};
}

CertificateFault faultOf(const QNetworkReply& reply) {
    const QVariant fault = reply.property("tlsFault");
    if (!fault.isValid())
        return CertificateFault::Untrusted;
    switch (static_cast<QSslError::SslError>(fault.toInt())) {
        case QSslError::CertificateExpired:
            return CertificateFault::Expired;
        case QSslError::CertificateNotYetValid:
            return CertificateFault::NotYetValid;
        default:
            return CertificateFault::OtherName;
    }
}

BrokerProblem tlsProblem(const QNetworkReply& reply, const QString& place, Port port) {
    const QString errors = reply.property("tlsErrors").toString();
    if (!errors.isEmpty())
        return certificateProblem(faultOf(reply), place, errors);
    const QString said = reply.errorString();
    if (said.contains("wrong version", Qt::CaseInsensitive))
        return noTlsProblem(place, port == Port::Management ? 15671 : 15691);
    if (said.contains("unrecognized name", Qt::CaseInsensitive)) {
        const QString name = reply.request().peerVerifyName();
        return {Kind::Tls,
                TransportWords::tr("%1 knows no server %2.")
                    .arg(place, name.isEmpty() ? reply.url().host() : name),
                TransportWords::tr("Set the server name that the broker is known by.")};
    }
    if (said.contains("alert", Qt::CaseInsensitive))
        return ownCertificateProblem(place, said);
    return {
        Kind::Tls, TransportWords::tr("No secure connection to %1: %2").arg(place, said),
        TransportWords::tr("Check the certificates; a broker that asks for a client's certificate ends the "
                           "connection of those who have none.")};
}

}  // namespace

BrokerProblem problemOf(const QNetworkReply& answer, const HttpTransport& transport, Port port) {
    auto& reply = const_cast<QNetworkReply&>(answer);  // a look at its first bytes changes nothing
    const QString place = transport.place(port);
    switch (reply.error()) {
        case QNetworkReply::NoError:
            return {};
        case QNetworkReply::HostNotFoundError:
            return {Kind::Name, TransportWords::tr("There is no host %1.").arg(reply.url().host()),
                    TransportWords::tr("Check the name, and whether you are in the network that knows it.")};
        case QNetworkReply::ConnectionRefusedError:
            return {Kind::Port, TransportWords::tr("Nobody listens on %1.").arg(place), enablePlugin(port)};
        case QNetworkReply::TimeoutError:
        case QNetworkReply::OperationCanceledError:
            return {Kind::Slow,
                    TransportWords::tr("%1 does not answer within %2 s.")
                        .arg(place)
                        .arg(transport.patience() / 1000),
                    TransportWords::tr("The broker is busy, or a firewall drops what is sent to this port. "
                                       "The connection's settings say how long an answer may take.")};
        case QNetworkReply::SslHandshakeFailedError:
            return tlsProblem(reply, place, port);
        case QNetworkReply::AuthenticationRequiredError:
        case QNetworkReply::ContentAccessDenied:
            return refusal(reply, reasonIn(reply), place);
        case QNetworkReply::ContentNotFoundError:
            return {port == Port::Metrics ? Kind::PluginMissing : Kind::Answer,
                    TransportWords::tr("%1 knows no %2.").arg(place, reply.url().path()),
                    port == Port::Metrics
                        ? TransportWords::tr("Detailed figures need RabbitMQ 3.9 or newer.")
                        : TransportWords::tr(
                              "Check that this is RabbitMQ's management port, and the virtual host.")};
        case QNetworkReply::RemoteHostClosedError:
        case QNetworkReply::ProtocolFailure:
        case QNetworkReply::ProtocolUnknownError:
            if (isAmqpPort(reply.url()))
                return {Kind::Protocol, TransportWords::tr("%1 speaks AMQP, not HTTP.").arg(place),
                        TransportWords::tr("The management API has a port of its own, 15672 as a rule.")};
            return {Kind::Protocol,
                    TransportWords::tr("%1 ends the connection without an answer.").arg(place),
                    transport.usesTls()
                        ? TransportWords::tr("Is this the broker's port for TLS?")
                        : TransportWords::tr(
                              "It may want TLS, or be the port for AMQP: the management API has one of "
                              "its own, 15672 as a rule.")};
        case QNetworkReply::ContentOperationNotPermittedError:
            return {Kind::Permission, reply.errorString(),
                    TransportWords::tr("Allow writing in the connection's settings.")};
        default:
            break;
    }
    if (transport.usesTls() && reply.errorString().contains("private key", Qt::CaseInsensitive))
        return {Kind::Settings,
                TransportWords::tr("The client's certificate and its key do not belong together."),
                TransportWords::tr("Choose the key that the certificate was made for.")};
    const int status = reply.attribute(QNetworkRequest::HttpStatusCodeAttribute).toInt();
    if (status >= 500)
        return {Kind::Answer, TransportWords::tr("%1 answers with an error, %2.").arg(place).arg(status),
                TransportWords::tr("Look at the broker's log.")};
    return {Kind::Port, TransportWords::tr("%1 cannot be reached: %2.").arg(place, reply.errorString()),
            TransportWords::tr("Check the network, a proxy, a firewall.")};
}

}  // namespace sluice::rabbitmq
