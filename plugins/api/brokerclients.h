#pragma once

#include <chrono>
#include <functional>

#include "core/browse/brokermessage.h"
#include "plugins/api/brokerconnection.h"

namespace sluice {

/// A message that a client sends.
struct ClientSending {
    quint32 number = 0;  ///< what becomes of it is told by this number
    QString place{};     ///< a queue, by way of the default exchange; or a topic
    QString exchange{};  ///< RabbitMQ, instead of a place
    /// Key (an exchange's routing key, or a record's), headers, id, correlation, type, content type and body.
    BrokerMessage message{};
    int priority = -1;              ///< negative: none
    qint64 expirationInMs = -1;     ///< negative: none
    bool persistent = true;         ///< RabbitMQ: delivery mode 2
    bool partitionByCrc32 = false;  ///< Kafka: as librdkafka chooses by the key, instead of as Java does
};

/// Somebody who reads a queue or topic, and settles what it is given.
struct ClientReader {
    quint32 reader = 0;  ///< chosen by the caller, never twice
    QString place{};
    // A queue.
    quint16 prefetch = 0;  ///< 0: no limit
    int priority = 0;
    bool autoAck = false;
    bool exclusive = false;
    // A topic.
    QString group{};
    int members = 1;      ///< of its group; each is given one record at a time
    bool latest = false;  ///< where nothing is committed: from the end on
};

/// What the broker tells its clients.
struct ClientNews {
    enum class What : std::uint8_t {
        Confirmed,  ///< number; of a record: partition, offset
        Refused,    ///< number: the broker did not take it
        Returned,   ///< number: no queue is bound for it; Confirmed follows
        Delivered,  ///< reader, delivery, message, which has partition, offset and `redelivered`
        Denied,     ///< reader: somebody else has the queue for himself
        Assigned,   ///< reader, partition
        Revoked,    ///< reader, partition
        Committed,  ///< reader, partition, offset: of the next to read
    };
    What what = What::Confirmed;
    quint32 number = 0;
    quint32 reader = 0;
    quint32 delivery = 0;  ///< settle() is called with it; never twice
    int partition = 0;
    qint64 offset = 0;
    BrokerMessage message{};
};

/// The clients of a run on a real broker: producers and consumers like those of an application. Nothing is
/// done unless the settings allow writing: that is held where the bytes leave. Its functions return at once
/// but for open(), which waits, and take(); all are called on one thread. What goes wrong is told by take().
class BrokerClients {
public:
    enum class Settlement : std::uint8_t {
        Acknowledge,  ///< of a record: its group reads on after it
        GiveBack,     ///< ready again
        Reject,       ///< not ready again: a dead letter, or gone
    };
    using Told = std::function<void(const ClientNews&)>;
    virtual ~BrokerClients() = default;

    [[nodiscard]] virtual BrokerProblem open() = 0;
    /// Copies of a topic that there can be: brokers that the cluster has. 0: not known, or no matter here.
    [[nodiscard]] virtual int mostCopies() = 0;
    virtual void send(const ClientSending& sending) = 0;
    virtual void read(const ClientReader& reader) = 0;
    /// What it holds is ready again.
    virtual void leave(quint32 reader) = 0;
    virtual void settle(quint32 delivery, Settlement settlement) = 0;
    /// Every reader has been given what it is to read; take() goes on with it.
    [[nodiscard]] virtual bool isReady() = 0;
    /// Tells what has come, and waits so long when nothing has. The problem: nothing more will come.
    [[nodiscard]] virtual BrokerProblem take(std::chrono::microseconds wait, const Told& told) = 0;
};

}  // namespace sluice
