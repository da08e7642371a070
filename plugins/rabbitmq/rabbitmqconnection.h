#pragma once

#include "plugins/api/brokerconnection.h"

namespace sluice::rabbitmq {

class HttpTransport;

/// The conversation with one RabbitMQ, over its management API and its metrics.
class RabbitConnection : public BrokerConnection {
    Q_OBJECT

public:
    explicit RabbitConnection(const ConnectionSettings& settings);

    void test() override;
    void discover() override;

protected:
    [[nodiscard]] BrokerWatcher* makeWatcher(const WatchOrder& order) override;

private:
    /// Made on the thread that uses it.
    HttpTransport& transport();

    ConnectionSettings m_settings;
    HttpTransport* m_transport = nullptr;
};

/// What the form of a connection to RabbitMQ asks.
PluginDescription describe();

}  // namespace sluice::rabbitmq
