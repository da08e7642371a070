#pragma once

#include <memory>
#include <string>
#include <vector>

#include "core/base/distribution.h"
#include "core/diagram/diagram.h"
#include "core/engine/logbroker/assignor.h"
#include "core/engine/logbroker/partitionlog.h"
#include "core/engine/queuebroker/queueoptions.h"
#include "core/engine/simulation.h"
#include "core/trace/entitytable.h"

namespace sluice {

inline constexpr std::uint32_t kNone = 0xffffffff;
/// A message names the client at the beginning of its chain in 16 bits.
inline constexpr std::size_t kMostClients = 65'535;

enum class Workload : std::uint8_t { Constant, Poisson, Ramp, Burst, Csv };
enum class KeyChoice : std::uint8_t { Uniform, Zipf, Sequence, Single };

struct CsvRow {
    TraceTime at{};
    std::int64_t key = 0;
    std::uint16_t type = 0;
};

struct ClientPlan {
    EntityId entity = kNoEntity;
    Workload workload = Workload::Poisson;
    double rate = 1;  ///< per second
    double rateEnd = 1;
    Duration rampDuration{};
    std::uint32_t burstSize = 1;
    Duration burstEvery{};
    std::vector<CsvRow> rows;
    TraceTime startAt{};
    std::uint64_t limit = 0;  ///< messages; 0: none
    std::uint16_t type = 0;
    KeyChoice keys = KeyChoice::Uniform;
    std::uint32_t keyCount = 1;
    std::vector<double> zipf;  ///< cumulative, for KeyChoice::Zipf
    std::vector<std::string> roles;
    Duration timeout{};                ///< for answers; zero: the link's
    std::vector<std::uint32_t> links;  ///< outgoing: publish and call
};

struct StepPlan {
    StepKind kind = StepKind::Work;
    Distribution time;
    double probability = 0;
    std::uint32_t link = kNone;
    std::uint16_t type = 0xffff;  ///< 0xffff: the message's own
    bool awaitReply = false;
    bool directReply = false;  ///< awaitReply without a queue: direct reply-to
    bool ownEventTime = false;
    bool error = false;  ///< Reply: a business error
    Duration timeout{};  ///< zero: none
    FailureKind failure = FailureKind::None;
    std::uint32_t keyModulo = 0;
    std::string role;
};

struct HandlerPlan {
    std::uint32_t link = kNone;
    std::uint16_t type = 0xffff;
    std::vector<StepPlan> steps;
};

struct ServicePlan {
    EntityId entity = kNoEntity;
    std::uint16_t instances = 1;
    std::uint32_t concurrency = 1;
    Duration startupTime{};
    std::vector<HandlerPlan> handlers;    ///< the last one takes whatever no other does
    std::vector<std::uint32_t> consumes;  ///< links, from queues and topics
    std::uint32_t replyLink = kNone;      ///< to a temporary queue
};

struct QueuePlan {
    EntityId entity = kNoEntity;
    std::string name;                 ///< on the broker: the element's id
    Json arguments = Json::object();  ///< RabbitMQ's own: x-message-ttl (ms), ...
    QueueOptions options;             ///< what the broker makes of them
    bool temporary = false;
    bool exclusive = false;
    bool deadLetters = false;
    std::vector<std::uint32_t> consumers;  ///< links
};

struct ExchangePlan {
    EntityId entity = kNoEntity;
    std::string name;
    std::string type;
    Json arguments = Json::object();
    bool autoDelete = false;
    bool internal = false;
};

struct TopicPlan {
    EntityId entity = kNoEntity;
    std::uint16_t partitions = 1;
    LogOptions log;
    bool crc32 = false;  ///< librdkafka's partitioner instead of Kafka's own
    LatePolicy late = LatePolicy::Reject;
    std::uint32_t divertTo = kNone;     ///< an element
    std::vector<std::uint32_t> groups;  ///< consume and materialize links
};

/// Tables, databases and caches: something with rows that a limited number may use at a time.
struct StorePlan {
    EntityId entity = kNoEntity;
    std::uint32_t connections = 1;
    Distribution readTime;
    Distribution writeTime;
    LatePolicy late = LatePolicy::Process;
    std::uint32_t materializedBy = kNone;  ///< link
};

struct ExternalPlan {
    EntityId entity = kNoEntity;
    double availability = 1;
    Distribution latency;
};

/// Where an element's plan stands.
struct PlanRef {
    ElementKind kind = ElementKind::Note;
    std::uint32_t index = kNone;  ///< into the vector of that kind; kNone: it does not run
};

struct LinkPlan {
    EntityId entity = kNoEntity;
    LinkKind kind = LinkKind::Publish;
    std::uint32_t from = 0;  ///< element index = EntityId
    std::uint32_t to = 0;
    PlanRef source;  ///< of `from`
    PlanRef target;  ///< of `to`
    Distribution latency;
    bool instant = false;         ///< zero latency: nothing moves, it is there
    std::uint16_t type = 0xffff;  ///< publish: its message type
    std::string routingKey;
    Json headers = Json::object();  ///< publish
    bool mandatory = false;
    bool confirms = true;
    bool awaitConfirm = false;
    bool persistent = true;
    std::int32_t priority = -1;
    Duration expiration{-1};  ///< negative: none
    // consume
    std::uint32_t prefetch = 0;
    Duration ackTimeout{-1};  ///< negative: none
    std::int32_t consumerPriority = 0;
    bool autoAck = false;
    bool exclusive = false;
    bool requeue = false;
    std::uint32_t retries = 0;  ///< consume, call and publish
    Duration backoff{};
    double backoffFactor = 2;
    Duration backoffMax{};
    bool jitter = false;
    Assignor assignor = Assignor::Range;
    bool autoCommit = false;
    bool latest = false;  ///< auto.offset.reset
    // call
    Duration timeout{};  ///< zero: none
};

struct BindingPlan {
    std::uint32_t exchange = 0;  ///< element
    std::uint32_t target = 0;    ///< element: queue or exchange
    std::string routingKey;
    Json arguments = Json::object();
};

struct ActionPlan {
    Action action;
    std::uint32_t element = kNone;
    std::uint32_t link = kNone;
    Duration duration{-1};  ///< negative: to the end
    double probability = 1;
    double factor = 1;
    Duration delay{};
    std::int32_t instance = -1;
    std::uint32_t count = 0;
    double rate = 0;
    bool all = false;
    FailureKind failure = FailureKind::None;
    /// Of a redrive by hand: what was chosen, sorted, and of it what was edited. Not by hand: whatever waits.
    bool byHand = false;
    std::vector<MessageId> messages{};
    std::vector<MessageId> edited{};
};

/// A diagram under one scenario, frozen for a run: indices instead of ids, parsed values instead of text,
/// defaults filled in. Element indices are the diagram's order, and the EntityId; links follow after the
/// elements.
struct Topology {
    std::shared_ptr<const EntityTable> table;
    Scenario scenario;
    std::uint64_t seed = 1;
    TraceTime end{};
    std::vector<PlanRef> elements;
    std::vector<ClientPlan> clients;
    std::vector<ServicePlan> services;
    std::vector<QueuePlan> queues;
    std::vector<ExchangePlan> exchanges;
    std::vector<TopicPlan> topics;
    std::vector<StorePlan> stores;
    std::vector<ExternalPlan> externals;
    std::vector<LinkPlan> links;
    std::vector<BindingPlan> bindings;
    std::vector<ActionPlan> actions;
    std::vector<std::uint32_t> operations;  ///< by message type: equal numbers, equal business operation
    std::uint16_t replyType = 0;            ///< of answers nobody named a type for

    /// Errors: no such scenario, an action on something that is not drawn, a value that is no value, with the
    /// place.
    static Result<Topology> compile(const Diagram& diagram, const RunOptions& options);
};

}  // namespace sluice
