#pragma once

#include <string>
#include <vector>

#include "core/browse/brokermessage.h"

namespace sluice {

/// One message that was seen on a live broker, and what was seen of it.
struct MessageSighting {
    enum class Act : std::uint8_t {
        Appended,   ///< a record stands in topic message.place
        Published,  ///< it was routed to `queues`, through `exchange`
        Delivered,  ///< queue message.place gave it to a consumer
    };
    Act act = Act::Appended;
    BrokerMessage message{};
    std::string exchange{};             ///< empty: the default one, which is not drawn
    std::vector<std::string> queues{};  ///< none: it went nowhere
    /// Each of its queues shows a copy by itself, so that the same message is seen once for each.
    bool copies = false;
};

}  // namespace sluice
