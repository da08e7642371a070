#include "plugins/rabbitmq/amqpproperties.h"

namespace sluice::rabbitmq {
namespace {

nlohmann::json headersOf(const BrokerMessage& message) {
    nlohmann::json headers = nlohmann::json::object();
    for (const BrokerMessage::Header& header : message.headers)
        headers[header.name] =
            header.value.is_structured() ? nlohmann::json(header.value.dump()) : nlohmann::json(header.value);
    return headers;
}

}  // namespace

AmqpProperties::AmqpProperties(const BrokerMessage& message) : m_headers(headersOf(message)) {
    m_properties._flags = AMQP_BASIC_DELIVERY_MODE_FLAG;
    setPersistent(true);
    set(message.contentType, AMQP_BASIC_CONTENT_TYPE_FLAG, m_properties.content_type);
    set(message.id, AMQP_BASIC_MESSAGE_ID_FLAG, m_properties.message_id);
    set(message.correlation, AMQP_BASIC_CORRELATION_ID_FLAG, m_properties.correlation_id);
    set(message.type, AMQP_BASIC_TYPE_FLAG, m_properties.type);
    if (message.headers.empty())
        return;
    m_properties._flags |= AMQP_BASIC_HEADERS_FLAG;
    m_properties.headers = m_headers.table();
}

void AmqpProperties::setPriority(int priority) {
    m_properties._flags |= AMQP_BASIC_PRIORITY_FLAG;
    m_properties.priority = static_cast<std::uint8_t>(priority);
}

void AmqpProperties::setExpiration(qint64 time) {
    m_expiration = std::to_string(time);
    set(m_expiration, AMQP_BASIC_EXPIRATION_FLAG, m_properties.expiration);
}

void AmqpProperties::set(const std::string& text, amqp_flags_t flag, amqp_bytes_t& field) {
    if (text.empty())
        return;
    m_properties._flags |= flag;
    field = bytesIn(text);
}

}  // namespace sluice::rabbitmq
