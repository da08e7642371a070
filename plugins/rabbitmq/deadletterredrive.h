#pragma once

#include "plugins/api/brokerredrive.h"

namespace sluice::rabbitmq {

/// Redrives over AMQP: one connection takes from the queue of dead letters, another publishes with confirms.
class DeadLetterRedrive : public BrokerRedrive {
public:
    explicit DeadLetterRedrive(ConnectionSettings settings) : m_settings(std::move(settings)) {}
    RedriveResult run(const RedriveWish& wish,
                      const std::function<bool(const RedrivenLetter&)>& told) override;

private:
    ConnectionSettings m_settings;
};

}  // namespace sluice::rabbitmq
