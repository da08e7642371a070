#pragma once

#include <amqp.h>

#include <chrono>
#include <cstdint>
#include <memory>

#include "core/browse/brokermessage.h"
#include "plugins/rabbitmq/amqptls.h"

namespace sluice::rabbitmq {

/// One AMQP connection with one channel, over rabbitmq-c. Its functions wait, for an answer as long as the
/// settings say. Read-only is kept here: nothing is published or purged unless the settings it was opened
/// with allow writing. Not thread-safe.
class AmqpSession {
public:
    AmqpSession();
    ~AmqpSession();
    AmqpSession(const AmqpSession&) = delete;
    AmqpSession& operator=(const AmqpSession&) = delete;

    static constexpr amqp_channel_t kChannel = 1;

    /// Connects, logs in and opens the channel. `purpose` is the connection's name on the broker.
    [[nodiscard]] BrokerProblem open(const ConnectionSettings& settings, const QString& purpose);
    /// Waits until the broker has read all that was said, acknowledgements above all; it gives what was not
    /// acknowledged back to its queue. What it still delivers is read and dropped.
    void close();
    /// The broker does not answer: from now on nobody waits for it.
    void abandon() { m_silent = true; }

    /// Messages that are ready in the queue; the problem if there is none.
    [[nodiscard]] BrokerProblem ready(const QString& queue, qint64& count);
    struct QueueState {
        qint64 ready = 0;
        qint64 consumers = 0;
    };
    [[nodiscard]] BrokerProblem look(const QString& queue, QueueState& state);
    /// The same question without waiting: its answer comes by next(), AMQP_QUEUE_DECLARE_OK_METHOD.
    [[nodiscard]] BrokerProblem askFor(const QString& queue);
    /// The problem if there is no such exchange.
    [[nodiscard]] BrokerProblem findExchange(const QString& exchange);
    /// Throws away what is ready in the queue; `count` is how many that were.
    [[nodiscard]] BrokerProblem purge(const QString& queue, qint64& count);
    /// Deliveries begin; `prefetch` of them at once, 0: all.
    [[nodiscard]] BrokerProblem consume(const QString& queue, std::uint16_t prefetch,
                                        const amqp_table_t& arguments = amqp_empty_table,
                                        const QByteArray& tag = {});
    /// No more of the consumer with this tag. What is on its way comes by next() until the answer does,
    /// AMQP_BASIC_CANCEL_OK_METHOD; what was delivered may still be acknowledged.
    [[nodiscard]] BrokerProblem consumeNoMore(const QByteArray& tag);
    /// How a client of a run consumes.
    struct ConsumeWish {
        std::uint16_t prefetch = 0;  ///< 0: no limit
        int priority = 0;
        bool autoAck = false;
        bool exclusive = false;
    };
    /// Deliveries begin, and are this client's: refused where nothing may be written.
    [[nodiscard]] BrokerProblem consumeForGood(const QString& queue, const ConsumeWish& wish);
    /// A queue that is this connection's alone and gone with it. Refused where nothing may be written.
    [[nodiscard]] BrokerProblem makeOwnQueue(const QString& queue, const amqp_table_t& arguments);
    /// Binds a queue of this connection's own. Refused where nothing may be written.
    [[nodiscard]] BrokerProblem bindOwnQueue(const QString& queue, const QString& exchange,
                                             const QString& routingKey, const amqp_table_t& arguments);
    /// Asks for one message without waiting: a frame with it, or that there is none, comes by next().
    [[nodiscard]] BrokerProblem request(const QString& queue);
    /// From now on the broker confirms what is published.
    [[nodiscard]] BrokerProblem confirm();

    /// The next frame within `timeout`; false if there is none.
    [[nodiscard]] bool next(amqp_frame_t& frame, std::chrono::microseconds timeout, BrokerProblem& problem);
    /// The message that follows a delivery or a return. The caller destroys it.
    [[nodiscard]] BrokerProblem read(amqp_message_t& message);
    /// The same, of a body no more than `most` bytes, the rest is dropped as it comes; `key` is its routing
    /// key. What a frame pointed to before is gone afterwards.
    [[nodiscard]] BrokerProblem read(BrokerMessage& message, const QByteArray& key, std::size_t most);
    /// Mandatory: what no queue takes comes back. The default exchange is empty and leads to the queue that
    /// the key names.
    [[nodiscard]] BrokerProblem publish(const QString& exchange, const QString& routingKey,
                                        const amqp_basic_properties_t& properties, amqp_bytes_t body);
    /// `upTo`: with all before it.
    [[nodiscard]] BrokerProblem acknowledge(std::uint64_t tag, bool upTo = false);
    /// Back to its place in the queue.
    [[nodiscard]] BrokerProblem giveBack(std::uint64_t tag);
    /// Out of its queue: a dead letter, or gone. Refused where nothing may be written.
    [[nodiscard]] BrokerProblem reject(std::uint64_t tag);
    /// What was read is no longer needed; nothing that a frame or an answer pointed to may be used after.
    void forget();

    /// To wait for what comes, beside others; next() reads it. -1: not connected.
    [[nodiscard]] int socket() const;
    [[nodiscard]] const QString& place() const { return m_place; }
    /// How long an answer may take.
    [[nodiscard]] std::chrono::milliseconds patience() const { return m_patience; }

private:
    [[nodiscard]] BrokerProblem problem(const amqp_rpc_reply_t& reply);
    [[nodiscard]] BrokerProblem refusal(std::uint16_t code, const QString& text) const;
    BrokerProblem lost(int status);
    [[nodiscard]] BrokerProblem connectSocket(const ConnectionSettings& settings);

    amqp_connection_state_t m_state = nullptr;
    std::unique_ptr<AmqpTls> m_tls;  ///< as long as the state; null without TLS
    QString m_place;                 ///< "localhost:5672"
    int m_port = 0;
    std::chrono::milliseconds m_patience{};
    bool m_open = false;
    bool m_silent = false;  ///< the broker does not answer any more
    bool m_mayWrite = false;
};

/// Text as the library has it; it points into `text`.
inline amqp_bytes_t bytesOf(const QByteArray& text) {
    return {static_cast<std::size_t>(text.size()), const_cast<char*>(text.data())};
}
inline QString textOf(amqp_bytes_t bytes) {
    return QString::fromUtf8(static_cast<const char*>(bytes.bytes), static_cast<qsizetype>(bytes.len));
}

}  // namespace sluice::rabbitmq
