#include "app/cli/brokeraddress.h"

#include <fmt/format.h>
#include <termios.h>
#include <unistd.h>

#include <QFile>
#include <QUrl>
#include <QUrlQuery>
#include <array>
#include <cstdio>
#include <span>
#include <vector>

namespace sluice::cli {
namespace {

/// A parameter of an address, and the setting that it stands for.
struct Parameter {
    const char* name;
    const char* key;
    FormField::Type type;
};

/// Of every kind of broker.
constexpr std::array kTls{
    Parameter{"ca", "caFile", FormField::Type::Text},
    Parameter{"certificate", "certificateFile", FormField::Type::Text},
    Parameter{"key", "keyFile", FormField::Type::Text},
};
constexpr std::array kKafka{
    Parameter{"sasl", "sasl", FormField::Type::Text},
    Parameter{"any-name", "anyName", FormField::Type::Switch},
    Parameter{"internal", "internalTopics", FormField::Type::Switch},
};
constexpr std::array kRabbit{
    Parameter{"management", "port", FormField::Type::Number},
    Parameter{"amqp", "amqpPort", FormField::Type::Number},
    Parameter{"metrics", "metricsPort", FormField::Type::Number},
    Parameter{"server-name", "serverName", FormField::Type::Text},
};

/// The parts of scheme://user@place/path?query. QUrl does not know several
/// hosts.
struct Address {
    QString scheme;
    QString user;
    bool password = false;
    QString place;
    QString path;
    QUrlQuery query;
};

Address partsOf(const QString& text) {
    Address parts;
    const qsizetype begin = text.indexOf(QStringLiteral("://"));
    if (begin < 0)
        return parts;
    parts.scheme = text.left(begin).toLower();
    QString rest = text.mid(begin + 3);
    if (const qsizetype query = rest.indexOf(u'?'); query >= 0) {
        parts.query = QUrlQuery(rest.mid(query + 1));
        rest.truncate(query);
    }
    if (const qsizetype path = rest.indexOf(u'/'); path >= 0) {
        parts.path = QUrl::fromPercentEncoding(rest.mid(path + 1).toUtf8());
        rest.truncate(path);
    }
    if (const qsizetype at = rest.lastIndexOf(u'@'); at >= 0) {
        const QString user = rest.left(at);
        parts.password = user.contains(u':');
        parts.user = QUrl::fromPercentEncoding(user.section(u':', 0, 0).toUtf8());
        rest = rest.mid(at + 1);
    }
    parts.place = rest;
    return parts;
}

std::optional<int> portOf(const QString& text) {
    bool isNumber = false;
    const int port = text.toInt(&isNumber);
    return isNumber && port >= 0 && port <= 65535 ? std::optional(port) : std::nullopt;
}

Result<void> addParameters(const QUrlQuery& query, std::span<const Parameter> own,
                           ConnectionSettings& settings) {
    std::vector<Parameter> known(own.begin(), own.end());
    known.insert(known.end(), kTls.begin(), kTls.end());
    for (const auto& [name, value] : query.queryItems(QUrl::FullyDecoded)) {
        const auto it = std::find_if(known.begin(), known.end(),
                                     [&](const Parameter& one) { return name == QLatin1String(one.name); });
        if (it == known.end()) {
            std::string names;
            for (const Parameter& one : known)
                names += (names.empty() ? "" : ", ") + std::string(one.name);
            return Error{
                ErrorCode::InvalidInput,
                fmt::format("the address has no parameter '{}'; there are {}", name.toStdString(), names),
                {}};
        }
        if (it->type == FormField::Type::Number) {
            const auto port = portOf(value);
            if (!port)
                return Error{ErrorCode::InvalidInput,
                             fmt::format("{} must be a port from 0 to 65535, is '{}'", name.toStdString(),
                                         value.toStdString()),
                             {}};
            settings.values.insert(it->key, *port);
        } else if (it->type == FormField::Type::Switch)
            settings.values.insert(it->key, value != "0" && value != "false" && value != "no");
        else
            settings.values.insert(it->key, value);
    }
    return {};
}

Result<void> takeKafka(const Address& address, ConnectionSettings& settings) {
    settings.plugin = "kafka";
    settings.values = {
        {"servers", address.place}, {"tls", address.scheme == "kafkas"}, {"user", address.user}};
    // Who has a user logs in.
    if (!address.user.isEmpty())
        settings.values.insert("sasl", "PLAIN");
    return addParameters(address.query, kKafka, settings);
}

Result<void> takeRabbit(const Address& address, ConnectionSettings& settings) {
    settings.plugin = "rabbitmq";
    const bool http = address.scheme.startsWith("http");
    const bool tls = address.scheme == "https" || address.scheme == "amqps";
    const QUrl url("http://" + address.place);
    if (!url.isValid())
        return Error{
            ErrorCode::InvalidInput,
            fmt::format("'{}' is no host and port: a port is from 1 to 65535", address.place.toStdString()),
            {}};
    settings.values = {{"host", url.host()},
                       {"port", http ? url.port(tls ? 15671 : 15672) : (tls ? 15671 : 15672)},
                       {"metricsPort", 15692},
                       {"amqpPort", http ? (tls ? 5671 : 5672) : url.port(tls ? 5671 : 5672)},
                       {"virtualHost", address.path.isEmpty() ? QStringLiteral("/") : address.path},
                       {"user", address.user.isEmpty() ? QStringLiteral("guest") : address.user},
                       {"tls", tls}};
    if (url.host().isEmpty())
        return Error{ErrorCode::InvalidInput, "the address names no host", {}};
    // The password that RabbitMQ comes with is no secret.
    if (address.user.isEmpty())
        settings.secrets.insert("password", "guest");
    return addParameters(address.query, kRabbit, settings);
}

/// A line of the terminal that is not shown while it is typed.
QString askQuietly(const std::string& question) {
    termios before{};
    if (tcgetattr(STDIN_FILENO, &before) != 0)
        return {};
    termios quiet = before;
    quiet.c_lflag &= ~static_cast<tcflag_t>(ECHO);
    tcsetattr(STDIN_FILENO, TCSAFLUSH, &quiet);
    fmt::print(stderr, "{}", question);
    std::string line;
    for (int c = std::getchar(); c != EOF && c != '\n'; c = std::getchar())
        line.push_back(static_cast<char>(c));
    tcsetattr(STDIN_FILENO, TCSAFLUSH, &before);
    fmt::print(stderr, "\n");
    return QString::fromStdString(line);
}

/// A key in PEM says so in its first lines, whichever form it has.
bool isEncrypted(const QString& keyFile) {
    QFile file(keyFile);
    return !keyFile.isEmpty() && file.open(QIODevice::ReadOnly) && file.read(4096).contains("ENCRYPTED");
}

}  // namespace

Result<ConnectionSettings> brokerSettings(const std::string& text) {
    const Address address = partsOf(QString::fromStdString(text));
    ConnectionSettings settings;
    settings.name = address.place;
    const bool kafka = address.scheme == "kafka" || address.scheme == "kafkas";
    const bool rabbit = QStringList{"http", "https", "amqp", "amqps"}.contains(address.scheme);
    if (!kafka && !rabbit)
        return Error{ErrorCode::InvalidInput,
                     "this is no broker's address: it begins with kafka://, "
                     "kafkas://, http://, https://, amqp:// "
                     "or amqps://",
                     {}};
    if (address.password)
        return Error{ErrorCode::InvalidInput,
                     "everybody on this machine can see a password in an address: "
                     "leave it out and put it into the "
                     "environment variable SLUICE_PASSWORD, or wait to be asked",
                     {}};
    if (address.place.isEmpty())
        return Error{ErrorCode::InvalidInput, "the address names no host", {}};
    const Result<void> taken = kafka ? takeKafka(address, settings) : takeRabbit(address, settings);
    if (!taken)
        return taken.error();
    return settings;
}

Result<void> addSecrets(ConnectionSettings& settings) {
    for (const auto& [variable, key] :
         {std::pair("SLUICE_PASSWORD", "password"), std::pair("SLUICE_TOKEN", "token"),
          std::pair("SLUICE_KEY_PASSPHRASE", "keyPassphrase")}) {
        if (qEnvironmentVariableIsSet(variable))
            settings.secrets.insert(key, qEnvironmentVariable(variable));
    }
    const bool terminal = isatty(STDIN_FILENO) != 0;
    const QString user = settings.text("user");
    const bool byToken = settings.text("sasl") == "OAUTHBEARER";
    if (byToken && !settings.secrets.contains("token") && terminal)
        settings.secrets.insert("token", askQuietly("Token: "));
    if (!byToken && !user.isEmpty() && !settings.secrets.contains("password")) {
        if (!terminal)
            return Error{ErrorCode::InvalidInput,
                         fmt::format("the password of {} is not known: put it into the environment variable "
                                     "SLUICE_PASSWORD",
                                     user.toStdString()),
                         {}};
        settings.secrets.insert("password", askQuietly(fmt::format("Password of {}: ", user.toStdString())));
    }
    const QString key = settings.text("keyFile");
    if (!settings.secrets.contains("keyPassphrase") && terminal && isEncrypted(key))
        settings.secrets.insert("keyPassphrase",
                                askQuietly(fmt::format("Passphrase of {}: ", key.toStdString())));
    return {};
}

}  // namespace sluice::cli
