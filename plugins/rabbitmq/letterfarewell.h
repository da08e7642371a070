#pragma once

#include <cstdint>
#include <set>
#include <vector>

#include "plugins/api/brokerredrive.h"
#include "plugins/rabbitmq/amqpsession.h"

namespace sluice::rabbitmq {

/// Letters that were sent and confirmed, on their way out of their queue. AMQP confirms no acknowledgement,
/// but the broker carries out what a channel says in its order (AMQP 0-9-1, section 4.7): the answer to a
/// question that was asked after acknowledgements proves that it has read them, and that they hold whatever
/// becomes of the connection. Of the session that took the letters; its frames are read by others.
class LetterFarewell {
public:
    LetterFarewell(AmqpSession& session, const QString& queue) : m_session(session), m_queue(queue) {}

    /// One is confirmed; `tag` is of its delivery, counted from 1.
    void add(std::uint64_t tag, RedrivenLetter letter);
    /// One stays in its queue.
    void stays(std::uint64_t tag) { m_firstStaying = std::min(m_firstStaying, tag); }
    /// Acknowledges what has come together, and asks; one question at a time.
    [[nodiscard]] BrokerProblem go();
    /// The broker has answered: these are gone.
    [[nodiscard]] std::vector<RedrivenLetter> answered() { return std::exchange(m_asked, {}); }

    /// Confirmed, and not acknowledged.
    [[nodiscard]] std::size_t waiting() const { return m_waiting.size(); }
    [[nodiscard]] bool asks() const { return !m_asked.empty(); }
    /// Confirmed, and not known to be gone.
    [[nodiscard]] std::size_t size() const { return m_waiting.size() + m_asked.size(); }

private:
    struct Letter {
        std::uint64_t tag = 0;
        RedrivenLetter told;
    };

    AmqpSession& m_session;
    const QString& m_queue;
    std::vector<Letter> m_waiting;
    std::vector<RedrivenLetter> m_asked;
    std::uint64_t m_through = 0;       ///< this one and all before it are acknowledged
    std::set<std::uint64_t> m_beyond;  ///< acknowledged alone, since one before it was not confirmed yet
    std::uint64_t m_firstStaying = UINT64_MAX;
};

}  // namespace sluice::rabbitmq
