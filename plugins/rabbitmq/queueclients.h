#pragma once

#include <map>
#include <memory>
#include <unordered_map>

#include "plugins/api/brokerclients.h"
#include "plugins/rabbitmq/amqpsession.h"

namespace sluice::rabbitmq {

/// Clients of a run on RabbitMQ: one connection for all that is sent, with confirms, and one for each reader,
/// as an application's instances have.
class QueueClients : public BrokerClients {
public:
    explicit QueueClients(const ConnectionSettings& settings) : m_settings(settings) {}

    [[nodiscard]] BrokerProblem open() override;
    [[nodiscard]] int mostCopies() override { return 0; }
    void send(const ClientSending& sending) override;
    void read(const ClientReader& reader) override;
    void leave(quint32 reader) override;
    void settle(quint32 delivery, Settlement settlement) override;
    [[nodiscard]] bool isReady() override { return true; }
    [[nodiscard]] BrokerProblem take(std::chrono::microseconds wait, const Told& told) override;

private:
    struct Reading {
        AmqpSession session;
        bool autoAck = false;
    };
    struct Delivery {
        quint32 reader = 0;
        std::uint64_t tag = 0;
    };

    bool ok(BrokerProblem problem);
    bool hear(AmqpSession& session, const Told& told);
    bool hear(quint32 reader, Reading& reading, const Told& told);
    void confirmed(std::uint64_t upTo, bool multiple, ClientNews::What what, const Told& told);
    void waitForMore(std::chrono::microseconds wait);

    ConnectionSettings m_settings;
    BrokerProblem m_problem;
    AmqpSession m_sending;
    std::uint64_t m_sent = 0;                   ///< the publisher's sequence number, from 1
    std::map<std::uint64_t, quint32> m_flying;  ///< not confirmed: their numbers
    std::map<quint32, std::unique_ptr<Reading>> m_readers;
    std::unordered_map<quint32, Delivery> m_held;
    std::vector<ClientNews> m_denied;
    quint32 m_lastDelivery = 0;
    amqp_frame_t m_frame{};
};

}  // namespace sluice::rabbitmq
