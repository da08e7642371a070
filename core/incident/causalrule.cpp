#include "core/incident/causalrule.h"

#include <array>

namespace sluice {
namespace {

constexpr std::string_view kQueues = "RabbitMQ, Queues";
constexpr std::string_view kAcknowledgements = "RabbitMQ, Consumer Acknowledgements and Publisher Confirms";
constexpr std::string_view kDeadLetters = "RabbitMQ, Dead Letter Exchanges";
constexpr std::string_view kTtl = "RabbitMQ, Time-To-Live and Expiration";
constexpr std::string_view kConcepts = "RabbitMQ, AMQP 0-9-1 Model Explained";
constexpr std::string_view kKafkaDesign = "Apache Kafka, Documentation, Design";
constexpr std::string_view kManual = "Sluice, Manual, Why a message is where it is";

constexpr std::array<CausalRuleText, kCausalRuleCount> kTexts{{
    {"A queue keeps a message until a consumer acknowledges it, or a limit of the queue removes it", kQueues},
    {"An acknowledged message is done, and leaves its queue", kAcknowledgements},
    {"A record stays in its topic; the group's position moves past it", kKafkaDesign},
    {"A table takes over each record of its topic", "Apache Kafka, Streams, KTable"},
    {"What is lost on the way nobody sends again, unless the publisher waits for a confirm",
     kAcknowledgements},
    {"A mandatory message that no queue is bound for goes back to its publisher",
     "RabbitMQ, Publishers, Unroutable messages"},
    {"A full queue with overflow reject-publish nacks what is published", "RabbitMQ, Queue Length Limit"},
    {"An event is stale when a newer one of the same operation and key has already arrived", kManual},
    {"A message that its consumer rejects without requeue is dead-lettered", kDeadLetters},
    {"A message that waits longer than its time to live is dead-lettered", kTtl},
    {"A queue beyond its length limit gives up messages by its overflow rule, and dead-letters them",
     "RabbitMQ, Queue Length Limit"},
    {"A quorum queue dead-letters a message that was given back more often than the delivery limit",
     "RabbitMQ, Quorum Queues, Poison Message Handling"},
    {"The messages of a queue that is deleted are gone: they are not dead-lettered", kDeadLetters},
    {"A purge removes the ready messages of a queue: they are not dead-lettered", kQueues},
    {"A message that no binding matches is dropped, unless it is mandatory",
     "RabbitMQ, Publishers, Unroutable messages"},
    {"A dead letter that comes round to a queue it died in, without a rejection on the way, is dropped",
     "RabbitMQ, Dead Letter Exchanges, Automatic cycles"},
    {"What is not persistent is gone when the broker stops", "RabbitMQ, Reliability Guide"},
    {"Without a dead-letter exchange, what would be dead-lettered is dropped", kDeadLetters},
    {"A dead letter is published again to the queue's dead-letter exchange", kDeadLetters},
    {"A direct exchange routes to the bindings with the same routing key", kConcepts},
    {"A fanout exchange routes to every binding", kConcepts},
    {"A topic exchange routes to the bindings whose pattern matches the routing key", kConcepts},
    {"A headers exchange routes to the bindings whose headers match", kConcepts},
    {"The default exchange routes by the queue's name", kConcepts},
    {"Technical and unexpected failures are tried again after a backoff, up to the consumer's retries",
     kManual},
    {"A publisher that hears no confirm, or a nack, publishes again", kAcknowledgements},
    {"What a consumer had not acknowledged when its channel closed is ready again",
     "RabbitMQ, Consumer Acknowledgements, Automatic requeueing"},
    {"What a consumer gives back with requeue is ready again",
     "RabbitMQ, Consumer Acknowledgements, Negative acknowledgements and requeueing"},
    {"A redrive publishes a dead letter again to the queue it died in", kManual},
    {"A queue gives messages in turn to the consumers whose prefetch has room",
     "RabbitMQ, Consumer Prefetch"},
    {"A keyed record goes to the partition of its key's hash, one without a key to the batch's",
     kKafkaDesign},
    {"In a consumer group, one member alone reads a partition", "Apache Kafka, Documentation, Consumers"},
    {"A call goes over its link to an instance that runs", kManual},
    {"A handler whose step fails ends there; bad data and what was tried too often are rejected without "
     "requeue",
     kManual},
    {"A handler's step publishes, calls or answers because of the message it works on", kManual},
    {"Who waits longer than the timeout goes on without the answer", kManual},
    {"What an instance had at work ends with it", kManual},
    {"The scenario did it", kManual},
    {"A client begins what follows", kManual},
}};

}  // namespace

CausalRuleText textOf(CausalRule rule) {
    return kTexts[static_cast<std::size_t>(rule)];
}

}  // namespace sluice
