#pragma once

#include <amqp.h>

#include "core/browse/brokermessage.h"

namespace sluice::rabbitmq {

/// A message with these properties and headers and no body yet; `key` is its routing key. Bytes in headers
/// that are no text are base64.
BrokerMessage messageOf(const amqp_basic_properties_t& properties, amqp_bytes_t key);
/// The same with all of its body.
BrokerMessage messageOf(const amqp_message_t& message, amqp_bytes_t key);

/// A value of a table: numbers, texts, times ("2026-11-21T18:00:00.000Z"), tables and arrays.
nlohmann::ordered_json jsonOf(const amqp_field_value_t& value);

}  // namespace sluice::rabbitmq
