#pragma once

#include <QNetworkAccessManager>
#include <QNetworkReply>
#include <QSslConfiguration>
#include <optional>

#include "plugins/api/brokerconnection.h"

namespace sluice::rabbitmq {

/// The one way to a broker: HTTP requests to its management API and its metrics. Read-only is kept here: a
/// request that is not GET or HEAD never leaves unless the settings allow writing. Lives on the connection's
/// thread.
class HttpTransport : public QNetworkAccessManager {
    Q_OBJECT

public:
    enum class Port : std::uint8_t { Management, Metrics };

    explicit HttpTransport(const ConnectionSettings& settings, QObject* parent = nullptr);

    /// What is wrong with the settings themselves: a certificate that cannot be read, no host.
    [[nodiscard]] const std::optional<BrokerProblem>& settingsProblem() const { return m_problem; }
    /// `path` with its query, percent-encoded, from the root: "/api/whoami".
    QNetworkReply* ask(Port port, const QString& path);
    /// A request that changes something on the broker.
    QNetworkReply* change(const QByteArray& verb, const QString& path, const QByteArray& body);
    [[nodiscard]] QString place(Port port) const;
    [[nodiscard]] bool usesTls() const { return m_tls; }
    /// Ms without an answer, after which a request is given up.
    [[nodiscard]] int patience() const { return transferTimeout(); }
    /// The settings' virtual host, percent-encoded.
    [[nodiscard]] QString virtualHost() const;

protected:
    QNetworkReply* createRequest(Operation operation, const QNetworkRequest& request,
                                 QIODevice* body) override;

private:
    [[nodiscard]] QNetworkRequest request(Port port, const QString& path) const;

    ConnectionSettings m_settings;
    bool m_tls = false;
    QSslConfiguration m_ssl;
    std::optional<BrokerProblem> m_problem;
};

/// Why the request failed, in words; none when it did not.
BrokerProblem problemOf(const QNetworkReply& reply, const HttpTransport& transport, HttpTransport::Port port);

}  // namespace sluice::rabbitmq
