#pragma once

#include <array>
#include <cstdint>
#include <vector>

#include "core/trace/entitytable.h"
#include "core/trace/event.h"
#include "core/trace/messageline.h"
#include "core/trace/transits.h"

namespace sluice {

struct InstanceState {
    bool running = true;
    std::uint32_t busy = 0;  ///< messages being worked on
    bool operator==(const InstanceState&) const = default;
};

struct PartitionState {
    std::int64_t end = 0;  ///< offset of the next record
    bool operator==(const PartitionState&) const = default;
};

/// How many alerts are raised, by AlertSeverity.
using RaisedAlerts = std::array<std::uint16_t, kAlertSeverityNames.size()>;

/// A consumer group's place in a topic, by its consume or materialize link.
struct GroupState {
    EntityId link = kNoEntity;
    std::vector<std::int64_t> position;   ///< a partition: offset of the next record to fetch
    std::vector<std::int64_t> committed;  ///< a partition: committed offset
    std::vector<std::uint16_t> assigned;  ///< a partition: instance, 0xffff for none
    bool operator==(const GroupState&) const = default;
};

/// What one element or link looks like at an instant. Counters run from the beginning of the trace.
struct EntityState {
    // Queues: who stands in it, the consumer's end first; kShownMessages of them can be seen.
    static constexpr std::size_t kShownMessages = MessageLine::kShown;
    MessageLine messages;
    std::uint64_t ready = 0;
    std::uint64_t unacknowledged = 0;
    std::uint64_t replyQueues = 0;  ///< temporary queues that exist now
    // Topics.
    std::vector<PartitionState> partitions;
    std::vector<GroupState> groups;
    // Links that read a topic.
    std::uint32_t group = 0;  ///< which of the topic's groups is theirs
    // Services.
    std::vector<InstanceState> instances;
    // Tables, databases.
    std::uint64_t rows = 0;
    Duration freshness{};  ///< of the last row written
    // Everyone.
    std::uint64_t in = 0;   ///< enqueued, appended, fetched for work, rows written; links: moved
    std::uint64_t out = 0;  ///< acknowledged, work finished; clients: messages created
    std::uint64_t failed = 0;
    std::uint64_t deadLettered = 0;  ///< left this queue as dead letters, or (dead-letter queues) came here
    std::uint64_t late = 0;
    std::uint64_t timedOut = 0;
    std::uint64_t lost = 0;     ///< lost on the way, or discarded for good
    bool faulty = false;        ///< a scenario's action is on it
    std::uint16_t actions = 0;  ///< how many of them
    RaisedAlerts alerts{};
    TraceTime lastActive{};
    bool operator==(const EntityState&) const = default;
};

/// What a live broker last reported of an element or link, besides what EntityState holds. Rates are in
/// thousandths of a message a second, over the broker's last report.
struct ObservedState {
    bool known = false;  ///< something was reported
    std::uint64_t inRate = 0;
    std::uint64_t outRate = 0;
    std::uint64_t consumers = 0;
    std::uint64_t memory = 0;  ///< bytes
    bool operator==(const ObservedState&) const = default;
};

/// Whether what the state says is known now: Lost, it is how it stood when the connection was lost.
enum class Contact : std::uint8_t { None, Made, Lost };

/// The system at one instant: what the canvas paints. A value; the fold of all events up to `at`.
struct SystemState {
    TraceTime at{};
    Sequence next = 0;                  ///< the first event that is not in it
    std::vector<EntityState> entities;  ///< by EntityId
    Transits transits;                  ///< those with arrives <= at are gone
    std::vector<MessageId> dying;       ///< dead letters on their way through an exchange
    // Live brokers only.
    Contact contact = Contact::None;
    TraceTime contactSince{};             ///< when it was made or lost last
    bool alarm = false;                   ///< the broker takes no messages
    std::uint64_t watchCost = 0;          ///< millionths of a core that watching takes on the broker
    std::vector<ObservedState> observed;  ///< by EntityId; empty until a broker reports something
    RaisedAlerts alerts{};                ///< of the broker or the whole system

    /// Everything idle and empty, as before the first event.
    static SystemState initial(const EntityTable& table);

    /// Folds one event in. Times never go back. Does not remove arrived transits: see advanceTo.
    void apply(const TraceEvent& event, const EntityTable& table);

    /// The instant becomes `time` (not before `at`): transits that have arrived go.
    void advanceTo(TraceTime time);

    /// Memory that this state takes, and its share of what copies of it share.
    [[nodiscard]] std::size_t bytes() const;

    bool operator==(const SystemState&) const = default;
};

}  // namespace sluice
