#pragma once

#include <QString>
#include <QStringList>
#include <vector>

#include "core/diagram/properties.h"
#include "plugins/api/brokerconnection.h"

namespace sluice::rabbitmq {

/// How an exchange leads to a queue.
struct Binding {
    QString exchange;
    QString queue;
    QString routingKey;
    Json arguments;
};

/// What there is to follow messages by.
struct Ways {
    bool firehose = false;          ///< it is on in the virtual host
    std::vector<Binding> bindings;  ///< of the wished queues, without those of the default exchange
    QStringList unbound;            ///< wished queues that have none
};

/// Asks the management API, and waits for it.
BrokerProblem findWays(const ConnectionSettings& settings, const QStringList& queues, Ways& ways);

}  // namespace sluice::rabbitmq
