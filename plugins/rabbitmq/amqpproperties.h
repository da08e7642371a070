#pragma once

#include <amqp.h>

#include <QtGlobal>
#include <string>

#include "core/browse/brokermessage.h"
#include "plugins/rabbitmq/argumenttable.h"

namespace sluice::rabbitmq {

/// The properties and headers that a message is published with: texts, numbers and booleans. They point into
/// the message, which outlives them.
class AmqpProperties {
public:
    explicit AmqpProperties(const BrokerMessage& message);
    AmqpProperties(const AmqpProperties&) = delete;
    AmqpProperties& operator=(const AmqpProperties&) = delete;

    /// Survives a restart of the broker, as all do at first; or not.
    void setPersistent(bool persistent) { m_properties.delivery_mode = persistent ? 2 : 1; }
    /// 0 to 255.
    void setPriority(int priority);
    /// In ms, not negative.
    void setExpiration(qint64 time);
    [[nodiscard]] const amqp_basic_properties_t& properties() const { return m_properties; }

private:
    void set(const std::string& text, amqp_flags_t flag, amqp_bytes_t& field);

    amqp_basic_properties_t m_properties{};
    std::string m_expiration;
    ArgumentTable m_headers;
};

inline amqp_bytes_t bytesIn(const std::string& text) {
    return {text.size(), const_cast<char*>(text.data())};
}

}  // namespace sluice::rabbitmq
