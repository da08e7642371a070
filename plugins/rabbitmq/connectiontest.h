#pragma once

#include <QList>
#include <QObject>

#include "plugins/rabbitmq/httptransport.h"

namespace sluice::rabbitmq {

/// Takes the steps to a broker one after the other and says of each what came of it. Used once; lives on the
/// connection's thread.
class ConnectionTest : public QObject {
    Q_OBJECT

public:
    ConnectionTest(HttpTransport& transport, const ConnectionSettings& settings, QObject* parent);
    void start();

signals:
    void finished(const QList<sluice::TestStep>& steps);

private:
    void reached(QNetworkReply& reply);
    void readRights(const QByteArray& body);
    void askVersion();
    void askVirtualHost();
    void askFigures();
    void logInOverAmqp();
    void end();
    void pass(const QString& name, const QString& found = {});
    void fail(const QString& name, const BrokerProblem& problem,
              TestStep::Outcome outcome = TestStep::Outcome::Failed);

    HttpTransport& m_transport;
    ConnectionSettings m_settings;
    QList<TestStep> m_steps;
    bool m_mayEnter = false;  ///< the virtual host
};

}  // namespace sluice::rabbitmq
