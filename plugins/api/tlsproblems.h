#pragma once

#include <cstdint>

#include "plugins/api/brokerconnection.h"

namespace sluice {

/// Why a broker's certificate is not accepted.
enum class CertificateFault : std::uint8_t {
    Expired,
    NotYetValid,  ///< or this machine's clock is wrong
    OtherName,
    Untrusted,  ///< by an authority that is not known, or anything else
};

/// The same words for every kind of broker and every way to it. `said` is the library's reason.
BrokerProblem certificateProblem(CertificateFault fault, const QString& place, const QString& said);

/// Nobody speaks TLS there; `port` is the one where somebody would as a rule.
BrokerProblem noTlsProblem(const QString& place, int port);

/// The broker ended the handshake: it wants to know its clients.
BrokerProblem ownCertificateProblem(const QString& place, const QString& said);

/// The broker ended a secure connection before anybody logged in, and did not say why.
BrokerProblem silentRefusal(const QString& place);

}  // namespace sluice
