#include <array>

#include "core/diagram/catalogue.h"
#include "core/diagram/catalogueentry.h"
#include "core/diagram/catalogueparts.h"

namespace sluice {
namespace {

using namespace entry;

constexpr std::array<std::string_view, 5> kWorkloads{"constant", "poisson", "ramp", "burst", "csv"};
constexpr std::array<std::string_view, 4> kKeys{"uniform", "zipf", "sequence", "single"};
constexpr std::array<std::string_view, 3> kAuthentication{"none", "key", "jwt"};
constexpr std::array<std::string_view, 2> kPolicies{"roundRobin", "leastRequests"};
constexpr std::array<std::string_view, 2> kCacheModes{"aside", "readThrough"};
constexpr std::array<std::string_view, 3> kEvictions{"lru", "lfu", "fifo"};
constexpr std::array<std::string_view, 6> kOperations{"filter", "map",       "join",
                                                      "reduce", "aggregate", "window"};

constexpr std::array kClient{
    choice("workload", "Workload",
           "How requests arrive: evenly spaced, at random (Poisson), on a rising rate, in bursts, or as a "
           "list of times.",
           "\"poisson\"", kWorkloads, {"Workload"}),
    rate("rate", "Rate", "Messages a second; with a ramp, the rate at the start.", "1", {"Workload"}),
    rate("rateEnd", "Rate at the end", "Of a ramp; it stays there afterwards.", "10", {"Workload"}),
    duration("rampDuration", "Ramp lasts", "Time in which the rate goes from the first to the last.",
             "\"30s\"", {"Workload"}),
    integer("burstSize", "Burst size", "Messages sent at once, by a workload of bursts.", "10", {1, 1e6},
            {"Workload", {}, "messages"}),
    duration("burstEvery", "Burst every", "Time from one burst to the next.", "\"10s\"", {"Workload"},
             {1e-6, 3e9}),
    text("csv", "Times", "One line a message: time, key and, if it differs, message type. 1.5s,17,UpdateUser",
         "\"\"", {"Workload"}),
    duration("startAt", "Starts at", "Nothing is sent before.", "\"0s\"", {"Workload"}),
    integer("count", "At most", "Messages in all; 0 for no limit.", "0", {0, 1e9},
            {"Workload", {}, "messages"}),
    message("message", "Message", "The type it sends.", {"Message"}),
    choice("keys", "Keys",
           "Which entity a message is about: each as likely as any other, some far more often (Zipf), one "
           "after the other, or always the same.",
           "\"uniform\"", kKeys, {"Message"}),
    integer("keyCount", "Different keys", "How many entities there are.", "100", {1, 1e9}, {"Message"}),
    number("keySkew", "Skew", "Exponent of Zipf's law; at 1 the second key is half as frequent as the first.",
           "1.0", {0, 10}, {"Message"}),
    integer("users", "Users", "How many people send; each message carries one of them.", "100", {1, 1e9},
            {"People"}),
    textList("roles", "Roles",
             "Roles that travel with every message; a step that requires a role refuses who has it not.",
             {"People"}),
    duration("timeout", "Patience", "How long a user waits for an answer; none: as long as the call allows.",
             "null", {"People"}),
};

constexpr std::array kService{
    integer("instances", "Instances", "How many run at the start.", "1", {0, 1000}, {"Capacity"}),
    integer("concurrency", "Concurrency", "Messages that one instance works on at the same time.", "1",
            {1, 10000}, {"Capacity", {}, "messages"}),
    distribution("serviceTime", "Service time", "Work for one message when there are no handlers.",
                 "\"10ms\"", {"Capacity"}),
    boolean("idempotent", "Idempotent",
            "Has no further effect when the same message arrives again. Brokers deliver at least once.",
            false, {"Behaviour"}),
    duration("startupTime", "Start-up time", "From the start of an instance until it takes messages.",
             "\"5s\"", {"Capacity"}),
    boolean("autoscale", "Autoscale", "Adds instances when they are busy and takes them away again.", false,
            {"Autoscaling"}),
    integer("maxInstances", "At most", "Instances that autoscaling may reach.", "4", {1, 1000},
            {"Autoscaling", {}, "instances"}),
    fraction("scaleUpAt", "Scale up at", "Share of busy slots above which an instance is added.", "0.8",
             {"Autoscaling"}),
};

constexpr std::array kGateway{
    integer("instances", "Instances", "The single entry point should not be a single instance.", "1",
            {0, 1000}, {"Capacity"}),
    object("routes", "Routes", "A list of {\"path\", \"to\"}: which call link serves which path.", "[]",
           {"Routing"}),
    choice("authentication", "Authentication", "What a caller has to present.", "\"none\"", kAuthentication,
           {"Security"}),
    rate("rateLimit", "Rate limit", "Requests a second before callers are refused (429); 0 for none.", "0",
         {"Security"}),
    duration("timeout", "Timeout", "How long it waits for the service behind it.", "\"30s\"", {"Routing"}),
    duration("cacheTtl", "Response cache", "How long an answer may be given again; none: no cache.", "null",
             {"Routing"}),
    distribution("serviceTime", "Service time", "Its own work for one request.", "\"1ms\"", {"Capacity"}),
};

constexpr std::array kLoadBalancer{
    choice("policy", "Policy", "Which healthy instance gets the next call.", "\"roundRobin\"", kPolicies,
           {"Balancing"}),
    duration("healthCheckEvery", "Health check every",
             "Until the next check, calls still go to an instance that has just stopped.", "\"5s\"",
             {"Balancing"}, {1e-3, 3e9}),
    fraction("panicThreshold", "Panic threshold",
             "With fewer healthy instances than this share it ignores health and uses all of them.", "0.5",
             {"Balancing"}),
};

constexpr std::array kCache{
    choice("mode", "Mode",
           "Aside: the service asks the store after a miss. Read-through: the cache asks it itself.",
           "\"aside\"", kCacheModes, {"Cache"}),
    integer("capacity", "Capacity", "Entries it holds before it evicts.", "10000", {1, 1e9},
            {"Cache", {}, "entries"}),
    duration("ttl", "Time to live", "After this an entry is a miss; until then it may be out of date.",
             "\"60s\"", {"Cache"}),
    choice("eviction", "Eviction", "Which entry goes when it is full.", "\"lru\"", kEvictions, {"Cache"}),
    distribution("readTime", "Read time", "For a hit. The hit ratio is an outcome of the run.", "\"500us\"",
                 {"Cache"}),
};

constexpr std::array kDatabase{
    distribution("readTime", "Read time", "Of one query.", "\"exp(2ms)\"", {"Store"}),
    distribution("writeTime", "Write time", "Of one change, until it is durable.", "\"exp(4ms)\"", {"Store"}),
    integer("connections", "Connections",
            "Queries at the same time; further ones wait for a free connection.", "10", {1, 100000},
            {"Store"}),
};

constexpr std::array kExternal{
    fraction("availability", "Availability", "Share of calls that are answered at all.", "1.0", {"Service"}),
    distribution("latency", "Latency", "Time it takes to answer.", "\"exp(100ms)\"", {"Service"}),
    boolean("webhook", "Webhooks", "Calls back over its outgoing call links when something happens.", false,
            {"Webhooks"}),
    integer("webhookRetries", "Retries",
            "Further attempts of a webhook that was not answered with success; their order is not kept.", "3",
            {0, 1000}, {"Webhooks"}),
};

constexpr std::array kProcessor{
    choice("operation", "Operation", "What it makes of the records that it reads.", "\"map\"", kOperations,
           {"Processing"}),
    distribution("serviceTime", "Service time", "Work for one record.", "\"1ms\"", {"Processing"}),
    duration("window", "Window", "Length of a window; its end is exclusive. None: no windows.", "null",
             {"Windows"}),
    duration("grace", "Grace",
             "A record is dropped when stream time has passed the end of its window by this much.", "\"0s\"",
             {"Windows"}),
    integer("instances", "Instances", "Members of its consumer group.", "1", {0, 1000}, {"Processing"}),
    number("selectivity", "Selectivity",
           "Records out per record in: below 1 it filters or aggregates, above it splits.", "1.0", {0, 1000},
           {"Processing"}),
};

constexpr std::array kSidecar{
    reference("of", "Of", "The service that it stands beside.", {"Sidecar"}),
    duration("timeout", "Timeout", "For each call that the service makes.", "\"1s\"", {"Calls"}),
    integer("retries", "Retries", "Further attempts of a call. Layered retries multiply.", "2", {0, 100},
            {"Calls"}),
    duration("backoff", "Backoff", "Before the first retry; doubled for each further one.", "\"200ms\"",
             {"Calls"}),
    boolean("jitter", "Jitter",
            "Waits a random time up to the backoff, so that callers do not retry together.", true, {"Calls"}),
    fraction("breakerThreshold", "Breaker opens at", "Share of failed calls that opens the circuit breaker.",
             "0.5", {"Circuit breaker"}),
    integer("breakerMinimum", "After at least", "Calls before the breaker gives a verdict.", "10", {1, 1e6},
            {"Circuit breaker", {}, "calls"}),
    duration("breakerOpenFor", "Stays open", "Then a few probes decide whether it closes.", "\"10s\"",
             {"Circuit breaker"}),
    integer("bulkhead", "Bulkhead",
            "Calls at the same time; further ones are rejected, not queued. 0: no limit.", "0", {0, 1e6},
            {"Calls", {}, "calls"}),
    boolean("logging", "Logging", "Writes every call to the central log.", true, {"Operations"}),
    boolean("mtls", "Mutual TLS", "Both ends of every call prove who they are.", true, {"Operations"}),
};

constexpr std::array kNote{
    text("text", "Text", "What the note says.", "\"\"", {"Note"}),
};

constexpr std::array<KindInfo, kElementKindCount> kInfo{{
    {"Client", "A person, portal or job where traffic begins", true},
    {"Service", "An application, with instances and handlers", true},
    {"Gateway", "API gateway, the single entry point", false},
    {"Load balancer", "Spreads calls over healthy instances", false},
    {"Cache", "Cache-aside or read-through", false},
    {"Database", "A service's own store", true},
    {"External system", "A third party, such as a payment provider", true},
    {"Exchange", "AMQP exchange: direct, fanout, topic or headers", true},
    {"Queue", "Message queue, AMQP semantics", true},
    {"Topic", "Event stream of partitions, Kafka semantics", true},
    {"Processor", "Stream processor: filter, map, join, aggregate", false},
    {"Table", "Materialized table, read-only to its readers", true},
    {"Sidecar", "Operational proxy of one service", false},
    {"Note", "Text on the drawing", true},
}};

}  // namespace

std::span<const PropertyInfo> propertiesOf(ElementKind kind) {
    switch (kind) {
        case ElementKind::Client:
            return kClient;
        case ElementKind::Service:
            return kService;
        case ElementKind::Gateway:
            return kGateway;
        case ElementKind::LoadBalancer:
            return kLoadBalancer;
        case ElementKind::Cache:
            return kCache;
        case ElementKind::Database:
            return kDatabase;
        case ElementKind::External:
            return kExternal;
        case ElementKind::Processor:
            return kProcessor;
        case ElementKind::Sidecar:
            return kSidecar;
        case ElementKind::Note:
            return kNote;
        case ElementKind::Exchange:
        case ElementKind::Queue:
        case ElementKind::Topic:
        case ElementKind::Table:
            return brokerProperties(kind);
    }
    return {};
}

const KindInfo& infoOf(ElementKind kind) {
    return kInfo[static_cast<std::size_t>(kind)];
}

}  // namespace sluice
