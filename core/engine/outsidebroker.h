#pragma once

#include <cstdint>
#include <nlohmann/json.hpp>
#include <optional>
#include <string_view>
#include <vector>

#include "core/base/duration.h"
#include "core/trace/tracestore.h"

namespace sluice {

/// Something a client sends to a queue, exchange or topic.
struct OutsideSending {
    std::uint32_t number = 0;     ///< of this sending; what becomes of it is told by this number
    EntityId place = kNoEntity;   ///< exchange, queue or topic
    MessageId message = 0;        ///< one message may be sent several times: to several places, or again
    std::string_view routingKey;  ///< for an exchange
    const nlohmann::json* headers = nullptr;  ///< of the link it is published over; null: none
    std::int32_t priority = -1;               ///< negative: none
    Duration expiration{-1};                  ///< negative: none
    bool persistent = true;
    bool alone = false;  ///< to that place and nowhere else, whatever further routing keys the headers hold
};

/// An instance of a service, or a table, that reads a queue or topic.
struct OutsideReader {
    EntityId link = kNoEntity;  ///< consume or materialize
    EntityId place = kNoEntity;
    std::uint16_t instance = 0;
    std::uint32_t members = 1;  ///< of a topic's group that this instance is
    // Of a queue:
    std::uint32_t prefetch = 0;  ///< 0: no limit
    std::int32_t priority = 0;
    bool autoAck = false;
    bool exclusive = false;
    bool latest = false;  ///< of a topic: begins at its end
};

/// What the broker tells.
struct OutsideNews {
    enum class What : std::uint8_t {
        Confirmed,      ///< number; of a topic: partition, offset
        Refused,        ///< number: the broker did not take it
        Returned,       ///< number: no queue is bound for it; Confirmed follows
        Delivered,      ///< link, instance, delivery, number, message, redelivered, deaths; of a topic:
                        ///< partition, offset
        Seen,           ///< place, number, message, deaths: it stands in a queue that nobody reads
        ReaderRefused,  ///< link, instance: somebody else has the queue for himself
        Assigned,       ///< link, instance, partition
        Revoked,        ///< link, instance, partition
        Committed,      ///< link, partition, offset: of the next to read
    };
    /// It died in a queue so often; as x-death tells it, which counts from the first on.
    struct Death {
        EntityId queue = kNoEntity;
        DeathReason reason = DeathReason::Rejected;
        std::uint32_t count = 1;
    };
    What what = What::Confirmed;
    std::uint16_t instance = 0;
    bool redelivered = false;
    std::uint32_t number = 0;
    std::uint32_t delivery = 0;  ///< chosen by the broker's side, never twice in a run
    EntityId link = kNoEntity;
    EntityId place = kNoEntity;
    std::uint32_t partition = 0;
    std::int64_t offset = 0;
    std::optional<MessageInfo> message{};  ///< as created() told it
    std::vector<Death> deaths{};           ///< in the order in which they happened first
};

/// A broker outside of the program, on which queues and topics of a run stand: what its clients do there is
/// done to it, and what becomes of that comes back through Simulation::tell(). No function waits; all are
/// called where the run is played.
class OutsideBroker {
public:
    enum class Settlement : std::uint8_t {
        Acknowledge,  ///< of a topic: read on after it
        GiveBack,     ///< ready again
        Reject,       ///< not ready again: a dead letter, or gone
    };
    virtual ~OutsideBroker() = default;

    /// Whether an exchange, queue or topic stands there; others are played in the program.
    [[nodiscard]] virtual bool has(EntityId element) const = 0;
    /// A message came to be; correlation and origin are not filled in.
    virtual void created(const MessageInfo& message) = 0;
    virtual void send(const OutsideSending& sending) = 0;
    virtual void read(const OutsideReader& reader) = 0;
    /// What the reader holds and has not settled is ready again.
    virtual void leave(EntityId link, std::uint16_t instance) = 0;
    virtual void settle(std::uint32_t delivery, Settlement settlement) = 0;
};

}  // namespace sluice
