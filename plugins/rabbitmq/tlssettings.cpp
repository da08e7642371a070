#include "plugins/rabbitmq/tlssettings.h"

#include <QCoreApplication>
#include <QFile>
#include <QSslCertificate>
#include <QSslKey>

namespace sluice::rabbitmq {
namespace {

struct TlsWords {
    Q_DECLARE_TR_FUNCTIONS(TlsSettings)
};

BrokerProblem wrongFile(const QString& sentence, const QString& advice) {
    return {BrokerProblem::Kind::Settings, sentence, advice};
}

}  // namespace

std::optional<BrokerProblem> readCertificates(const ConnectionSettings& settings, QSslConfiguration& ssl) {
    const QString authority = settings.text("caFile");
    if (!authority.isEmpty()) {
        const auto certificates = QSslCertificate::fromPath(authority);
        if (certificates.isEmpty())
            return wrongFile(TlsWords::tr("%1 holds no certificate.").arg(authority),
                             TlsWords::tr("Choose the authority's certificate as a PEM file."));
        ssl.addCaCertificates(certificates);
    }
    const QString own = settings.text("certificateFile");
    if (own.isEmpty())
        return std::nullopt;
    const auto certificates = QSslCertificate::fromPath(own);
    if (certificates.isEmpty())
        return wrongFile(TlsWords::tr("%1 holds no certificate.").arg(own),
                         TlsWords::tr("Choose the client's certificate as a PEM file."));
    ssl.setLocalCertificateChain(certificates);
    QFile file(settings.text("keyFile"));
    if (!file.open(QIODevice::ReadOnly))
        return wrongFile(TlsWords::tr("The client's key %1 cannot be read.").arg(file.fileName()),
                         TlsWords::tr("Choose the key that belongs to the client's certificate."));
    const QByteArray pem = file.readAll();
    const QByteArray passphrase = settings.secret("keyPassphrase").toUtf8();
    for (const QSsl::KeyAlgorithm algorithm : {QSsl::Rsa, QSsl::Ec}) {
        const QSslKey key(pem, algorithm, QSsl::Pem, QSsl::PrivateKey, passphrase);
        if (key.isNull())
            continue;
        ssl.setPrivateKey(key);
        return std::nullopt;
    }
    return wrongFile(TlsWords::tr("The client's key %1 cannot be unlocked.").arg(file.fileName()),
                     TlsWords::tr("Check its passphrase, and that it is an RSA or EC key in a PEM file."));
}

}  // namespace sluice::rabbitmq
