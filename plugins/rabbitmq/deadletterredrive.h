#pragma once

#include "plugins/api/brokerredrive.h"

namespace sluice::rabbitmq {

/// Redrives over AMQP: one connection takes from the queue of dead letters, another publishes with confirms.
/// Newer messages are looked for among the letters alone: to look into the queue that they go to would mark
/// what stands there as redelivered.
class DeadLetterRedrive : public BrokerRedrive {
public:
    explicit DeadLetterRedrive(ConnectionSettings settings) : m_settings(std::move(settings)) {}
    RedriveResult run(const RedriveWish& wish, RedriveListener& listener) override;

private:
    ConnectionSettings m_settings;
};

}  // namespace sluice::rabbitmq
