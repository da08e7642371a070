#include "plugins/rabbitmq/amqptls.h"

#include <amqp_ssl_socket.h>
#include <openssl/err.h>
#include <openssl/pem.h>
#include <openssl/x509v3.h>

#include <QCoreApplication>
#include <QHostAddress>
#include <QSslKey>
#include <QUrl>
#include <memory>

#include "plugins/api/opensslfaults.h"
#include "plugins/rabbitmq/tlssettings.h"

namespace sluice::rabbitmq {
namespace {

struct AmqpTlsWords {
    Q_DECLARE_TR_FUNCTIONS(AmqpTls)
};

using Kind = BrokerProblem::Kind;
constexpr int kUsualPort = 5671;

template <auto Free>
struct Freed {
    template <class T>
    void operator()(T* what) const {
        Free(what);
    }
};
using Memory = std::unique_ptr<BIO, Freed<&BIO_free_all>>;
using Certificate = std::unique_ptr<X509, Freed<&X509_free>>;
using Key = std::unique_ptr<EVP_PKEY, Freed<&EVP_PKEY_free>>;

Memory memoryOf(const QByteArray& pem) {
    return Memory(BIO_new_mem_buf(pem.constData(), static_cast<int>(pem.size())));
}

/// The own certificate with those between it and the authority, and its key.
bool useOwn(SSL_CTX* context, const QSslConfiguration& ssl) {
    bool first = true;
    for (const QSslCertificate& one : ssl.localCertificateChain()) {
        Certificate certificate(PEM_read_bio_X509(memoryOf(one.toPem()).get(), nullptr, nullptr, nullptr));
        if (!certificate)
            return false;
        if (std::exchange(first, false)) {
            if (SSL_CTX_use_certificate(context, certificate.get()) != 1)
                return false;
        } else if (SSL_CTX_add_extra_chain_cert(context, certificate.release()) != 1) {
            return false;
        }
    }
    const Key key(
        PEM_read_bio_PrivateKey(memoryOf(ssl.privateKey().toPem()).get(), nullptr, nullptr, nullptr));
    return key && SSL_CTX_use_PrivateKey(context, key.get()) == 1 && SSL_CTX_check_private_key(context) == 1;
}

}  // namespace

std::optional<BrokerProblem> AmqpTls::prepare(amqp_socket_t* socket, const ConnectionSettings& settings) {
    QSslConfiguration ssl;
    if (auto problem = readCertificates(settings, ssl))
        return problem;
    auto* context = static_cast<SSL_CTX*>(amqp_ssl_socket_get_context(socket));
    ERR_clear_error();
    SSL_CTX_set_default_verify_paths(context);
    const QByteArray authority = settings.text("caFile").toLocal8Bit();
    if (!authority.isEmpty() && SSL_CTX_load_verify_locations(context, authority.constData(), nullptr) != 1)
        return BrokerProblem{Kind::Settings,
                             AmqpTlsWords::tr("%1 holds no certificate.").arg(settings.text("caFile")),
                             AmqpTlsWords::tr("Choose the authority's certificate as a PEM file.")};
    if (!ssl.localCertificateChain().isEmpty() && !useOwn(context, ssl))
        return BrokerProblem{
            Kind::Settings,
            AmqpTlsWords::tr("The client's certificate %1 and its key do not belong together.")
                .arg(settings.text("certificateFile")),
            AmqpTlsWords::tr("Choose the key that the certificate was made for.")};
    const QString other = settings.text("serverName").trimmed();
    const QString name = other.isEmpty() ? settings.text("host").trimmed() : other;
    m_isAddress = !QHostAddress(name).isNull();
    m_name = m_isAddress ? name.toLatin1() : QUrl::toAce(name);
    X509_VERIFY_PARAM* wanted = SSL_CTX_get0_param(context);
    if (m_isAddress)
        X509_VERIFY_PARAM_set1_ip_asc(wanted, m_name.constData());
    else
        X509_VERIFY_PARAM_set1_host(wanted, m_name.constData(), 0);
    SSL_CTX_set_verify(context, SSL_VERIFY_PEER, nullptr);
    SSL_CTX_set_cert_verify_callback(context, &AmqpTls::verify, this);
    SSL_CTX_set_app_data(context, this);
    SSL_CTX_set_info_callback(context, &AmqpTls::follow);
    // The library compares the certificate with the name that it connects to. Which name counts was said
    // above.
    amqp_ssl_socket_set_verify_peer(socket, 1);
    amqp_ssl_socket_set_verify_hostname(socket, 0);
    return std::nullopt;
}

int AmqpTls::verify(X509_STORE_CTX* store, void* self) {
    const int fine = X509_verify_cert(store);
    if (fine != 1)
        static_cast<AmqpTls*>(self)->m_fault = X509_STORE_CTX_get_error(store);
    return fine;
}

void AmqpTls::follow(const SSL* ssl, int where, int value) {
    auto* self = static_cast<AmqpTls*>(SSL_CTX_get_app_data(SSL_get_SSL_CTX(ssl)));
    // The library names the place it connects to; the name is another one if the settings say so, and an
    // address is none (RFC 6066, section 3).
    if (where & SSL_CB_HANDSHAKE_START && !self->m_isSecure)
        SSL_ctrl(const_cast<SSL*>(ssl), SSL_CTRL_SET_TLSEXT_HOSTNAME, TLSEXT_NAMETYPE_host_name,
                 self->m_isAddress ? nullptr : self->m_name.data());
    if (where & SSL_CB_HANDSHAKE_DONE)
        self->m_isSecure = true;
    if ((where & SSL_CB_LOOP) != 0 && SSL_get_state(ssl) == TLS_ST_CR_SRVR_HELLO)
        self->m_isTls = true;
    if ((where & SSL_CB_READ_ALERT) == SSL_CB_READ_ALERT && value >> 8 == SSL3_AL_FATAL)
        self->m_alert = value & 0xff;
}

std::optional<BrokerProblem> AmqpTls::problem(const QString& place) const {
    if (m_fault != 0)
        return certificateProblem(certificateFaultOf(m_fault), place,
                                  QString::fromLatin1(X509_verify_cert_error_string(m_fault)));
    switch (m_alert) {
        case -1:
            break;
        case SSL_AD_UNRECOGNIZED_NAME:
            return BrokerProblem{Kind::Tls, AmqpTlsWords::tr("%1 knows no server %2.").arg(place, m_name),
                                 AmqpTlsWords::tr("Set the server name that the broker is known by.")};
        case SSL_AD_CERTIFICATE_REQUIRED:
        case SSL_AD_HANDSHAKE_FAILURE:
        case SSL_AD_BAD_CERTIFICATE:
        case SSL_AD_UNSUPPORTED_CERTIFICATE:
        case SSL_AD_CERTIFICATE_REVOKED:
        case SSL_AD_CERTIFICATE_EXPIRED:
        case SSL_AD_CERTIFICATE_UNKNOWN:
        case SSL_AD_UNKNOWN_CA:
            return ownCertificateProblem(place,
                                         m_alert == SSL_AD_CERTIFICATE_REQUIRED
                                             ? QStringLiteral("certificate required")
                                             : QString::fromLatin1(SSL_alert_desc_string_long(m_alert)));
        default:
            return BrokerProblem{
                Kind::Tls,
                AmqpTlsWords::tr("No secure connection to %1: %2.")
                    .arg(place, QString::fromLatin1(SSL_alert_desc_string_long(m_alert))),
                AmqpTlsWords::tr("Check the certificates, and the versions of TLS that the broker "
                                 "speaks.")};
    }
    if (m_isSecure || m_isTls)
        return std::nullopt;
    return noTlsProblem(place, kUsualPort);
}

}  // namespace sluice::rabbitmq
