#pragma once

#include <QSslConfiguration>
#include <optional>

#include "plugins/api/brokerconnection.h"

namespace sluice::rabbitmq {

/// Reads the certificates and the key that the settings name into `ssl`: the authority's is trusted besides
/// those that the system trusts. What cannot be read, if anything.
std::optional<BrokerProblem> readCertificates(const ConnectionSettings& settings, QSslConfiguration& ssl);

}  // namespace sluice::rabbitmq
