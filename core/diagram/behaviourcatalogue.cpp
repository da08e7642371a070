#include <array>

#include "core/diagram/catalogueentry.h"

namespace sluice {
namespace {

using namespace entry;

constexpr std::array<std::string_view, 2> kEventTimes{"inherit", "now"};
constexpr std::array<std::string_view, 2> kReplyTos{"queue", "direct"};
constexpr std::array<std::string_view, 2> kOutcomes{"ok", "error"};
constexpr std::array<std::string_view, 5> kFailures{"badData", "businessError", "unexpectedError",
                                                    "queueUnavailable", "serviceUnavailable"};

// Steps of a handler.
constexpr PropertyInfo kRole =
    text("role", "Requires role", "The acting user must have it, else the step is refused: a business error.",
         "\"\"", {"Security"});

constexpr std::array kWork{
    distribution("time", "Time", "Holds one slot of the instance for so long.", "\"10ms\"", {"Step"}),
    kRole,
};
constexpr std::array kValidate{
    fraction("probability", "Fails with", "Share of messages found bad beyond those that are malformed.", "0",
             {"Step"}),
    text("field", "Field", "The field that is checked; for the reader.", "\"\"", {"Step"}),
    kRole,
};
constexpr std::array kCallStep{
    reference("link", "Link", "The call link it goes over.", {"Step"}),
    message("message", "Message", "What is asked; none: the message in hand.", {"Step"}),
    duration("timeout", "Timeout", "Instead of the link's.", "null", {"Step"}, {1e-6, 3e9}),
    kRole,
};
constexpr std::array kReadStep{
    reference("link", "Link", "The read link to the table, cache or database.", {"Step"}),
    kRole,
};
constexpr std::array kWriteStep{
    reference("link", "Link", "The write link to the database or cache.", {"Step"}),
    kRole,
};
constexpr std::array kPublishStep{
    reference("link", "Link", "The publish link it goes over.", {"Step"}),
    message("message", "Message", "What is sent; none: the link's.", {"Step"}),
    boolean("awaitReply", "Await the reply",
            "Waits for the answer on a temporary queue of this instance, by correlation id.", false,
            {"Request and reply", "reply_to, correlation_id"}),
    choice(
        "replyTo", "Reply to",
        "The temporary queue that is drawn, or directly (direct reply-to): no queue is declared, the broker "
        "hands the answer to the instance that asked, and drops it when that is gone.",
        "\"queue\"", kReplyTos, {"Request and reply", "amq.rabbitmq.reply-to"}),
    duration("timeout", "Timeout",
             "After this the user is told that it will be handled later, and the command is not sent again. "
             "None: it waits for ever.",
             "null", {"Request and reply"}, {1e-6, 3e9}),
    choice("eventTime", "Event time",
           "Of what is sent: that of the message in hand, or now. Late arrivals are told by it.",
           "\"inherit\"", kEventTimes, {"Step"}),
    kRole,
};
constexpr std::array kReplyStep{
    choice("outcome", "Outcome", "Answers that it is done, or with a business error.", "\"ok\"", kOutcomes,
           {"Step"}),
    message("message", "Message", "The type of the answer.", {"Step"}),
    kRole,
};
constexpr std::array kFailStep{
    choice("failure", "Failure",
           "Technical and unexpected ones are retried, bad data is rejected at once, a business error is "
           "acknowledged and the caller told.",
           "\"unexpectedError\"", kFailures, {"Step"}),
    fraction("probability", "Probability", "Share of the messages that fail.", "1", {"Step"}),
    integer("keyModulo", "Keys divisible by", "Only messages whose key number is; 0 for all.", "0", {0, 1e9},
            {"Step"}),
    kRole,
};

// Actions of a scenario.
constexpr PropertyInfo kFor =
    duration("duration", "For", "Then it is as before. None: to the end.", "null", {"Action"});
constexpr PropertyInfo kProbability =
    fraction("probability", "Probability", "Share of the messages that are hit.", "1", {"Action"});

constexpr std::array kInstanceAction{
    integer("instance", "Instance", "Which one, from 0; -1 for all.", "-1", {-1, 1000}, {"Action"}),
    kFor,
};
constexpr std::array kSlowDown{
    number("factor", "Factor", "By which service times are multiplied.", "2", {0, 1e6}, {"Action"}),
    kFor,
};
constexpr std::array kFailAction{
    choice("failure", "Failure", "How its handlers fail, until it is mended.", "\"unexpectedError\"",
           kFailures, {"Action"}),
    kProbability,
    kFor,
};
constexpr std::array kChance{kProbability, kFor};
constexpr std::array kDelay{
    duration("delay", "Delay", "Time that messages take longer; of a reordering, at most.", "\"1s\"",
             {"Action"}),
    kFor,
};
constexpr std::array kPlain{kFor};
constexpr std::array kBurst{
    integer("count", "Count", "Messages sent at once.", "100", {1, 1e6}, {"Action", {}, "messages"}),
    kFor,
};
constexpr std::array kRedrive{
    boolean("all", "All",
            "Also what is superseded by a newer message or has expired. By default only what is safe.", false,
            {"Action"}),
    rate("rate", "Rate", "Messages a second; 0: all at once.", "0", {"Action"}),
    kFor,
};
constexpr std::array kSet{
    text("key", "Property", "Its key, as the file spells it.", "\"\"", {"Action"}),
    object("value", "Value", "What it becomes.", "null", {"Action"}),
    kFor,
};

constexpr std::array kMessage{
    bytes("size", "Size", "Of one message, payload and headers.", "512", {0, 1e9}, {"Message"}),
};

constexpr std::array<MetricInfo, 40> kMetrics{{
    {"created", "created", "messages"},
    {"in", "in", "messages"},
    {"out", "out", "messages"},
    {"failed", "failures", "messages"},
    {"retried", "retries", "messages"},
    {"redelivered", "redeliveries", "messages"},
    {"deadLetters", "dead letters", "messages"},
    {"discarded", "discarded", "messages"},
    {"lost", "lost", "messages"},
    {"lateArrivals", "late arrivals", "messages"},
    {"timeouts", "timeouts", "requests"},
    {"lateAnswers", "answers after the timeout", "answers"},
    {"redriven", "redriven", "messages"},
    {"refused", "users refused", "users"},
    {"deferred", "users told that it is handled later", "users"},
    {"done", "users told that it is done", "users"},
    {"depth", "depth at the end", "messages"},
    {"maxDepth", "greatest depth", "messages"},
    {"busy", "mean messages in work", "messages"},
    {"openIncidents", "open incidents", "incidents"},
    {"wait.mean", "wait, mean", "", true},
    {"wait.p50", "wait, median", "", true},
    {"wait.p95", "wait, 95th percentile", "", true},
    {"wait.p99", "wait, 99th percentile", "", true},
    {"wait.max", "wait, longest", "", true},
    {"service.mean", "service time, mean", "", true},
    {"service.p50", "service time, median", "", true},
    {"service.p95", "service time, 95th percentile", "", true},
    {"service.p99", "service time, 99th percentile", "", true},
    {"service.max", "service time, longest", "", true},
    {"roundTrip.mean", "round trip, mean", "", true},
    {"roundTrip.p50", "round trip, median", "", true},
    {"roundTrip.p95", "round trip, 95th percentile", "", true},
    {"roundTrip.p99", "round trip, 99th percentile", "", true},
    {"roundTrip.max", "round trip, longest", "", true},
    {"freshness.mean", "freshness, mean", "", true},
    {"freshness.p50", "freshness, median", "", true},
    {"freshness.p95", "freshness, 95th percentile", "", true},
    {"freshness.p99", "freshness, 99th percentile", "", true},
    {"freshness.max", "freshness, longest", "", true},
}};

}  // namespace

std::span<const PropertyInfo> propertiesOf(StepKind kind) {
    switch (kind) {
        case StepKind::Work:
            return kWork;
        case StepKind::Validate:
            return kValidate;
        case StepKind::Call:
            return kCallStep;
        case StepKind::Read:
            return kReadStep;
        case StepKind::Write:
            return kWriteStep;
        case StepKind::Publish:
            return kPublishStep;
        case StepKind::Reply:
            return kReplyStep;
        case StepKind::Fail:
            return kFailStep;
    }
    return {};
}

std::span<const PropertyInfo> propertiesOf(ActionKind kind) {
    switch (kind) {
        case ActionKind::Stop:
        case ActionKind::Start:
            return kInstanceAction;
        case ActionKind::SlowDown:
            return kSlowDown;
        case ActionKind::Fail:
            return kFailAction;
        case ActionKind::Drop:
        case ActionKind::Duplicate:
        case ActionKind::Poison:
            return kChance;
        case ActionKind::Delay:
        case ActionKind::Reorder:
            return kDelay;
        case ActionKind::Cut:
        case ActionKind::BrokerDown:
            return kPlain;
        case ActionKind::Burst:
            return kBurst;
        case ActionKind::Redrive:
            return kRedrive;
        case ActionKind::Discard:
            return {};
        case ActionKind::Set:
            return kSet;
    }
    return {};
}

std::span<const PropertyInfo> messageTypeProperties() {
    return kMessage;
}

std::span<const MetricInfo> expectationMetrics() {
    return kMetrics;
}

}  // namespace sluice
