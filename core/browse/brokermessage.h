#pragma once

#include <nlohmann/json.hpp>
#include <optional>
#include <string>
#include <vector>

#include "core/base/duration.h"

namespace sluice {

/// A message as a broker keeps it: a record of a topic, or a message in a queue.
struct BrokerMessage {
    struct Header {
        std::string name;
        nlohmann::ordered_json value;
    };
    std::string place;         ///< the topic's or queue's name
    int partition = -1;        ///< -1: a queue has none
    std::int64_t offset = -1;  ///< in its partition or stream; in a queue its place from the front, from 0
    std::optional<TraceTime> time;   ///< since 1970, as the publisher or the broker wrote it
    std::optional<std::string> key;  ///< a record's key, as bytes; a message's routing key
    std::string type;
    std::string id;
    std::string correlation;
    std::string contentType;
    std::vector<Header> headers;
    std::string body;  ///< as bytes
    std::string
        original;  ///< the body's bytes before a schema read it; empty: none did, or something is masked
    std::string schema;   ///< by what it was read: "Avro Order, schema 7"
    std::string problem;  ///< why the schema does not fit, or what it does not know
    std::uint64_t bodySize =
        0;  ///< bytes of the whole body, where only its beginning was read; 0: all is here
    bool redelivered = false;
    bool tombstone = false;  ///< a record without a value, which says that its key is gone
};

}  // namespace sluice
