#pragma once

#include <cstdint>
#include <string_view>
#include <type_traits>

#include "core/engine/queuebroker/brokerindex.h"
#include "core/trace/event.h"

namespace sluice {

/// What a QueueBroker did. Each comment names the fields it fills beside `payload`; others are unset.
enum class QueueEffectKind : std::uint8_t {
    Confirmed,     ///< the publish is done (basic.ack); also for an unroutable one, after Returned
    Nacked,        ///< a queue refused it (basic.nack): length limit with reject-publish; queue: that queue
    Returned,      ///< mandatory and unroutable (basic.return); exchange
    Enqueued,      ///< queue, message, exchange; count: ready messages in the queue after it
    Delivered,     ///< queue, message, consumer (none: basic.get), tag, redelivered; count: earlier
                   ///< deliveries that came back. With automatic acknowledgement it is gone with this
    Acknowledged,  ///< queue, message, consumer
    Requeued,      ///< queue, message, consumer; count: ready messages in the queue after it
    DeadLettered,  ///< queue it died in, message (its place there), reason, exchange: the dead-letter
                   ///< exchange; discard: Refused when the queue never took it (reject-publish-dlx). Where
                   ///< it went follows as Enqueued or Discarded with the same payload
    Discarded,     ///< queue, message, discard; reason when it died of one
    ConsumerCancelled,      ///< the broker ended it (queue deleted); queue, consumer
    ActiveConsumerChanged,  ///< single active consumer; queue, consumer (none: there is no other)
    QueueDeleted,           ///< queue; count: why, a QueueEnd
};

/// Why a message is gone without having been consumed.
enum class DiscardReason : std::uint8_t {
    None,
    NoDeadLetterExchange,  ///< it died (`reason`) in a queue without a dead-letter exchange
    MissingExchange,       ///< the dead-letter exchange does not exist
    Unroutable,            ///< nothing is bound for it: published without mandatory, or a dead letter
    Cycle,                 ///< a dead letter would come back to a queue without a rejection in between
    Refused,               ///< published to a full queue that rejects it; Nacked follows
    Purged,
    QueueDeleted,
    LetterRefused,  ///< a dead letter met a full queue that rejects what comes
    BrokerStopped,  ///< it was in memory only
};

/// One thing that happened, 32 bytes; a command's effects stand in the order in which they happened.
struct QueueEffect {
    QueueEffectKind kind = QueueEffectKind::Confirmed;
    DeathReason reason = DeathReason::Rejected;
    DiscardReason discard = DiscardReason::None;
    bool redelivered = false;
    std::uint32_t payload = 0;  ///< the caller's own handle, as given to publish()
    MessageIndex message{};     ///< readable through describe() until clearEffects()
    QueueIndex queue{};
    ConsumerIndex consumer{};
    ExchangeIndex exchange{};
    std::uint32_t count = 0;
    std::uint32_t tag =
        0;  ///< delivery tag; unlike AMQP's counted over all channels, so it names one delivery
};
static_assert(sizeof(QueueEffect) == 32 && std::is_trivially_copyable_v<QueueEffect>);

/// "confirmed", "dead lettered": for logs and tests.
std::string_view kindName(QueueEffectKind kind);
/// "no dead-letter exchange": a clause that can stand in a sentence.
std::string_view reasonName(DiscardReason reason);

}  // namespace sluice
