#pragma once

#include <memory>

#include "plugins/api/brokerconnection.h"

namespace sluice::kafka {

class ClientThread;

/// The conversation with one Kafka cluster. What librdkafka makes wait for waits on a thread of its own.
class KafkaConnection : public BrokerConnection {
    Q_OBJECT

public:
    explicit KafkaConnection(const ConnectionSettings& settings);
    ~KafkaConnection() override;

    void test() override;
    void discover() override;

protected:
    [[nodiscard]] BrokerWatcher* makeWatcher(const WatchOrder& order) override;

private:
    ClientThread& thread();

    ConnectionSettings m_settings;
    std::unique_ptr<ClientThread> m_thread;
};

/// What the form of a connection to Kafka asks.
PluginDescription describe();

}  // namespace sluice::kafka
