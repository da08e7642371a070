#pragma once

#include <amqp.h>
#include <openssl/ssl.h>

#include <optional>

#include "plugins/api/brokerconnection.h"

namespace sluice::rabbitmq {

/// What rabbitmq-c leaves out of TLS: the same trust, names and words as over HTTP. Lives as long as the
/// connection whose socket it prepares.
class AmqpTls {
public:
    AmqpTls() = default;
    AmqpTls(const AmqpTls&) = delete;
    AmqpTls& operator=(const AmqpTls&) = delete;

    /// Before the socket is opened. What is wrong with the settings, if anything.
    [[nodiscard]] std::optional<BrokerProblem> prepare(amqp_socket_t* socket,
                                                       const ConnectionSettings& settings);
    /// Why there is no secure connection, after opening it or reading from it has failed; nothing if TLS is
    /// not to blame.
    [[nodiscard]] std::optional<BrokerProblem> problem(const QString& place) const;

private:
    static int verify(X509_STORE_CTX* store, void* self);
    static void follow(const SSL* ssl, int where, int value);

    QByteArray m_name;         ///< that the certificate is to be made out to; for SNI as well
    bool m_isAddress = false;  ///< it is no name
    int m_fault = 0;           ///< X509_V_ERR_… of the broker's certificate
    int m_alert = -1;          ///< that the broker ended the connection with; -1: none
    bool m_isTls = false;      ///< the broker has answered in TLS
    bool m_isSecure = false;   ///< the handshake is done
};

}  // namespace sluice::rabbitmq
