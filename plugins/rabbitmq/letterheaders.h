#pragma once

#include <amqp.h>

#include <QByteArray>
#include <QString>
#include <vector>

#include "plugins/api/lettersorter.h"
#include "plugins/rabbitmq/argumenttable.h"

namespace sluice::rabbitmq {

/// What the headers of a dead letter tell of its past; `run` is the redrive that asks. RabbitMQ puts the
/// latest death first (Dead Letter Exchanges, "x-death"), and keeps a message's own time to live in
/// "original-expiration"; one that it does not say otherwise is unknown.
LetterPast pastOf(const amqp_basic_properties_t& properties, const QByteArray& run);

/// The properties with which a letter is sent back. They point into those of the letter, and live no longer.
class ReturnProperties {
public:
    /// `sequence` tells a message that the broker gives back from the others of the run. `edited`: its
    /// headers are those of this message, as far as they are of a kind that a person can write; else null.
    ReturnProperties(const amqp_basic_properties_t& letter, int redriven, const QByteArray& run,
                     std::uint64_t sequence, const QByteArray& user, const BrokerMessage* edited);
    ReturnProperties(const ReturnProperties&) = delete;
    ReturnProperties& operator=(const ReturnProperties&) = delete;
    [[nodiscard]] const amqp_basic_properties_t& properties() const { return m_properties; }

private:
    amqp_basic_properties_t m_properties;
    std::vector<amqp_table_entry_t> m_headers;
    std::vector<std::unique_ptr<ArgumentTable>> m_edited;
    QByteArray m_run;
};

/// The sequence that ReturnProperties wrote down; 0 if there is none.
std::uint64_t sequenceOf(const amqp_basic_properties_t& properties);

}  // namespace sluice::rabbitmq
