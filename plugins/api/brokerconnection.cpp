#include "plugins/api/brokerconnection.h"

#include "plugins/api/brokerwatcher.h"

namespace sluice {

BrokerConnection::~BrokerConnection() {
    stopWatching();
}

void BrokerConnection::watch(const WatchOrder& order) {
    stopWatching();
    m_watcher = makeWatcher(order);
    connect(m_watcher, &BrokerWatcher::statusChanged, this, &BrokerConnection::statusChanged);
    m_watcher->start();
}

void BrokerConnection::stopWatching() {
    if (!m_watcher)
        return;
    m_watcher->stop();
    m_watcher->deleteLater();
    m_watcher = nullptr;
}

}  // namespace sluice
