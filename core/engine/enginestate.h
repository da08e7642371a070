#pragma once

#include <cstdint>
#include <deque>
#include <memory>
#include <unordered_map>
#include <unordered_set>
#include <vector>

#include "core/engine/logbroker/logbroker.h"
#include "core/engine/newestbykey.h"
#include "core/engine/outsidebroker.h"
#include "core/engine/queuebroker/queuebroker.h"
#include "core/engine/topology/topology.h"

// What the engine keeps of the elements, links and messages of a run while it plays them. Values without
// rules of their own: who may change what, and when, is the engine's.
namespace sluice::enginestate {

/// What is due, and which fields of a Due tell of what.
enum class DueKind : std::uint8_t {
    ClientTick,      ///< a: client
    Arrive,          ///< a: link, b: message, c: what the link's kind needs, small: instance
    ArriveBack,      ///< the same, against the link
    StepDone,        ///< a: job, b: its generation
    PublishArrives,  ///< a: link, b: message
    TakeUp,          ///< b: message, c: job, small: its generation
    Retry,           ///< a: queue plan, b: message
    StoreDone,       ///< a: store, b: use
    ExternalDone,    ///< a: link, b: message (the request)
    PublishRetry,    ///< a: link, b: message, small: attempt
    JobRetry,        ///< a: job, b: its generation: a topic's record is tried again in place
    CallRetry,       ///< a: job, b: its generation: its last call is made again
    InstanceReady,   ///< a: service, small: instance
    Poll,            ///< a: member: it asks its broker again
    Maintain,        ///< retention and compaction of all topics
    ActionBegin,     ///< a: action
    ActionEnd,       ///< a: action
    RedriveTick,     ///< a: action
    ConfirmFailed,   ///< a: job, b: its generation: what it published did not come to a queue
    RequestFailed,   ///< a: request, b: its generation: the same, and an answer was awaited
    GiveBack,        ///< a: message on its broker, b: delivery tag
    Resubscribe,     ///< consumers that were refused try again
    SendOutside,     ///< a: link, b: message: to an exchange, queue or topic on a broker outside
};

/// What a scenario's actions have done to an element or link; neutral when nothing has.
struct Fault {
    double drop = 0;
    double duplicate = 0;
    double poison = 0;
    double fail = 0;
    double slow = 1;
    Duration delay{};
    Duration reorder{};
    FailureKind failure = FailureKind::None;
    std::uint16_t cut = 0;
    std::uint16_t down = 0;
};

/// A link at a glance: what every message on it asks for, in a tenth of its plan's size.
struct Way {
    EntityId entity = kNoEntity;
    EntityId from = kNoEntity;
    EntityId to = kNoEntity;
    PlanRef target;
    DueKind arrival = DueKind::Arrive;  ///< what follows when a message arrives at its end
    bool atOnce = false;                ///< it has no latency, and no action has touched it
    bool bare = false;                  ///< what is published over it has neither headers nor priority
    bool ordinary = false;              ///< bare, and without an expiration, nobody waiting for its confirm
    bool autoAck = false;
};

/// Outside: a queue on a broker outside of the program. A topic's record from there has no member.
enum class JobSource : std::uint8_t { Queue, Topic, Call, Outside };
enum class JobState : std::uint8_t { Travelling, Waiting, Working, Backoff };

/// One of a service's instances; it stays where it is for the whole run.
struct Instance {
    const ServicePlan* plan = nullptr;
    std::uint32_t busy = 0;
    std::uint16_t index = 0;
    bool running = true;
    std::deque<std::uint32_t> waiting;  ///< jobs
    ChannelIndex channel{};
    ConsumerIndex replies{};  ///< direct reply-to, once it has asked that way
};

/// What a job stands for, which does not change while it is at work: read as a whole when it ends.
struct Assignment {
    Instance* instance = nullptr;
    std::uint32_t message = kNone;
    std::uint32_t link = kNone;  ///< it came over
    MemberIndex member{};        ///< JobSource::Topic
    MessageIndex queued{};       ///< JobSource::Queue; none: its channel is gone, and it with its delivery
    Offset offset = 0;           ///< JobSource::Topic
    TraceTime started{};
    std::uint32_t tag = 0;  ///< JobSource::Queue; from outside: the delivery
    std::uint16_t partition = 0;
    JobSource source = JobSource::Call;
};

/// One message with one instance of a service: waiting for a slot, or going through its handler's steps.
struct Job : Assignment {
    TraceTime arrived{};
    const HandlerPlan* handler = nullptr;
    std::uint16_t step = 0;
    std::uint16_t attempt = 0;      ///< JobSource::Topic: failures so far
    std::uint16_t callAttempt = 0;  ///< of the call it is at
    JobState state = JobState::Travelling;
    bool answered = false;
    bool faultChecked = false;  ///< the scenario's failures have had their chance
};

struct Service {
    std::vector<Instance> instances;
    std::uint32_t nextInstance = 0;  ///< round robin among equals
};

/// Whom a broker's consumer stands for.
struct Seat {
    Instance* instance = nullptr;
    std::uint32_t link = kNone;
    EntityId linkEntity = kNoEntity;
    bool autoAck = false;
    Duration ackTimeout{-1};  ///< negative: none
};

enum class RequestState : std::uint8_t { Pending, TimedOut, Answered };
/// Somebody waits for an answer: a client or a job, over a call link or a temporary queue.
struct Request {
    std::uint32_t link = kNone;  ///< the call, or the publish link the command left by
    std::uint32_t job = kNone;   ///< kNone: a client waits
    std::uint32_t jobGeneration = 0;
    std::uint32_t client = kNone;
    EntityId subject = kNoEntity;      ///< call link or temporary queue
    std::uint32_t replyQueue = kNone;  ///< queue plan
    RoutingKeyIndex replyAddress{};    ///< direct reply-to
    MessageId message = 0;
    TraceTime sent{};
    TraceTime timedOut{};
    std::uint32_t holders = 0;  ///< messages that ask or answer it
    std::uint16_t instance = 0;
    std::uint16_t attempt = 0;
    RequestState state = RequestState::Pending;
};

struct StoreUse {
    std::uint32_t job = kNone;  ///< a service reads or writes
    std::uint32_t generation = 0;
    std::uint32_t message = kNone;  ///< or a topic's record is written
    std::uint32_t link = kNone;
    MemberIndex member{};
    Offset offset = 0;
    TraceTime asked{};
    std::uint32_t delivery = kNone;  ///< of a record from a broker outside
    std::uint16_t partition = 0;
    bool writes = false;
};

struct Store {
    std::uint32_t busy = 0;
    std::deque<std::uint32_t> waiting;
    std::unordered_set<std::int64_t> rows;  ///< keys
    NewestByKey newest;                     ///< what was written last
};

/// One consumer group: the instances behind a consume link, or the table behind a materialize link.
struct Group {
    std::uint32_t link = kNone;
    std::uint32_t topic = 0;
    GroupIndex broker{};
    std::vector<std::vector<MemberIndex>> members;  ///< by instance
    std::vector<Offset> released;                   ///< by partition: records before it are committed
    std::vector<std::uint16_t> uncommitted;         ///< by partition: records processed since the last commit
    TraceTime rebalanceBegan{};
    bool settled = false;  ///< has had its first assignment, which is no rebalance to anyone
};

struct MemberPlace {
    Instance* reader = nullptr;  ///< null: a table
    std::uint32_t group = 0;
    std::uint16_t instance = 0;
    bool busy = false;  ///< it has a record, or waits for its broker
};

/// What a run has on a broker outside of the program.
struct Outside {
    /// A queue in which a copy stands.
    struct Place {
        EntityId queue = kNoEntity;
        TraceTime since{};
        bool delivered = false;
    };
    /// Something that was sent there, as long as more may be heard of it. It holds its message.
    struct Sent {
        std::uint32_t message = kNone;
        std::uint32_t link = kNone;  ///< kNone: straight to the place
        EntityId place = kNoEntity;  ///< it was sent to
        std::uint16_t attempt = 1;
        std::vector<Place> in;
        std::vector<OutsideNews::Death> deaths;  ///< that were told
        std::vector<EntityId> shownIn;           ///< queues that showed it before it was confirmed
        std::uint32_t readers = 0;               ///< of a topic: groups that have yet to be done with it
        bool confirmed = false;
        bool returned = false;
        bool seen = false;  ///< in some queue; of a topic: its place there is told
    };
    /// A delivery that is not settled.
    struct Held {
        std::uint32_t number = 0;
        std::uint32_t link = kNone;
        std::uint16_t instance = 0;
    };
    std::shared_ptr<OutsideBroker> broker;
    std::vector<std::uint8_t> has;     ///< by entity
    std::vector<std::uint32_t> ready;  ///< by entity: messages that a queue could deliver
    std::unordered_map<std::uint32_t, Sent> sent;
    std::unordered_map<std::uint32_t, Held> held;  ///< by delivery
    std::uint32_t lastSending = 0;
    TraceTime lastWord{};  ///< of the broker, or to it

    /// Links stand after the elements.
    [[nodiscard]] static std::uint32_t linkOf(EntityId link, std::size_t elements) {
        return static_cast<std::uint32_t>(link - elements);
    }
};

struct ClientState {
    std::uint64_t created = 0;
    std::uint64_t sequence = 0;
    std::size_t row = 0;
    std::uint32_t left = 0;  ///< of a burst
};

}  // namespace sluice::enginestate
