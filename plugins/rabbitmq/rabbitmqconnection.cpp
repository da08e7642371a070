#include "plugins/rabbitmq/rabbitmqconnection.h"

#include "plugins/rabbitmq/connectiontest.h"
#include "plugins/rabbitmq/discoverer.h"
#include "plugins/rabbitmq/watcher.h"

namespace sluice::rabbitmq {

RabbitConnection::RabbitConnection(const ConnectionSettings& settings) : m_settings(settings) {
    if (m_settings.text("virtualHost").isEmpty())
        m_settings.values.insert("virtualHost", "/");
}

HttpTransport& RabbitConnection::transport() {
    if (!m_transport)
        m_transport = new HttpTransport(m_settings, this);
    return *m_transport;
}

void RabbitConnection::test() {
    auto* test = new ConnectionTest(transport(), m_settings, this);
    connect(test, &ConnectionTest::finished, this, &RabbitConnection::tested);
    test->start();
}

void RabbitConnection::discover() {
    auto* discoverer = new Discoverer(transport(), m_settings, this);
    connect(discoverer, &Discoverer::discovered, this, &RabbitConnection::discovered);
    connect(discoverer, &Discoverer::failed, this, &RabbitConnection::discoveryFailed);
    discoverer->start();
}

BrokerWatcher* RabbitConnection::makeWatcher(const WatchOrder& order) {
    return new Watcher(transport(), m_settings, order, this);
}

}  // namespace sluice::rabbitmq
