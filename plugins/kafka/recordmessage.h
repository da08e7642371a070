#pragma once

#include <limits>

#include <string>

#include "core/browse/brokermessage.h"
#include "plugins/kafka/clientlibrary.h"

namespace sluice::kafka {

using Record = Owned<rd_kafka_message_t, rd_kafka_message_destroy>;

/// A record as the program shows messages; header values that are no text are in base64.
BrokerMessage messageOf(const rd_kafka_message_t& record, const std::string& topic,
                        std::size_t most = std::numeric_limits<std::size_t>::max());

}  // namespace sluice::kafka
