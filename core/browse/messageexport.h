#pragma once

#include <nlohmann/json.hpp>
#include <optional>
#include <string>

#include "core/browse/brokermessage.h"

namespace sluice {

/// A message as an object: place, partition, offset, time, key, type, id, correlation, headers, and the body
/// as JSON, as text, or in base64 ("bodyBase64"); "bodySize" where only the beginning of the body is here.
/// What a schema read says so: "schema", and "problem". What it does not have is left out.
nlohmann::ordered_json messageJson(const BrokerMessage& message);
/// The same on one line, with a newline.
std::string messageLine(const BrokerMessage& message);

/// A row of CSV with a newline; the first one names the columns.
std::string messageCsvTitle();
std::string messageCsv(const BrokerMessage& message);

/// Headers as an object; several of one name as an array.
nlohmann::ordered_json headersJson(const BrokerMessage& message);

/// Key and body bytes that are no text as base64 (RFC 4648).
std::string base64(std::string_view bytes);
/// The other way; nothing where it is none.
std::optional<std::string> fromBase64(std::string_view text);

}  // namespace sluice
