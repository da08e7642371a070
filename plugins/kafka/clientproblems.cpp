#include "plugins/kafka/clientproblems.h"

#include <librdkafka/rdkafka.h>

#include <QCoreApplication>
#include <QRegularExpression>
#include <algorithm>

#include "plugins/api/opensslfaults.h"
#include "plugins/api/patience.h"
#include "plugins/kafka/librarysettings.h"

namespace sluice::kafka {
namespace {

struct ClientWords {
    Q_DECLARE_TR_FUNCTIONS(ClientProblems)
};

using Kind = BrokerProblem::Kind;

/// "sasl_plaintext://127.0.0.1:9092/bootstrap: SASL authentication error: …" in its two parts; without TLS
/// and login there is no protocol in front.
struct Said {
    explicit Said(const QString& reason) {
        static const QRegularExpression form(
            QStringLiteral("^(?:\\[[^\\]]*\\]: )?(?:[a-z_]+://)?([^/\\s]+)/[^:]*: (.*)$"),
            QRegularExpression::DotMatchesEverythingOption);
        const auto match = form.match(reason);
        place = match.hasMatch() ? match.captured(1) : QString();
        what = match.hasMatch() ? match.captured(2) : reason;
        // "(after 3ms in state AUTH_REQ)", "(_ERR: …)": the library's own affairs.
        what.remove(
            QRegularExpression(QStringLiteral("\\s*\\((?:after \\d+ms in state|add broker)[^)]*\\).*$")));
        what = what.trimmed();
    }
    [[nodiscard]] bool has(const char* words) const {
        return what.contains(QLatin1String(words), Qt::CaseInsensitive);
    }
    QString place;
    QString what;
};

QString placeOf(const Said& said, const ConnectionSettings& settings) {
    return said.place.isEmpty() ? bootstrapServers(settings).join(QStringLiteral(", ")) : said.place;
}

BrokerProblem loginProblem(const Said& said, const ConnectionSettings& settings) {
    const QString place = placeOf(said, settings);
    const QString mechanism = settings.text("sasl");
    if (said.has("unsupported") || said.has("not enabled"))
        return {Kind::Credentials, ClientWords::tr("%1 does not know %2.").arg(place, mechanism),
                ClientWords::tr("Choose another SASL mechanism. The cluster says: %1").arg(said.what)};
    return {Kind::Credentials,
            mechanism == "OAUTHBEARER"
                ? ClientWords::tr("%1 does not accept the token.").arg(place)
                : ClientWords::tr("%1 does not accept the user and password.").arg(place),
            ClientWords::tr("Check both and the SASL mechanism, %1. The cluster says: %2")
                .arg(mechanism, said.what)};
}

BrokerProblem tlsProblem(const Said& said, const ConnectionSettings& settings, int certificateError) {
    const QString place = placeOf(said, settings);
    if (said.has("wrong version") || said.has("PLAINTEXT broker listener") || said.has("unexpected eof"))
        return noTlsProblem(place, 9093);
    if (said.has("verify failed") || said.has("mismatch"))
        return certificateProblem(certificateFaultOf(certificateError), place,
                                  certificateError == 0
                                      ? said.what
                                      : QString::fromLatin1(X509_verify_cert_error_string(certificateError)));
    if (said.has("alert") || said.has("certificate required") || said.has("bad certificate"))
        return ownCertificateProblem(place, said.what);
    return {Kind::Tls, ClientWords::tr("No secure connection to %1.").arg(place),
            ClientWords::tr("Check the certificates. The library says: %1").arg(said.what)};
}

BrokerProblem connectionProblem(const Said& said, const ConnectionSettings& settings, int certificateError) {
    const QString place = placeOf(said, settings);
    if (said.has("connection refused"))
        return {
            Kind::Port, ClientWords::tr("Nobody listens on %1.").arg(place),
            ClientWords::tr("Is the broker running, and is this its port? 9092 as a rule, 9093 with TLS.")};
    if (said.has("SSL routines"))
        return tlsProblem(said, settings, certificateError);
    if (said.what == "Disconnected")
        return {Kind::Port, ClientWords::tr("%1 ended the connection.").arg(place),
                ClientWords::tr("A broker that restarts is back soon; else look at its log.")};
    if (said.has("ApiVersion") || said.has("security.protocol"))
        return settings.isOn("tls")
                   ? BrokerProblem{Kind::Protocol,
                                   ClientWords::tr("%1 ends the connection without an answer.").arg(place),
                                   ClientWords::tr(
                                       "It may want a client's certificate or a login, or be no Kafka: "
                                       "check the port and the SASL mechanism.")}
                   : BrokerProblem{
                         Kind::Protocol,
                         ClientWords::tr("%1 ends the connection without an answer.").arg(place),
                         ClientWords::tr("It may want TLS or a login, or be no Kafka: check the port, "
                                         "TLS and the SASL mechanism.")};
    if (said.has("timed out") || said.has("setup timed out"))
        return {Kind::Slow, ClientWords::tr("%1 does not answer.").arg(place),
                ClientWords::tr("The broker is busy, or a firewall drops what is sent to this port.")};
    return {Kind::Port, ClientWords::tr("%1 cannot be reached: %2.").arg(place, said.what),
            ClientWords::tr("Is the broker running? Check the port, the network, a firewall.")};
}

/// "Failed to resolve 'broker-1:9092': Name or service not known". It may be a name that only the cluster
/// told: then the bootstrap server was reached, and is not the one to blame.
BrokerProblem nameProblem(const Said& said, const ConnectionSettings& settings) {
    static const QRegularExpression form(QStringLiteral("resolve '([^']+)'"));
    const auto match = form.match(said.what);
    const QString host = hostAndPort(match.hasMatch() ? match.captured(1) : placeOf(said, settings)).first;
    const QStringList servers = bootstrapServers(settings);
    if (std::any_of(servers.cbegin(), servers.cend(),
                    [&](const QString& server) { return hostAndPort(server).first == host; }))
        return {Kind::Name, ClientWords::tr("There is no host %1.").arg(host),
                ClientWords::tr("Check the name, and whether you are in the network that knows it.")};
    return {
        Kind::Name,
        ClientWords::tr("There is no host %1, as a broker of the cluster calls itself.").arg(host),
        ClientWords::tr("The name comes from advertised.listeners in the broker's settings: it must be one "
                        "that can be reached from here.")};
}

bool isPermission(int error) {
    return error == RD_KAFKA_RESP_ERR_TOPIC_AUTHORIZATION_FAILED ||
           error == RD_KAFKA_RESP_ERR_GROUP_AUTHORIZATION_FAILED ||
           error == RD_KAFKA_RESP_ERR_CLUSTER_AUTHORIZATION_FAILED;
}

BrokerProblem permissionProblem(int error, const ConnectionSettings& settings) {
    const QString user = settings.text("user").isEmpty() ? QStringLiteral("NAME") : settings.text("user");
    const auto allow = [&](const char* what) {
        return ClientWords::tr("On the cluster: kafka-acls --add --allow-principal User:%1 %2.")
            .arg(user, QLatin1String(what));
    };
    if (error == RD_KAFKA_RESP_ERR_GROUP_AUTHORIZATION_FAILED)
        return {Kind::Permission, ClientWords::tr("The user may not see consumer groups."),
                allow("--operation Describe --group '*'")};
    if (error == RD_KAFKA_RESP_ERR_TOPIC_AUTHORIZATION_FAILED)
        return {Kind::Permission, ClientWords::tr("The user may not see this of topics."),
                allow("--operation Describe --operation DescribeConfigs --topic '*'")};
    return {Kind::Permission, ClientWords::tr("The user may not see this of the cluster."),
            allow("--operation Describe --cluster")};
}

/// How much a complaint says; the highest counts.
int weightOf(int error) {
    switch (error) {
        case RD_KAFKA_RESP_ERR__AUTHENTICATION:
        case RD_KAFKA_RESP_ERR_SASL_AUTHENTICATION_FAILED:
        case RD_KAFKA_RESP_ERR_UNSUPPORTED_SASL_MECHANISM:
            return 5;
        case RD_KAFKA_RESP_ERR__SSL:
            return 4;
        case RD_KAFKA_RESP_ERR__RESOLVE:
            return 2;
        case RD_KAFKA_RESP_ERR__TRANSPORT:
            return 3;
        default:
            return 1;
    }
}

}  // namespace

BrokerProblem problemOf(int error, std::span<const LibraryComplaint> complaints,
                        const ConnectionSettings& settings, int certificateError) {
    if (error == RD_KAFKA_RESP_ERR_NO_ERROR)
        return {};
    if (isPermission(error))
        return permissionProblem(error, settings);
    const LibraryComplaint* worst = nullptr;
    for (const LibraryComplaint& one : complaints) {
        if (one.error != RD_KAFKA_RESP_ERR__ALL_BROKERS_DOWN &&
            (!worst || weightOf(one.error) >= weightOf(worst->error)))
            worst = &one;
    }
    const Said said(worst ? worst->reason : QString());
    switch (worst ? worst->error : error) {
        case RD_KAFKA_RESP_ERR__AUTHENTICATION:
        case RD_KAFKA_RESP_ERR_SASL_AUTHENTICATION_FAILED:
        case RD_KAFKA_RESP_ERR_UNSUPPORTED_SASL_MECHANISM:
            return loginProblem(said, settings);
        case RD_KAFKA_RESP_ERR__SSL:
            return tlsProblem(said, settings, certificateError);
        case RD_KAFKA_RESP_ERR__RESOLVE:
            return nameProblem(said, settings);
        case RD_KAFKA_RESP_ERR__TRANSPORT:
            return connectionProblem(said, settings, certificateError);
        default:
            break;
    }
    if (error == RD_KAFKA_RESP_ERR__TIMED_OUT || error == RD_KAFKA_RESP_ERR_REQUEST_TIMED_OUT ||
        error == RD_KAFKA_RESP_ERR__TRANSPORT)
        return {Kind::Slow,
                ClientWords::tr("%1 does not answer within %2 s.")
                    .arg(bootstrapServers(settings).join(QStringLiteral(", ")))
                    .arg(patienceOf(settings) / 1000),
                ClientWords::tr("The broker is busy, or a firewall drops what is sent to this port. The "
                                "connection's settings say how long an answer may take.")};
    return {Kind::Answer,
            ClientWords::tr("The cluster answers with an error: %1.")
                .arg(QString::fromUtf8(rd_kafka_err2str(static_cast<rd_kafka_resp_err_t>(error)))),
            ClientWords::tr("Look at the broker's log.")};
}

}  // namespace sluice::kafka
