#pragma once

#include <QObject>

#include "plugins/api/brokerconnection.h"

namespace sluice::rabbitmq {

/// Finds out whether the AMQP port can be used: with TLS or without, it logs in and opens a channel, as who
/// looks at messages does. What is watched comes over HTTP, so nobody else tries it before. Used once; lives
/// on the connection's thread, waits on one of its own, and deletes itself.
class AmqpLogin : public QObject {
    Q_OBJECT

public:
    explicit AmqpLogin(const ConnectionSettings& settings, QObject* parent = nullptr);
    void start();

signals:
    /// Kind::None: it was let in.
    void finished(const QString& place, const sluice::BrokerProblem& problem);

private:
    void greeted(const QString& place, const BrokerProblem& problem);
    void end(const QString& place, const BrokerProblem& problem);

    ConnectionSettings m_settings;
};

}  // namespace sluice::rabbitmq
