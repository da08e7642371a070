#pragma once

#include "plugins/api/brokerconnection.h"

namespace sluice::rabbitmq {

class HttpTransport;
class Watcher;

/// The conversation with one RabbitMQ, over its management API and its metrics.
class RabbitConnection : public BrokerConnection {
    Q_OBJECT

public:
    explicit RabbitConnection(const ConnectionSettings& settings);
    ~RabbitConnection() override;

    void test() override;
    void discover() override;
    void watch(const sluice::WatchOrder& order) override;
    void stopWatching() override;

private:
    /// Made on the thread that uses it.
    HttpTransport& transport();

    ConnectionSettings m_settings;
    HttpTransport* m_transport = nullptr;
    Watcher* m_watcher = nullptr;
};

/// What the form of a connection to RabbitMQ asks.
PluginDescription describe();

}  // namespace sluice::rabbitmq
