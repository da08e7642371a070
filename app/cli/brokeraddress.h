#pragma once

#include <functional>
#include <optional>
#include <string>

#include "core/base/result.h"
#include "plugins/api/connectionform.h"

namespace sluice::cli {

/// The settings of the connection that an address names:
///   kafka://[USER@]HOST[:PORT][,HOST…][?sasl=SCRAM-SHA-512&ca=FILE…], kafkas:// with TLS;
///   http://[USER@]HOST[:PORT][/VHOST][?metrics=PORT…], https:// with TLS;
///   amqp://[USER@]HOST[:PORT][/VHOST], amqps:// with TLS;
/// of which the last four are RabbitMQ's. The port is that of the protocol named; of the other, it is the
/// usual one, or the parameter management or amqp. Errors: an unknown scheme or parameter, and a password in
/// the address, which everybody on the machine can see.
Result<ConnectionSettings> brokerSettings(const std::string& address);

/// Secrets come from the environment (SLUICE_PASSWORD, SLUICE_TOKEN, SLUICE_KEY_PASSPHRASE), or a person at a
/// terminal is asked: for the password of a user, for the token, for the passphrase of a key that needs one.
/// Errors: there is a user, no password, and nobody to ask.
Result<void> addSecrets(ConnectionSettings& settings);

}  // namespace sluice::cli
