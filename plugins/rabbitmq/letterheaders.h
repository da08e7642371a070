#pragma once

#include <amqp.h>

#include <QByteArray>
#include <QString>
#include <vector>

namespace sluice::rabbitmq {

/// What the headers of a dead letter tell of its past.
struct LetterPast {
    QString queue;     ///< where it died last, by x-death; empty if it does not say
    QString reason;    ///< of which: rejected, expired, maxlen, delivery_limit
    int redriven = 0;  ///< times
    QByteArray run;    ///< of which redrive it comes; empty: of none
};

/// RabbitMQ puts the latest death first (Dead Letter Exchanges, "x-death"); one that it does not say
/// otherwise is unknown.
LetterPast pastOf(const amqp_basic_properties_t& properties);

/// The properties with which a letter is sent back. They point into those of the letter, and live no longer.
class ReturnProperties {
public:
    /// `sequence` tells a message that the broker gives back from the others of the run.
    ReturnProperties(const amqp_basic_properties_t& letter, const LetterPast& past, const QByteArray& run,
                     std::uint64_t sequence, const QByteArray& user);
    ReturnProperties(const ReturnProperties&) = delete;
    ReturnProperties& operator=(const ReturnProperties&) = delete;
    [[nodiscard]] const amqp_basic_properties_t& properties() const { return m_properties; }

private:
    amqp_basic_properties_t m_properties;
    std::vector<amqp_table_entry_t> m_headers;
    QByteArray m_run;
};

/// The sequence that ReturnProperties wrote down; 0 if there is none.
std::uint64_t sequenceOf(const amqp_basic_properties_t& properties);

}  // namespace sluice::rabbitmq
