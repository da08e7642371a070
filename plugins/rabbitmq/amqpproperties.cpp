#include "plugins/rabbitmq/amqpproperties.h"

namespace sluice::rabbitmq {
namespace {

/// As texts, but for what the broker itself reads as a list: further routing keys (Sender-selected
/// Distribution).
nlohmann::json headersOf(const BrokerMessage& message) {
    nlohmann::json headers = nlohmann::json::object();
    for (const BrokerMessage::Header& header : message.headers) {
        const bool isKept = !header.value.is_structured() || header.name == "CC" || header.name == "BCC";
        headers[header.name] = isKept ? nlohmann::json(header.value) : nlohmann::json(header.value.dump());
    }
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
