#pragma once

#include <QObject>

#include "plugins/api/brokerconnection.h"

class QTcpSocket;

namespace sluice::rabbitmq {

/// Finds out whether an AMQP broker answers on the AMQP port, without TLS and without logging in: AmqpLogin's
/// first step. Used once; lives on the connection's thread and deletes itself.
class AmqpGreeting : public QObject {
    Q_OBJECT

public:
    explicit AmqpGreeting(const ConnectionSettings& settings, QObject* parent = nullptr);
    void start();

signals:
    /// Kind::None: it answered.
    void finished(const QString& place, const sluice::BrokerProblem& problem);

private:
    void end(const BrokerProblem& problem);
    void greet();
    void read();

    ConnectionSettings m_settings;
    QString m_place;
    QTcpSocket* m_socket;
    bool m_over = false;
};

}  // namespace sluice::rabbitmq
