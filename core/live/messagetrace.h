#pragma once

#include <deque>
#include <map>
#include <memory>
#include <span>
#include <string>
#include <unordered_map>
#include <vector>

#include "core/diagram/diagram.h"
#include "core/live/boundedmap.h"
#include "core/live/latearrivals.h"
#include "core/live/messagesampler.h"
#include "core/live/messagesighting.h"
#include "core/trace/messagetexts.h"
#include "core/trace/source.h"

namespace sluice {

/// Turns what is seen of a live broker's messages into the trace: each becomes a message of it like those of
/// a run, with what it carried in the table's texts. What is known and what follows from the drawing:
/// - that a record stands in a topic, or a message was routed to queues, is known; it is put at the time at
///   which it was seen, since the broker's clock is another one (its timestamp is among the headers);
/// - who published it is known where the drawing has only one who could have;
/// - that a group has a record is known from its committed offset: the token goes when that passes it;
/// - messages of one correlation are one journey, which the first of them began, unless one names its cause.
/// What was seen must be masked already. Lives on the connection's thread; owned by whoever watches.
class MessageTrace {
public:
    /// No broker tells how long a message is on its way; a token takes that long so that it can be seen.
    static constexpr Duration kShownOnLink = std::chrono::milliseconds(700);
    static constexpr std::size_t kMostBody = 4096;  ///< characters of a body that are kept

    /// `table` must be watchTable(diagram), with texts.
    MessageTrace(std::shared_ptr<const EntityTable> table, const Diagram& diagram);

    void take(const MessageSighting& sighting, TraceTime at, std::vector<TraceEvent>& events);
    /// What the broker reports: which records groups have passed is told before the report itself, into
    /// `events`, which get the report as well.
    void follow(std::span<const TraceEvent> reported, std::vector<TraceEvent>& events);
    /// Says of each place how many of its messages are shown, where that has changed by much.
    void sampled(std::span<const FlowSample> samples, TraceTime at, std::vector<TraceEvent>& events);

private:
    struct Pending {
        std::int64_t offset = 0;
        MessageId message = 0;
    };
    /// Records of a partition that some group has yet to pass.
    struct Partition {
        std::deque<Pending> records;
        std::map<EntityId, std::int64_t> passed;  ///< by link: records before this were told
    };
    /// A message that is known under some name.
    struct Known {
        MessageId message = 0;
        std::vector<std::string> queues;  ///< that showed their copies
        TraceTime at{};
    };
    struct Place {
        EntityId entity = kNoEntity;
        EntityId publisher = kNoEntity;  ///< the only link that publishes here
        EntityId consumer = kNoEntity;   ///< the only link that consumes from here
        std::uint16_t type = 0;          ///< that is drawn for what comes here
    };

    const Place* placeNamed(ElementKind kind, const std::string& name) const;
    MessageId create(const MessageSighting& sighting, const Place& place, TraceTime at,
                     std::vector<TraceEvent>& events);
    void appended(const MessageSighting& sighting, TraceTime at, std::vector<TraceEvent>& events);
    void published(const MessageSighting& sighting, TraceTime at, std::vector<TraceEvent>& events);
    void delivered(const MessageSighting& sighting, TraceTime at, std::vector<TraceEvent>& events);
    void passed(const TraceEvent& report, std::vector<TraceEvent>& events);
    void died(const MessageSighting& sighting, MessageId message, const Place& queue, TraceTime at,
              std::vector<TraceEvent>& events);
    [[nodiscard]] std::uint16_t typeOf(const BrokerMessage& message, const Place& place) const;
    void keep(const MessageSighting& sighting, MessageId message, const nlohmann::ordered_json& body,
              const std::string& packing);

    std::shared_ptr<const EntityTable> m_table;
    std::map<std::pair<ElementKind, std::string>, Place> m_places;
    std::map<std::pair<EntityId, EntityId>, EntityId> m_bindings;  ///< exchange and queue: the link
    std::unordered_map<std::string, std::uint16_t> m_types;        ///< by name, lower case
    std::vector<std::int64_t> m_ready;                             ///< by entity, as last reported
    std::unordered_map<EntityId, std::uint64_t> m_oneOf;           ///< as last told
    MessageId m_last = 0;
    BoundedMap<MessageId> m_correlations{50'000};  ///< the first of each
    BoundedMap<MessageId> m_identities{50'000};
    BoundedMap<Known> m_copies{5'000};  ///< what other queues may show as well
    BoundedMap<std::deque<std::pair<MessageId, TraceTime>>> m_waiting{20'000};  ///< by queue and content
    std::map<std::pair<EntityId, std::uint32_t>, Partition> m_partitions;
    LateArrivals m_late;
};

}  // namespace sluice
