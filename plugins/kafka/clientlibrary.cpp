#include "plugins/kafka/clientlibrary.h"

#include <QCoreApplication>
#include <QDateTime>
#include <algorithm>
#include <array>

#include "plugins/kafka/librarysettings.h"
#include "plugins/kafka/webtoken.h"

namespace sluice::kafka {
namespace {

struct LibraryWords {
    Q_DECLARE_TR_FUNCTIONS(ClientLibrary)
};

using Kind = BrokerProblem::Kind;

void complain(rd_kafka_t*, int error, const char* reason, void* library) {
    auto& complaints = static_cast<ClientLibrary*>(library)->complaints;
    constexpr std::size_t kKept = 50;
    if (complaints.size() == kKept)
        complaints.erase(complaints.begin());
    complaints.push_back({error, QString::fromUtf8(reason)});
}
void refresh(rd_kafka_t* handle, const char*, void*) {
    rd_kafka_oauthbearer_set_token_failure(handle, "the token has expired");
}
/// As the library would decide; it keeps the reason to itself.
int checkCertificate(rd_kafka_t*, const char*, std::int32_t, int* error, int, const char*, std::size_t, char*,
                     std::size_t, void* library) {
    if (*error != 0)
        static_cast<ClientLibrary*>(library)->certificateError = *error;
    return *error == 0 ? 1 : 0;
}
void stayQuiet(const rd_kafka_t*, int, const char*, const char*) {}

}  // namespace

bool ClientLibrary::isDown() {
    listen();
    return std::any_of(complaints.begin(), complaints.end(), [](const LibraryComplaint& one) {
        return one.error == RD_KAFKA_RESP_ERR__ALL_BROKERS_DOWN;
    });
}

BrokerProblem ClientLibrary::problem(int error, const ConnectionSettings& settings) {
    listen();
    return problemOf(error, complaints, settings, certificateError);
}

BrokerProblem ClientLibrary::make(const ConnectionSettings& settings,
                                  const std::map<std::string, std::string>& more, Delivered delivered) {
    std::array<char, 512> said{};
    rd_kafka_conf_t* conf = rd_kafka_conf_new();
    std::map<std::string, std::string> words = librarySettings(settings);
    for (const auto& [name, value] : more)
        words[name] = value;
    for (const auto& [name, value] : words) {
        if (rd_kafka_conf_set(conf, name.c_str(), value.c_str(), said.data(), said.size()) !=
            RD_KAFKA_CONF_OK) {
            rd_kafka_conf_destroy(conf);
            return {Kind::Settings,
                    LibraryWords::tr("The client library refuses a setting: %1.")
                        .arg(QString::fromUtf8(said.data())),
                    LibraryWords::tr("Check the connection's settings.")};
        }
    }
    rd_kafka_conf_set_opaque(conf, this);
    rd_kafka_conf_set_error_cb(conf, &complain);
    rd_kafka_conf_set_log_cb(conf, &stayQuiet);
    rd_kafka_conf_set_ssl_cert_verify_cb(conf, &checkCertificate);
    rd_kafka_conf_set_oauthbearer_token_refresh_cb(conf, &refresh);
    if (delivered)
        rd_kafka_conf_set_dr_msg_cb(conf, delivered);
    handle.reset(
        rd_kafka_new(delivered ? RD_KAFKA_PRODUCER : RD_KAFKA_CONSUMER, conf, said.data(), said.size()));
    if (handle)
        return giveToken(settings);
    rd_kafka_conf_destroy(conf);
    const QString reason = QString::fromUtf8(said.data());
    if (reason.contains("ssl.key") || reason.contains("decrypt"))
        return {Kind::Settings,
                LibraryWords::tr("The key %1 cannot be opened.").arg(settings.text("keyFile")),
                LibraryWords::tr("Check its passphrase. The library says: %1").arg(reason)};
    if (reason.contains("ssl."))
        return {Kind::Settings, LibraryWords::tr("A certificate cannot be used: %1.").arg(reason),
                LibraryWords::tr("Choose certificates and keys in PEM files.")};
    return {Kind::Settings, LibraryWords::tr("No client can be made of the settings: %1.").arg(reason),
            LibraryWords::tr("Check the connection's settings.")};
}

BrokerProblem ClientLibrary::giveToken(const ConnectionSettings& settings) const {
    if (settings.text("sasl") != "OAUTHBEARER")
        return {};
    const WebToken token = readWebToken(settings.secret("token"));
    if (!token.readable)
        return {Kind::Settings, LibraryWords::tr("The token is no JSON web token."),
                LibraryWords::tr("It has three parts with dots between them. Copy it whole.")};
    if (token.expires <= QDateTime::currentMSecsSinceEpoch())
        return {Kind::Credentials, LibraryWords::tr("The token has expired."),
                LibraryWords::tr("Get a new one from your identity provider.")};
    std::array<char, 512> said{};
    const QByteArray text = settings.secret("token").trimmed().toUtf8();
    if (rd_kafka_oauthbearer_set_token(handle.get(), text.constData(), token.expires,
                                       token.subject.toUtf8().constData(), nullptr, 0, said.data(),
                                       said.size()) != RD_KAFKA_RESP_ERR_NO_ERROR)
        return {Kind::Settings,
                LibraryWords::tr("The token cannot be used: %1.").arg(QString::fromUtf8(said.data())),
                LibraryWords::tr("Get a new one from your identity provider.")};
    return {};
}

}  // namespace sluice::kafka
