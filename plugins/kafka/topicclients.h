#pragma once

#include <map>
#include <memory>

#include "plugins/api/brokerclients.h"

namespace sluice::kafka {

/// Clients of a run on Kafka: one producer that waits for all copies in sync, and a consumer for each member
/// of a group, which commits what was settled.
class TopicClients : public BrokerClients {
public:
    explicit TopicClients(const ConnectionSettings& settings);
    ~TopicClients() override;

    [[nodiscard]] BrokerProblem open() override;
    [[nodiscard]] int mostCopies() override;
    void send(const ClientSending& sending) override;
    void read(const ClientReader& reader) override;
    void leave(quint32 reader) override;
    void settle(quint32 delivery, Settlement settlement) override;
    [[nodiscard]] bool isReady() override;
    [[nodiscard]] BrokerProblem take(std::chrono::microseconds wait, const Told& told) override;

private:
    struct Producer;
    struct Member;
    bool ok(BrokerProblem problem);

    ConnectionSettings m_settings;
    BrokerProblem m_problem;
    std::unique_ptr<Producer> m_producer;
    std::vector<std::unique_ptr<Member>> m_members;
    quint32 m_lastDelivery = 0;
};

}  // namespace sluice::kafka
