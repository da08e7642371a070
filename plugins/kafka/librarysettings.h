#pragma once

#include <map>
#include <string>

#include "plugins/api/brokerconnection.h"

namespace sluice::kafka {

/// The mechanisms of the form's choice, in its order; the first stands for none.
QStringList saslMechanisms();

/// A connection's settings in the words of librdkafka (its CONFIGURATION.md). A client made of them makes no
/// topic, belongs to no group and commits nothing.
std::map<std::string, std::string> librarySettings(const ConnectionSettings& settings);

/// What is wrong with the settings themselves: no server, a certificate that cannot be read, no user where
/// one is needed. None: librdkafka will take them.
BrokerProblem problemWith(const ConnectionSettings& settings);

/// The servers to begin with, each with its port: "a, b:9093" is a:9092 and b:9093.
QStringList bootstrapServers(const ConnectionSettings& settings);

/// Host and port of "host:9092" or "[::1]:9092".
std::pair<QString, int> hostAndPort(const QString& place);

}  // namespace sluice::kafka
