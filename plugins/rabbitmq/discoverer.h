#pragma once

#include <QElapsedTimer>
#include <QHash>
#include <QObject>

#include "plugins/rabbitmq/httptransport.h"

namespace sluice::rabbitmq {

/// Asks for all that makes the drawing of a virtual host, at once, and draws it. Used once; lives on the
/// connection's thread.
class Discoverer : public QObject {
    Q_OBJECT

public:
    Discoverer(HttpTransport& transport, const ConnectionSettings& settings, QObject* parent);
    void start();

signals:
    void discovered(const sluice::Discovery& discovery);
    void failed(const sluice::BrokerProblem& problem);

private:
    void ask(const QString& what, HttpTransport::Port port, const QString& path, bool needed);
    void draw();

    HttpTransport& m_transport;
    ConnectionSettings m_settings;
    QHash<QString, QByteArray> m_answers;
    QStringList m_missing;
    QElapsedTimer m_clock;
    int m_open = 0;
    bool m_failed = false;
};

}  // namespace sluice::rabbitmq
