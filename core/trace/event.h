#pragma once

#include <array>
#include <cstdint>
#include <span>
#include <string_view>
#include <type_traits>

#include "core/base/duration.h"
#include "core/base/kinds.h"

namespace sluice {

/// Index into the EntityTable: an element or a link of the diagram, or an action of the scenario's target.
using EntityId = std::uint32_t;
inline constexpr EntityId kNoEntity = 0xffffffff;

/// A message of one run or recording: 1, 2, 3, ... in the order of creation; 0 is none. Copies (fan-out to
/// several queues, redeliveries, duplicates) keep the id: where they are is told by the events' subjects.
using MessageId = std::uint32_t;

/// Position of an event in its trace, from 0: the order in which things happened, also at equal times.
using Sequence = std::uint64_t;

/// What happened. Each comment names the fields: subject; message; peer; detail; value; cause. Those not
/// named are 0.
enum class EventKind : std::uint8_t {
    // Messages come to be, move and are lost.
    MessageCreated,  ///< subject: creator; peer: the message that caused it, 0 for none; detail: message type
                     ///< index; value: key, -1 none
    Moved,  ///< subject: link; peer: instance it comes from or goes to; value: ns it takes; flags: Reverse
            ///< for an answer
    Lost,   ///< subject: link or element; cause
    Duplicated,  ///< subject: link
    Returned,    ///< subject: exchange or queue the publisher named; mandatory, and no queue is bound for it;
                 ///< detail: DeathReason; cause
    // Queues.
    Enqueued,       ///< subject: queue; value: ready messages after; flags: Redelivered when it came back
    Delivered,      ///< subject: queue; peer: consume link; detail: instance; value: ns waited since it was
                    ///< enqueued
    Acknowledged,   ///< subject: queue; detail: instance
    Requeued,       ///< subject: queue; peer: instance that had it; detail: RequeueReason; cause: why; value:
                    ///< ready messages after
    DeadLettered,   ///< subject: queue it died in; peer: dead-letter queue, exchange or kNoEntity; detail:
                    ///< DeathReason; cause; value: attempts
    Discarded,      ///< subject: queue; detail: DeathReason; cause: it is gone
    QueueDeclared,  ///< subject: queue's element; of a temporary one message: the request; peer: instance;
                    ///< value: how many exist now
    QueueDeleted,   ///< the same; detail: QueueEnd
    RetryScheduled,  ///< subject: queue or service; detail: attempt about to be made, from 2; value: backoff
                     ///< in ns; cause
    Redriven,        ///< subject: dead-letter queue; peer: queue it goes back to; detail: RedriveVerdict
    // Topics.
    Appended,    ///< subject: topic; peer: partition; value: offset
    Fetched,     ///< subject: consume or materialize link (it names the group); peer: partition; detail:
                 ///< instance; value: offset
    Committed,   ///< subject: consume or materialize link; peer: partition; value: offset of the next to read
    Assigned,    ///< subject: consume link; peer: partition; detail: instance, 0xffff for none
    Rebalanced,  ///< subject: consume link; detail: members; value: ns of unavailability
    LateArrival,  ///< subject: topic or table; peer: the newer message; detail: LatePolicy; value: ns by
                  ///< which it is older
    // Services.
    WorkStarted,   ///< subject: service; peer: instance; value: ns waited for a free slot
    WorkFinished,  ///< subject: service; peer: instance; value: ns since WorkStarted; cause: None or why it
                   ///< failed
    Failed,  ///< subject: service; peer: instance; detail: handler step, from 0; cause; value: attempt, from
             ///< 1
    Called,  ///< subject: call link or reply queue; message: the request; peer: instance that waits
    Answered,  ///< subject: call link or reply queue; message: the answer; peer: the request (message id);
               ///< value: ns round trip; cause: business error or None
    TimedOut,  ///< subject: call link or reply queue; message: the request; peer: instance; value: ns waited
    AnsweredLate,  ///< subject: call link or reply queue; message: the answer; peer: the request; value: ns
                   ///< after the timeout
    UserInformed,  ///< subject: client; message: the client's message; detail: UserOutcome; value: ns since
                   ///< it was sent; cause
    // Stores.
    RowWritten,  ///< subject: table or database; peer: rows after; value: freshness, ns from event time to
                 ///< visible
    RowRead,     ///< subject: table, cache or database; value: ns it took
    // The system itself.
    InstanceStopped,  ///< subject: service; peer: instance; cause
    InstanceStarted,  ///< subject: service; peer: instance; value: ns until it is ready
    ActionBegan,      ///< subject: target or kNoEntity; detail: index in the scenario's actions
    ActionEnded,      ///< the same
    // What a broker says to its clients.
    Nacked,  ///< subject: queue that refused it; detail: DeathReason; value: attempt, from 1; cause: the
             ///< publisher hears that the broker did not take it
    ConsumerRefused,  ///< subject: consume link; detail: instance; cause: somebody consumes or owns the queue
                      ///< exclusively
    ConsumerActivated,  ///< subject: consume link; detail: instance: the single active consumer from now on
    // What a live broker reports where it does not tell message by message.
    Observed,  ///< subject: element or link, kNoEntity for the broker; detail: Gauge; peer: partition; value:
               ///< how it stands from now on
    Counted,   ///< subject: element or link; detail: Flow; peer: ms over which it was counted, at the end of
               ///< which the event stands; value: how many
    ConnectionMade,  ///< subject: kNoEntity; value: ns for which nothing was known, 0 the first time
    ConnectionLost,  ///< subject: kNoEntity; detail: ConnectionLoss: from here on nothing is known
    // What was said of the above by a rule: no part of what happened.
    AlertRaised,  ///< subject: element or link, kNoEntity for the broker; peer: rule, in EntityTable::alerts;
                  ///< detail: AlertSeverity; value: the reading, in thousandths of its unit
    AlertCleared,  ///< the same
};
inline constexpr int kEventKindCount = static_cast<int>(EventKind::AlertCleared) + 1;

/// What a rule said, which is no part of what happened: with other rules it is the same run.
constexpr bool isAlert(EventKind kind) {
    return kind == EventKind::AlertRaised || kind == EventKind::AlertCleared;
}

/// Whether it tells of one message's coming and going in a queue or topic, which a live broker's reports
/// count as well: beside these it is a sample, and changes no figure.
constexpr bool isPassage(EventKind kind) {
    return kind == EventKind::MessageCreated || kind == EventKind::Moved ||
           (kind >= EventKind::Enqueued && kind <= EventKind::Discarded) || kind == EventKind::Redriven ||
           (kind >= EventKind::Appended && kind <= EventKind::Committed);
}

/// Why a message left a queue for its dead-letter exchange, RabbitMQ's names (x-death, reason).
enum class DeathReason : std::uint8_t {
    Rejected,
    Expired,
    MaxLength,
    DeliveryLimit,
    QueueDeleted,
    Purged,
    Unroutable,     ///< no queue is bound for it
    Cycle,          ///< it would come back to a queue it died in, without a rejection in between
    BrokerStopped,  ///< it was in the memory of a broker that stopped: not persistent
};
/// Why a message is ready again: its consumer's channel closed (a crash), or the consumer gave it back
/// (basic.nack with requeue).
enum class RequeueReason : std::uint8_t { ChannelClosed, Nacked };
/// Why a queue is gone: its request is answered, nobody used it for its x-expires, its last consumer left
/// (auto-delete), or the connection it belonged to (exclusive), or the broker stopped and it was not durable;
/// Gone: a live broker does not have it any more and does not say why.
enum class QueueEnd : std::uint8_t { Done, Expired, AutoDelete, Exclusive, BrokerStopped, Gone };
enum class LatePolicy : std::uint8_t { Reject, Process, Divert };
enum class RedriveVerdict : std::uint8_t { Safe, Superseded, Expired };
/// Done; told of a business error; told that the change is taken into account and will be handled later;
/// nothing came.
enum class UserOutcome : std::uint8_t { Done, Refused, Deferred, Failed };

/// What a broker reports as a number that stands.
enum class Gauge : std::uint8_t {
    Ready,           ///< messages a queue could deliver
    Unacknowledged,  ///< messages that consumers hold
    Consumers,       ///< of a queue; of a consume link those of that application
    Memory,          ///< bytes
    EndOffset,       ///< of a partition: offset of the next record
    Committed,       ///< of a group's link and a partition: offset of the next to read
    Alarm,           ///< of the broker: 1 while it refuses to take messages for want of memory or disk
    WatchCost,       ///< of the broker: millionths of a core that watching it takes there
    ShownOneOf,      ///< of so many messages that come here one is shown singly; 0: none
};
inline constexpr int kGaugeCount = static_cast<int>(Gauge::ShownOneOf) + 1;

/// What a broker counts.
enum class Flow : std::uint8_t {
    In,           ///< published to it; links: went over it
    Out,          ///< done with: acknowledged, or delivered where nobody needs to
    Redelivered,  ///< delivered once more
    Returned,     ///< published to it and not routed
};
inline constexpr int kFlowCount = static_cast<int>(Flow::Returned) + 1;

/// Why nothing is known: the broker cannot be reached, it does not let us in any more, it answers what cannot
/// be read, or somebody ended the connection.
enum class ConnectionLoss : std::uint8_t { Unreachable, Refused, Unreadable, Closed };

/// Bits of TraceEvent::flags().
namespace eventflag {
inline constexpr std::uint8_t Redelivered = 1;  ///< it was delivered before
inline constexpr std::uint8_t Late = 2;         ///< it is stale
inline constexpr std::uint8_t Poisoned = 4;     ///< its payload is malformed
inline constexpr std::uint8_t Duplicate = 8;    ///< a second copy made by a fault
inline constexpr std::uint8_t Reverse = 16;     ///< Moved: against the link, an answer
inline constexpr std::uint8_t OwnEventTime =
    16;  ///< MessageCreated: its event time is its creation, not its cause's
inline constexpr std::uint8_t Outside =
    16;  ///< DeadLettered, Discarded: it was not in the queue, which refused it or which it had left already
}  // namespace eventflag

/// Flags (5 bits) and cause (3 bits) in the one byte an event has for them.
constexpr std::uint8_t marksOf(std::uint8_t flags, FailureKind cause = FailureKind::None) {
    return static_cast<std::uint8_t>((flags & 31U) | (static_cast<unsigned>(cause) << 5U));
}

/// One thing that happened. Simulation, live watch and recording all yield these and nothing else.
struct TraceEvent {
    TraceTime at{};
    std::int64_t value = 0;
    EntityId subject = kNoEntity;
    MessageId message = 0;
    std::uint32_t peer = 0;
    std::uint16_t detail = 0;
    EventKind kind = EventKind::MessageCreated;
    std::uint8_t marks = 0;  ///< see marksOf

    [[nodiscard]] std::uint8_t flags() const { return marks & 31U; }
    [[nodiscard]] bool has(std::uint8_t flag) const { return (marks & flag) != 0; }
    [[nodiscard]] FailureKind cause() const { return static_cast<FailureKind>(marks >> 5U); }
    bool operator==(const TraceEvent&) const = default;
};
static_assert(sizeof(TraceEvent) == 32 && std::is_trivially_copyable_v<TraceEvent>);

/// "dead lettered", "message created": for logs, queries and exports.
std::string_view kindName(EventKind kind);
std::string_view reasonName(DeathReason reason);
std::string_view reasonName(RequeueReason reason);
std::string_view reasonName(QueueEnd reason);
std::string_view reasonName(ConnectionLoss reason);
/// "ready", "unacknowledged".
std::string_view gaugeName(Gauge gauge);
/// "in", "out".
std::string_view flowName(Flow flow);

}  // namespace sluice
