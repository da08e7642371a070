#include "plugins/rabbitmq/httptransport.h"

#include <QTimer>
#include <QUrl>

#include "plugins/api/patience.h"
#include "plugins/rabbitmq/tlssettings.h"

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

}  // namespace

HttpTransport::HttpTransport(const ConnectionSettings& settings, QObject* parent)
    : QNetworkAccessManager(parent),
      m_settings(settings),
      m_tls(settings.isOn("tls")),
      m_ssl(QSslConfiguration::defaultConfiguration()) {
    setTransferTimeout(patienceOf(settings));
    setAutoDeleteReplies(true);
    if (settings.text("host").trimmed().isEmpty())
        m_problem = {BrokerProblem::Kind::Settings, tr("The connection has no host."),
                     tr("Name the broker's host.")};
    else if (m_tls)
        m_problem = readCertificates(settings, m_ssl);
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
        // Of several the one that none of the others is a consequence of.
        for (const QSslError& error : errors) {
            if (error.error() == QSslError::CertificateExpired ||
                error.error() == QSslError::CertificateNotYetValid ||
                error.error() == QSslError::HostNameMismatch)
                reply->setProperty("tlsFault", error.error());
        }
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
