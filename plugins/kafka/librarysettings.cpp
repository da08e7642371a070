#include "plugins/kafka/librarysettings.h"

#include <QCoreApplication>
#include <QFileInfo>

namespace sluice::kafka {
namespace {

struct SettingsWords {
    Q_DECLARE_TR_FUNCTIONS(LibrarySettings)
};

using Kind = BrokerProblem::Kind;
constexpr int kUsualPort = 9092;

bool usesSasl(const ConnectionSettings& settings) {
    return saslMechanisms().indexOf(settings.text("sasl")) > 0;
}

BrokerProblem unreadable(const QString& what, const QString& file) {
    return {Kind::Settings, SettingsWords::tr("%1 cannot be read: %2.").arg(what, file),
            SettingsWords::tr("Choose a PEM file that you may read.")};
}

}  // namespace

QStringList saslMechanisms() {
    return {SettingsWords::tr("None"), "PLAIN", "SCRAM-SHA-256", "SCRAM-SHA-512", "OAUTHBEARER"};
}

std::pair<QString, int> hostAndPort(const QString& place) {
    const qsizetype colon = place.lastIndexOf(u':');
    // "::1" is an address and no port; "[::1]:9092" is both.
    const bool hasPort = colon > 0 && (place.count(u':') == 1 || place[colon - 1] == u']');
    bool isNumber = false;
    const int port = hasPort ? place.mid(colon + 1).toInt(&isNumber) : kUsualPort;
    QString host = hasPort ? place.left(colon) : place;
    if (host.startsWith(u'[') && host.endsWith(u']'))
        host = host.mid(1, host.size() - 2);
    return {host, hasPort && !isNumber ? 0 : port};
}

QStringList bootstrapServers(const ConnectionSettings& settings) {
    QStringList servers;
    for (const QString& part : settings.text("servers").split(u',', Qt::SkipEmptyParts)) {
        const auto [host, port] = hostAndPort(part.trimmed());
        if (!host.isEmpty())
            servers << (host.contains(u':') ? QStringLiteral("[%1]:%2") : QStringLiteral("%1:%2"))
                           .arg(host)
                           .arg(port);
    }
    return servers;
}

BrokerProblem problemWith(const ConnectionSettings& settings) {
    const QStringList servers = bootstrapServers(settings);
    if (servers.isEmpty())
        return {Kind::Settings, SettingsWords::tr("No bootstrap server is given."),
                SettingsWords::tr("One is enough: host:9092.")};
    for (const QString& server : servers) {
        const int port = hostAndPort(server).second;
        if (port < 1 || port > 65535)
            return {Kind::Settings, SettingsWords::tr("%1 has no port from 1 to 65535.").arg(server),
                    SettingsWords::tr("Write it as host:9092.")};
    }
    if (settings.isOn("tls")) {
        for (const auto& [key, what] :
             {std::pair("caFile", SettingsWords::tr("The authority's certificate")),
              std::pair("certificateFile", SettingsWords::tr("The own certificate")),
              std::pair("keyFile", SettingsWords::tr("The key of the own certificate"))}) {
            const QFileInfo file(settings.text(key));
            if (!settings.text(key).isEmpty() && !(file.isFile() && file.isReadable()))
                return unreadable(what, settings.text(key));
        }
        if (settings.text("certificateFile").isEmpty() != settings.text("keyFile").isEmpty())
            return {Kind::Settings,
                    SettingsWords::tr("Of the own certificate and its key only one is given."),
                    SettingsWords::tr("Choose both, or neither.")};
    }
    if (settings.text("sasl") == "OAUTHBEARER" && settings.secret("token").isEmpty())
        return {Kind::Settings, SettingsWords::tr("No token is given."),
                SettingsWords::tr("OAUTHBEARER logs in with a token that your identity provider issues.")};
    if (usesSasl(settings) && settings.text("sasl") != "OAUTHBEARER" && settings.text("user").isEmpty())
        return {Kind::Settings, SettingsWords::tr("No user is given."),
                SettingsWords::tr("%1 needs a user and a password.").arg(settings.text("sasl"))};
    return {};
}

std::map<std::string, std::string> librarySettings(const ConnectionSettings& settings) {
    const auto text = [&](const char* key) { return settings.text(key).toStdString(); };
    const bool tls = settings.isOn("tls");
    const bool sasl = usesSasl(settings);
    std::map<std::string, std::string> made{
        {"client.id", "sluice"},
        {"bootstrap.servers", bootstrapServers(settings).join(u',').toStdString()},
        {"security.protocol", sasl ? (tls ? "SASL_SSL" : "SASL_PLAINTEXT") : (tls ? "SSL" : "PLAINTEXT")},
        // Looking changes nothing.
        {"allow.auto.create.topics", "false"},
        {"enable.auto.commit", "false"},
        {"enable.auto.offset.store", "false"},
        // A broker that comes back is found again soon: how often it is asked is decided by who asks.
        {"reconnect.backoff.ms", "100"},
        {"reconnect.backoff.max.ms", "1000"},
        {"socket.connection.setup.timeout.ms", "5000"},
        // Nothing is fetched by it; that keeps buffers small.
        {"queued.max.messages.kbytes", "1024"},
    };
    if (tls) {
        const auto file = [&](const char* key, const char* name) {
            if (!settings.text(key).isEmpty())
                made[name] = text(key);
        };
        file("caFile", "ssl.ca.location");
        file("certificateFile", "ssl.certificate.location");
        file("keyFile", "ssl.key.location");
        if (!settings.secret("keyPassphrase").isEmpty())
            made["ssl.key.password"] = settings.secret("keyPassphrase").toStdString();
        made["ssl.endpoint.identification.algorithm"] = settings.isOn("anyName") ? "none" : "https";
    }
    if (sasl) {
        made["sasl.mechanism"] = text("sasl");
        if (settings.text("sasl") != "OAUTHBEARER") {
            made["sasl.username"] = text("user");
            made["sasl.password"] = settings.secret("password").toStdString();
        }
    }
    return made;
}

}  // namespace sluice::kafka
