#include "plugins/rabbitmq/rabbitmqconnection.h"

#include "plugins/rabbitmq/connectiontest.h"
#include "plugins/rabbitmq/discoverer.h"
#include "plugins/rabbitmq/watcher.h"

namespace sluice::rabbitmq {

RabbitConnection::RabbitConnection(const ConnectionSettings& settings) : m_settings(settings) {
    if (m_settings.text("virtualHost").isEmpty())
        m_settings.values.insert("virtualHost", "/");
}

RabbitConnection::~RabbitConnection() {
    stopWatching();
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

void RabbitConnection::watch(const WatchOrder& order) {
    stopWatching();
    m_watcher = new Watcher(transport(), m_settings, order, this);
    connect(m_watcher, &Watcher::statusChanged, this, &RabbitConnection::statusChanged);
    m_watcher->start();
}

void RabbitConnection::stopWatching() {
    if (!m_watcher)
        return;
    m_watcher->stop();
    m_watcher->deleteLater();
    m_watcher = nullptr;
}

}  // namespace sluice::rabbitmq
