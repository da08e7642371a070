#include <array>

#include "core/diagram/catalogueentry.h"
#include "core/diagram/catalogueparts.h"

namespace sluice {
namespace {

using namespace entry;

constexpr std::array<std::string_view, 4> kExchangeTypes{"direct", "fanout", "topic", "headers"};
constexpr std::array<std::string_view, 2> kQueueTypes{"classic", "quorum"};
constexpr std::array<std::string_view, 3> kOverflows{"dropHead", "rejectPublish", "rejectPublishDlx"};
constexpr std::array<std::string_view, 3> kLatePolicies{"reject", "process", "divert"};
constexpr std::array<std::string_view, 3> kPartitioners{"murmur2", "crc32", "sticky"};
constexpr std::array<std::string_view, 2> kLocations{"external", "internal"};
constexpr std::array<std::string_view, 2> kLayouts{"replicated", "partitioned"};

constexpr std::array kExchange{
    choice("exchangeType", "Type",
           "Direct: equal routing keys. Fanout: every binding. Topic: patterns with * for one word and # for "
           "any number. Headers: by headers.",
           "\"direct\"", kExchangeTypes, {"Exchange", "type"}),
    boolean(
        "durable", "Durable",
        "The exchange and its bindings survive a restart of the broker. In a run those who use it declare it "
        "again at once.",
        true, {"Exchange", "durable"}),
    boolean("autoDelete", "Auto-delete", "Goes when its last binding goes.", false,
            {"Exchange", "auto_delete"}),
    boolean("internal", "Internal", "Takes messages from other exchanges only.", false,
            {"Exchange", "internal"}),
    reference("alternateExchange", "Alternate exchange",
              "Gets what no binding matches; only what it cannot route either counts as unroutable.",
              {"Exchange", "alternate-exchange"}),
};

constexpr std::array kQueue{
    choice("queueType", "Type",
           "A classic queue gives a requeued message its old place. A quorum queue is replicated, counts "
           "deliveries and delivers what was requeued before the rest.",
           "\"classic\"", kQueueTypes, {"Queue", "x-queue-type"}),
    boolean(
        "durable", "Durable",
        "The queue survives a restart of the broker, with its persistent messages; quorum queues always do. "
        "Else its consumers declare it again, empty.",
        true, {"Queue", "durable"}),
    boolean(
        "exclusive", "Exclusive",
        "Read by one connection only, the instance that declares it first, and deleted with it. Anybody may "
        "publish to it.",
        false, {"Queue", "exclusive"}),
    boolean(
        "autoDelete", "Auto-delete",
        "Deleted when its last consumer goes, once it has had one; its messages are not dead-lettered. The "
        "next consumer declares it anew.",
        false, {"Queue", "auto_delete"}),
    boolean("temporary", "Temporary",
            "A reply queue: each calling instance has its own, named in its requests and deleted when done; "
            "no other instance reads it.",
            false, {"Queue", "reply_to"}),
    duration("messageTtl", "Message TTL",
             "A message that waits longer expires: it is dead-lettered or dropped. 0: deliver now or expire. "
             "Unacknowledged messages do not expire.",
             "null", {"Limits", "x-message-ttl"}),
    duration("expires", "Queue TTL",
             "Deletes the queue when it had no consumer for so long; its messages are not dead-lettered. The "
             "next consumer declares it anew.",
             "null", {"Limits", "x-expires"}, {1e-3, 3e9}),
    integer(
        "maxLength", "Length limit",
        "Ready messages it holds; what is unacknowledged does not count. Beyond it the rule for a full queue "
        "applies.",
        "null", {0, 1e12}, {"Limits", "x-max-length", "messages"}),
    bytes("maxLengthBytes", "Size limit",
          "Bytes of ready messages that it holds; of two limits, the one reached first applies.", "null",
          {0, 1e15}, {"Limits", "x-max-length-bytes"}),
    choice("overflow", "When full",
           "drop-head removes messages from the head, which are dead-lettered (maxlen); reject-publish nacks "
           "what "
           "is published; reject-publish-dlx nacks it and dead-letters it too (not for quorum queues).",
           "\"dropHead\"", kOverflows, {"Limits", "x-overflow"}),
    text("deadLetterRoutingKey", "Routing key",
         "A dead letter is published again with this key; none: with the one it came with. The dead-letter "
         "link "
         "is the x-dead-letter-exchange.",
         "null", {"Dead letters", "x-dead-letter-routing-key"}),
    integer("deliveryLimit", "Delivery limit",
            "Quorum queues: a message given back more often than this is dead-lettered with reason "
            "delivery_limit, or dropped.",
            "null", {0, 1e6}, {"Dead letters", "x-delivery-limit", "deliveries"}),
    integer(
        "maxPriority", "Priorities",
        "Higher priorities are delivered first; a message above this counts as this. None: first in, first "
        "out, whatever the messages say.",
        "null", {1, 255}, {"Dispatch", "x-max-priority"}),
    boolean("singleActiveConsumer", "Single active consumer",
            "Only the first consumer gets messages; the next takes over when it goes. Keeps the order.",
            false, {"Dispatch", "x-single-active-consumer"}),
};

constexpr std::array kTopic{
    integer("partitions", "Partitions",
            "Order holds within one. At most one instance of a group reads a partition.", "3", {1, 10000},
            {"Topic", "num.partitions"}),
    choice("partitioner", "Partitioner",
           "Murmur2 is the Java client's, CRC32 librdkafka's: mixed clients split a key. Messages without a "
           "key stick to a partition for a batch.",
           "\"murmur2\"", kPartitioners, {"Topic", "partitioner"}),
    integer("replication", "Replication", "Brokers that hold a copy.", "1", {1, 100},
            {"Durability", "replication.factor", "copies"}),
    integer("minIsr", "Minimum in sync",
            "Copies that must be in sync for a write with acks=all; with fewer, writes are refused.", "1",
            {1, 100}, {"Durability", "min.insync.replicas", "copies"}),
    duration("retention", "Retention", "Whole segments whose newest record is older are deleted.", "\"7d\"",
             {"Retention", "retention.ms"}),
    bytes("retentionBytes", "Size limit", "Of one partition, before its oldest segments are deleted.", "null",
          {0, 1e18}, {"Retention", "retention.bytes"}),
    boolean("compacted", "Compacted",
            "Keeps the newest record of each key instead of deleting by age; offsets never change.", false,
            {"Retention", "cleanup.policy"}),
    choice("lateArrival", "Late arrivals",
           "An event is late when a newer one of the same operation and key has already arrived: reject and "
           "log it, process it anyway, or divert it.",
           "\"reject\"", kLatePolicies, {"Late arrivals"}),
    reference("divertTo", "Divert to", "The queue or topic that gets diverted late arrivals.",
              {"Late arrivals"}),
};

constexpr std::array kTable{
    choice("location", "Location",
           "External: shared by all instances, no routing, a shared bottleneck. Internal: inside each "
           "instance of a service.",
           "\"external\"", kLocations, {"Table"}),
    choice("layout", "Layout",
           "Replicated: every instance has all rows. Partitioned: a request finds its row on the instance it "
           "reached with probability 1/n, else it is routed.",
           "\"replicated\"", kLayouts, {"Table"}),
    reference("of", "Inside", "The service that holds an internal table.", {"Table"}),
    text("key", "Key", "Field that identifies a row; none: the event's key.", "\"\"", {"Table"}),
    boolean("indexed", "Indexed", "Without an index on the key, a read looks at every row.", true, {"Table"}),
    distribution("writeTime", "Write time", "To make one event visible.", "\"1ms\"", {"Store"}),
    distribution("readTime", "Read time", "Of one query.", "\"exp(2ms)\"", {"Store"}),
    integer("connections", "Connections", "Queries at the same time; further ones wait.", "20", {1, 100000},
            {"Store"}),
    choice("lateArrival", "Late arrivals",
           "Whether an event older than the row's is written anyway, rejected, or diverted.", "\"process\"",
           kLatePolicies, {"Late arrivals"}),
};

}  // namespace

std::span<const PropertyInfo> brokerProperties(ElementKind kind) {
    switch (kind) {
        case ElementKind::Exchange:
            return kExchange;
        case ElementKind::Queue:
            return kQueue;
        case ElementKind::Topic:
            return kTopic;
        case ElementKind::Table:
            return kTable;
        default:
            return {};
    }
}

}  // namespace sluice
