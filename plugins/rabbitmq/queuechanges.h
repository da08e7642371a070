#pragma once

#include "plugins/api/brokerchanges.h"

namespace sluice::rabbitmq {

/// Changes what a virtual host has: exchanges, queues and bindings over the management API, messages over
/// AMQP. Read-only is kept by both ways out (HttpTransport, AmqpSession).
class QueueChanges : public BrokerChanges {
public:
    explicit QueueChanges(const ConnectionSettings& settings) : m_settings(settings) {}

    [[nodiscard]] std::vector<ElementKind> kinds() const override {
        return {ElementKind::Exchange, ElementKind::Queue};
    }
    BrokerProblem apply(const BrokerStep& step) override;
    PublishResult publish(const PublishWish& wish, PublishSource& source) override;
    PurgeResult purge(const QString& place, bool dryRun) override;
    /// RabbitMQ has no consumer groups: always a problem.
    OffsetsResult moveOffsets(const OffsetsWish& wish) override;

private:
    ConnectionSettings m_settings;
};

/// Publishes with confirms, mandatory: what no queue takes is counted as unroutable.
PublishResult publishMessages(const ConnectionSettings& settings, const PublishWish& wish,
                              PublishSource& source);

}  // namespace sluice::rabbitmq
