#pragma once

#include <chrono>
#include <map>
#include <memory>
#include <unordered_map>
#include <vector>

#include "core/diagram/diagram.h"
#include "core/engine/outsidebroker.h"
#include "plugins/api/brokerclients.h"

namespace sluice {

/// Real brokers as the engine sees them: what it calls by numbers has names there, a message has a body, and
/// what comes back is recognised by a header. Lives on the thread of its run.
class RealBroker : public OutsideBroker {
public:
    /// The header by which a message is recognised.
    static constexpr const char* kHeader = "sluice-sending";

    /// `names`: by EntityId, as the brokers call what stands there; empty: it does not. Links that read a
    /// topic have the name of their group. `clientsOf`: who speaks with the broker that has it; they outlive
    /// this.
    RealBroker(const Diagram& drawing, std::vector<QString> names, std::vector<BrokerClients*> clientsOf);

    /// Who the messages are of; before the first is sent.
    void setTable(std::shared_ptr<const EntityTable> table) { m_table = std::move(table); }
    /// Looks into queues that nobody reads, as far as that changes nothing in them: what comes there is told.
    void observe();
    /// Every reader has been given what it is to read.
    [[nodiscard]] bool isReady() const;
    /// What the brokers have told, or nothing after a while.
    [[nodiscard]] BrokerProblem take(std::chrono::microseconds wait, std::vector<OutsideNews>& news);

    [[nodiscard]] bool has(EntityId element) const override { return m_clientsOf[element] != nullptr; }
    void created(const MessageInfo& message) override;
    void send(const OutsideSending& sending) override;
    void read(const OutsideReader& reader) override;
    void leave(EntityId link, std::uint16_t instance) override;
    void settle(std::uint32_t delivery, Settlement settlement) override;

private:
    struct Reader {
        EntityId link = kNoEntity;  ///< kNoEntity: it only looks
        EntityId place = kNoEntity;
        std::uint16_t instance = 0;
        BrokerClients* clients = nullptr;
    };
    struct Delivery {
        BrokerClients* clients = nullptr;
        quint32 number = 0;  ///< as those clients call it
    };

    [[nodiscard]] BrokerMessage messageOf(const OutsideSending& sending) const;
    [[nodiscard]] nlohmann::ordered_json furtherKeys(const nlohmann::json& keys, EntityId place) const;
    [[nodiscard]] OutsideNews translated(BrokerClients* clients, const ClientNews& news);
    void recognise(const BrokerMessage& message, OutsideNews& told) const;
    [[nodiscard]] std::vector<OutsideNews::Death> deathsOf(const BrokerMessage& message) const;

    std::vector<QString> m_names;
    std::vector<BrokerClients*> m_clientsOf;  ///< by element
    std::vector<BrokerClients*> m_clients;    ///< each once
    std::vector<EntityId> m_unread;           ///< queues to look into
    std::unordered_map<std::string, EntityId> m_queues;
    std::unordered_map<std::string, EntityId>
        m_drawnQueues;  ///< by the ids by which a run in the program calls them
    std::vector<ElementKind> m_kinds;
    std::vector<bool> m_crc32;
    std::shared_ptr<const EntityTable> m_table;
    std::vector<MessageInfo> m_messages;  ///< by id less one
    std::map<quint32, Reader> m_readers;
    std::unordered_map<std::uint32_t, Delivery> m_deliveries;
    quint32 m_lastReader = 0;
    std::uint32_t m_lastDelivery = 0;
};

}  // namespace sluice
