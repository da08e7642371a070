#pragma once

#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "core/live/messagetemplate.h"
#include "plugins/api/brokerchanges.h"

namespace sluice {

/// Messages that are to be published, with their places still open. A value.
struct MessageDraft {
    PublishWish wish;
    std::optional<MessageTemplate> key{};
    std::vector<std::pair<std::string, MessageTemplate>> headers{};
    MessageTemplate body = MessageTemplate::plain({});
    std::string contentType{};

    /// The message of that number, from 1, with its places filled as of `now`, since 1970.
    [[nodiscard]] BrokerMessage message(qint64 number, TraceTime now, RandomStream& random) const;
};

}  // namespace sluice
