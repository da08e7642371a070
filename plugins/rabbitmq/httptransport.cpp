#include "plugins/rabbitmq/httptransport.h"

#include <QFile>
#include <QSslCertificate>
#include <QSslKey>
#include <QTimer>
#include <QUrl>

#include "plugins/api/patience.h"

namespace sluice::rabbitmq {
namespace {

/// A request that was not allowed to leave.
class RefusedReply : public QNetworkReply {
public:
    RefusedReply(const QNetworkRequest& request, QNetworkAccessManager::Operation operation, QObject* parent)
        : QNetworkReply(parent) {
        setRequest(request);
        setUrl(request.url());
        setOperation(operation);
        setError(QNetworkReply::ContentOperationNotPermittedError,
                 HttpTransport::tr("This connection is read-only."));
        setFinished(true);
        QTimer::singleShot(0, this, [this] {
            emit errorOccurred(error());
            emit finished();
        });
    }
    void abort() override {}

protected:
    qint64 readData(char* /*data*/, qint64 /*most*/) override { return -1; }
};

BrokerProblem wrongSetting(const QString& sentence, const QString& advice) {
    return {BrokerProblem::Kind::Settings, sentence, advice};
}

}  // namespace

HttpTransport::HttpTransport(const ConnectionSettings& settings, QObject* parent)
    : QNetworkAccessManager(parent), m_settings(settings), m_tls(settings.isOn("tls")) {
    setTransferTimeout(patienceOf(settings));
    setAutoDeleteReplies(true);
    if (settings.text("host").trimmed().isEmpty())
        m_problem = wrongSetting(tr("The connection has no host."), tr("Name the broker's host."));
    else if (m_tls)
        readCertificates();
}

void HttpTransport::readCertificates() {
    m_ssl = QSslConfiguration::defaultConfiguration();
    const QString authority = m_settings.text("caFile");
    if (!authority.isEmpty()) {
        const auto certificates = QSslCertificate::fromPath(authority);
        if (certificates.isEmpty())
            m_problem = wrongSetting(tr("%1 holds no certificate.").arg(authority),
                                     tr("Choose the authority's certificate as a PEM file."));
        m_ssl.addCaCertificates(certificates);
    }
    const QString own = m_settings.text("certificateFile");
    if (own.isEmpty())
        return;
    const auto certificates = QSslCertificate::fromPath(own);
    if (certificates.isEmpty()) {
        m_problem = wrongSetting(tr("%1 holds no certificate.").arg(own),
                                 tr("Choose the client's certificate as a PEM file."));
        return;
    }
    m_ssl.setLocalCertificateChain(certificates);
    QFile file(m_settings.text("keyFile"));
    if (!file.open(QIODevice::ReadOnly)) {
        m_problem = wrongSetting(tr("The client's key %1 cannot be read.").arg(file.fileName()),
                                 tr("Choose the key that belongs to the client's certificate."));
        return;
    }
    const QByteArray pem = file.readAll();
    const QByteArray passphrase = m_settings.secret("keyPassphrase").toUtf8();
    for (const QSsl::KeyAlgorithm algorithm : {QSsl::Rsa, QSsl::Ec}) {
        const QSslKey key(pem, algorithm, QSsl::Pem, QSsl::PrivateKey, passphrase);
        if (!key.isNull()) {
            m_ssl.setPrivateKey(key);
            return;
        }
    }
    m_problem = wrongSetting(tr("The client's key %1 cannot be unlocked.").arg(file.fileName()),
                             tr("Check its passphrase, and that it is an RSA or EC key in a PEM file."));
}

QString HttpTransport::place(Port port) const {
    return QStringLiteral("%1:%2").arg(
        m_settings.text("host").trimmed(),
        QString::number(m_settings.number(port == Port::Management ? "port" : "metricsPort")));
}

QString HttpTransport::virtualHost() const {
    const QString name = m_settings.text("virtualHost");
    return QString::fromUtf8(QUrl::toPercentEncoding(name.isEmpty() ? QStringLiteral("/") : name));
}

QNetworkRequest HttpTransport::request(Port port, const QString& path) const {
    QUrl url;
    url.setScheme(m_tls ? QStringLiteral("https") : QStringLiteral("http"));
    url.setHost(m_settings.text("host").trimmed());
    url.setPort(m_settings.number(port == Port::Management ? "port" : "metricsPort"));
    const qsizetype query = path.indexOf(u'?');
    // What is encoded stays so: a virtual host may be named "/".
    url.setPath(path.left(query), QUrl::StrictMode);
    if (query >= 0)
        url.setQuery(path.mid(query + 1), QUrl::StrictMode);
    QNetworkRequest made(url);
    made.setAttribute(QNetworkRequest::RedirectPolicyAttribute, QNetworkRequest::ManualRedirectPolicy);
    made.setRawHeader("User-Agent", "Sluice");
    if (port == Port::Management) {
        const QString both =
            QStringLiteral("%1:%2").arg(m_settings.text("user"), m_settings.secret("password"));
        made.setRawHeader("Authorization", "Basic " + both.toUtf8().toBase64());
    }
    if (m_tls) {
        made.setSslConfiguration(m_ssl);
        const QString name = m_settings.text("serverName");
        if (!name.isEmpty())
            made.setPeerVerifyName(name);
    }
    return made;
}

QNetworkReply* HttpTransport::ask(Port port, const QString& path) {
    QNetworkReply* reply = get(request(port, path));
    connect(reply, &QNetworkReply::sslErrors, reply, [reply](const QList<QSslError>& errors) {
        QStringList words;
        for (const QSslError& error : errors)
            words << error.errorString();
        reply->setProperty("tlsErrors", words.join(QStringLiteral("; ")));
    });
    return reply;
}

QNetworkReply* HttpTransport::change(const QByteArray& verb, const QString& path, const QByteArray& body) {
    QNetworkRequest made = request(Port::Management, path);
    made.setHeader(QNetworkRequest::ContentTypeHeader, "application/json");
    return sendCustomRequest(made, verb, body);
}

QNetworkReply* HttpTransport::createRequest(Operation operation, const QNetworkRequest& request,
                                            QIODevice* body) {
    const bool reads = operation == GetOperation || operation == HeadOperation;
    if (!reads && !m_settings.mayWrite)
        return new RefusedReply(request, operation, this);
    return QNetworkAccessManager::createRequest(operation, request, body);
}

}  // namespace sluice::rabbitmq
