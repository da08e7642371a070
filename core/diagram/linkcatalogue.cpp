#include <array>

#include "core/diagram/catalogueentry.h"

namespace sluice {
namespace {

using namespace entry;

constexpr std::array<std::string_view, 2> kOffsetResets{"earliest", "latest"};
constexpr std::array<std::string_view, 4> kAssignors{"range", "roundRobin", "sticky", "cooperativeSticky"};
constexpr std::array<std::string_view, 4> kMatches{"all", "any", "allWithX", "anyWithX"};
constexpr std::array<std::string_view, 3> kProtocols{"REST", "GraphQL", "gRPC"};

constexpr PropertyInfo kLatency = distribution(
    "latency", "Latency", "Time on the network, one way. Tokens travel this long.", "\"1ms\"", {"Network"});

constexpr std::array kPublish{
    message("message", "Message", "The type sent here when no handler says another.", {"Message"}),
    text("routingKey", "Routing key",
         "What a direct exchange compares and a topic exchange matches; to a queue, its name is used.",
         "\"\"", {"Message", "routing_key"}),
    object(
        "headers", "Headers",
        "Names and values that a headers exchange compares. CC and BCC, lists, are further routing keys; BCC "
        "is taken off before anybody reads it.",
        "null", {"Message", "headers"}),
    boolean(
        "mandatory", "Mandatory",
        "An unroutable message is returned first (basic.return) and then confirmed; without, it is dropped.",
        false, {"Delivery", "mandatory"}),
    boolean(
        "persistent", "Persistent",
        "A durable queue keeps it over a restart of the broker. What is not persistent is lost then, unless "
        "the queue is a quorum queue.",
        true, {"Delivery", "delivery_mode 2"}),
    boolean("confirms", "Confirms",
            "The broker says when it has taken charge, and nacks what a full queue rejects (reject-publish): "
            "it is "
            "published again. Unroutable messages are confirmed too. Without confirms nobody hears of a "
            "rejection.",
            true, {"Delivery", "confirm.select, acks=all"}),
    boolean("awaitConfirm", "Wait for the confirm",
            "A service goes on only when the broker has confirmed; when the message is returned, or nacked "
            "to the "
            "last retry, its step fails with an unavailable queue.",
            false, {"Delivery", "wait_for_confirms"}),
    integer(
        "retries", "Retries",
        "How often it is published again after a nack or while the broker is away, 1 s, 2 s, 4 s ... at most "
        "30 s apart; then it is lost.",
        "12", {0, 1000}, {"Delivery"}),
    integer("priority", "Priority",
            "For queues that keep priorities apart (x-max-priority); without one it counts as 0, above the "
            "queue's maximum as the maximum.",
            "null", {0, 255}, {"Message", "priority"}),
    duration("expiration", "Expiration",
             "The message's own TTL; it expires only at the head of its queue. The lower of this and the "
             "queue's holds.",
             "null", {"Message", "expiration"}),
    kLatency,
};

constexpr std::array kConsume{
    integer("prefetch", "Prefetch",
            "Unacknowledged messages that one consumer may hold; 0 is unlimited. Automatic acknowledgement "
            "ignores it.",
            "10", {0, 65535}, {"Queue", "basic.qos prefetch_count", "messages"}),
    boolean("autoAck", "Automatic acknowledgement",
            "A message counts as done when it is sent: a crash loses what was in work.", false,
            {"Queue", "no_ack"}),
    duration("ackTimeout", "Acknowledgement timeout",
             "A delivery that is not acknowledged in time costs the consumer its channel: the broker closes "
             "it, puts "
             "back all that it held, and the consumer comes again. RabbitMQ's own is 30 min.",
             "null", {"Queue", "consumer_timeout"}),
    integer("priority", "Consumer priority",
            "Consumers of higher priority are served first while their prefetch leaves room, and bypassed "
            "when it does not.",
            "0", {-1000, 1000}, {"Queue", "x-priority"}),
    boolean("exclusive", "Exclusive",
            "No other consumer may read the queue: the first instance gets it, the others are refused "
            "(ACCESS_REFUSED) and try again when it goes.",
            false, {"Queue", "exclusive"}),
    boolean(
        "requeue", "Requeue on failure",
        "After its retries a message is given back (basic.nack with requeue) instead of rejected. A classic "
        "queue puts it back in its place, so it comes again at once; a quorum queue counts it for the "
        "delivery "
        "limit.",
        false, {"Queue", "basic.nack requeue"}),
    text("group", "Consumer group",
         "Instances of one group share the partitions; every group gets every record. None: the reader's id.",
         "\"\"", {"Topic", "group.id"}),
    boolean("autoCommit", "Automatic commit",
            "Commits what was polled, processed or not: a crash can lose records.", false,
            {"Topic", "enable.auto.commit"}),
    choice("autoOffsetReset", "Without an offset", "Where a new group begins.", "\"earliest\"", kOffsetResets,
           {"Topic", "auto.offset.reset"}),
    choice("assignor", "Assignor",
           "Range works per topic, so remainders pile up on the first members; sticky ones move as few "
           "partitions as possible; only the cooperative one does not stop everyone.",
           "\"range\"", kAssignors, {"Topic", "partition.assignment.strategy"}),
    integer("retries", "Retries",
            "Further attempts after a technical or unexpected failure; then the message is rejected and goes "
            "to the dead letters.",
            "0", {0, 1000}, {"Retry"}),
    duration("backoff", "Backoff", "Before the first retry.", "\"1s\"", {"Retry"}),
    number("backoffFactor", "Factor", "By which the backoff grows with each retry.", "2", {1, 100},
           {"Retry"}),
    duration("backoffMax", "At most", "The longest backoff.", "\"60s\"", {"Retry"}),
    boolean("jitter", "Jitter",
            "Waits a random time up to the backoff, so that retries do not come together.", false, {"Retry"}),
    kLatency,
};

constexpr std::array kBind{
    text("routingKey", "Routing key",
         "Direct: must be equal. Topic: a pattern, * is exactly one word and # zero or more.", "\"\"",
         {"Binding", "routing_key"}),
    object("headers", "Headers",
           "A headers exchange compares these with the message's headers; other exchanges ignore them.",
           "null", {"Binding", "arguments"}),
    choice("match", "Match",
           "All headers or any of them; headers that begin with x- are skipped unless asked for. Without a "
           "header of its own all matches every message, any none.",
           "\"all\"", kMatches, {"Binding", "x-match"}),
    kLatency,
};

constexpr std::array kDeadLetter{
    text("routingKey", "Routing key",
         "The dead letter is published again with this key; none: the queue's setting, else the one it came "
         "with.",
         "null", {"Dead letters", "x-dead-letter-routing-key"}),
    kLatency,
};

constexpr std::array kCall{
    choice("protocol", "Protocol", "How the two talk.", "\"REST\"", kProtocols, {"Call"}),
    duration("timeout", "Timeout",
             "After this the caller stops waiting; effects already done remain. None: it waits for ever.",
             "null", {"Call"}, {1e-6, 3e9}),
    integer("retries", "Retries", "Further attempts after a technical failure. Layered retries multiply.",
            "0", {0, 1000}, {"Retry"}),
    duration("backoff", "Backoff", "Before a retry; doubled for each further one.", "\"200ms\"", {"Retry"}),
    kLatency,
};

constexpr std::array kReply{kLatency};

constexpr std::array kMaterialize{
    text("group", "Consumer group", "None: the table's id.", "\"\"", {"Topic", "group.id"}),
    text("query", "Query", "Which part of the stream the table holds; for the reader.", "\"\"", {"Table"}),
    kLatency,
};

constexpr std::array kStore{kLatency};

constexpr std::array<KindInfo, kLinkKindCount> kInfo{{
    {"Publish", "Sends messages to a queue, exchange or topic", true},
    {"Consume", "Takes messages from a queue or records from a topic", true},
    {"Bind", "Routes from an exchange by routing key or headers", true},
    {"Dead letter", "Where a queue's rejected, expired and surplus messages go (x-dead-letter-exchange)",
     true},
    {"Call", "Synchronous call that waits for its answer", true},
    {"Reply", "Answers over the caller's temporary queue", true},
    {"Materialize", "Feeds a table from a stream", true},
    {"Read", "Reads a table, cache or database", true},
    {"Write", "Writes a database or cache", true},
}};

}  // namespace

std::span<const PropertyInfo> propertiesOf(LinkKind kind) {
    switch (kind) {
        case LinkKind::Publish:
            return kPublish;
        case LinkKind::Consume:
            return kConsume;
        case LinkKind::Bind:
            return kBind;
        case LinkKind::DeadLetter:
            return kDeadLetter;
        case LinkKind::Call:
            return kCall;
        case LinkKind::Reply:
            return kReply;
        case LinkKind::Materialize:
            return kMaterialize;
        case LinkKind::Read:
        case LinkKind::Write:
            return kStore;
    }
    return {};
}

const KindInfo& infoOf(LinkKind kind) {
    return kInfo[static_cast<std::size_t>(kind)];
}

}  // namespace sluice
