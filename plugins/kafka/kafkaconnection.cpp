#include "plugins/kafka/kafkaconnection.h"

#include "plugins/kafka/clientthread.h"
#include "plugins/kafka/connectiontest.h"
#include "plugins/kafka/discovery.h"
#include "plugins/kafka/watcher.h"

namespace sluice::kafka {

KafkaConnection::KafkaConnection(const ConnectionSettings& settings) : m_settings(settings) {}

KafkaConnection::~KafkaConnection() = default;

ClientThread& KafkaConnection::thread() {
    // Made on the thread that uses it.
    if (!m_thread)
        m_thread = std::make_unique<ClientThread>(m_settings);
    return *m_thread;
}

void KafkaConnection::test() {
    thread().ask<QList<TestStep>>([](ReadingClient& client) { return testConnection(client); },
                                  [this](const QList<TestStep>& steps) { emit tested(steps); });
}

void KafkaConnection::discover() {
    thread().ask<Asked<Discovery>>([](ReadingClient& client) { return discoverCluster(client); },
                                   [this](const Asked<Discovery>& found) {
                                       if (found.ok())
                                           emit discovered(found.answer);
                                       else
                                           emit discoveryFailed(found.problem);
                                   });
}

BrokerWatcher* KafkaConnection::makeWatcher(const WatchOrder& order) {
    return new Watcher(m_settings, order, this);
}

}  // namespace sluice::kafka
