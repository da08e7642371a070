#include "core/interchange/otlpimport.h"

#include <fmt/format.h>

#include <algorithm>
#include <charconv>
#include <map>
#include <optional>
#include <set>

#include "core/interchange/messagingspan.h"
#include "core/interchange/tracebuilder.h"

namespace sluice {
namespace {

class OtlpImport {
public:
    explicit OtlpImport(const std::string& name) : m_build(name) {}

    Result<ImportedTrace> read(std::string_view text) {
        m_spans = readMessagingSpans(text, [this](std::size_t line, std::string sentence) {
            m_build.warn(line, std::move(sentence));
        });
        tell();
        auto trace = m_build.finish();
        if (!trace)
            return Error{
                ErrorCode::InvalidInput,
                "there is no messaging span in it that can be used: spans need messaging.destination.name "
                "and an operation or the kind of a producer or consumer",
                {}};
        return trace;
    }

private:
    void tell() {
        for (const MessagingSpan& span : m_spans) {
            if (!span.sends())
                continue;
            m_messageOf[span.id] = m_build.message(nameOf(span));
            m_senders.try_emplace(m_messageOf[span.id], &span);
        }
        for (const MessagingSpan& span : m_spans) {
            const bool topic = span.isTopic();
            if (span.operation() == "settle" && span.first({"messaging.operation.name"}) == "dead_letter") {
                tellDeath(span);
                continue;
            }
            const EntityId service = m_build.element(span.service, ElementKind::Service);
            // A queue may be called as a service is.
            const std::string id =
                span.destination() == span.service ? span.destination() + " messages" : span.destination();
            const EntityId place =
                m_build.element(id, topic ? ElementKind::Topic : ElementKind::Queue, span.destination());
            if (span.sends())
                tellSent(span, service, place, topic);
            else
                tellConsumed(span, service, place, topic);
        }
        tellSkews();
    }

    /// What identifies the message: its id, else the span that sent it.
    [[nodiscard]] static std::string nameOf(const MessagingSpan& span) {
        const std::string id = span.messageId();
        return id.empty() ? "span " + span.id : id;
    }

    [[nodiscard]] MessageId messageOf(const MessagingSpan& span) {
        const std::string id = span.messageId();
        if (!id.empty())
            return m_build.message(id);
        for (const std::string& link : span.links) {
            if (const auto it = m_messageOf.find(link); it != m_messageOf.end())
                return it->second;
        }
        const auto it = m_messageOf.find(span.parent);
        return it != m_messageOf.end() ? it->second : m_build.message("span " + span.id);
    }

    std::uint16_t typeOf(const MessagingSpan& span) {
        const std::string type = span.first({"sluice.message.type", "cloudevents.event_type"});
        return m_build.type(type.empty() ? "message" : type);
    }

    void tellSent(const MessagingSpan& span, EntityId service, EntityId place, bool topic) {
        const EntityId link = m_build.link(LinkKind::Publish, service, place);
        TraceEvent event;
        event.at = span.from;
        event.message = m_build.message(nameOf(span));
        event.kind = EventKind::MessageCreated;
        event.subject = service;
        // Sent while another message was worked on: that one is its cause.
        if (const auto cause = m_worked.find(span.parent); cause != m_worked.end())
            event.peer = cause->second;
        event.detail = typeOf(span);
        event.value =
            m_build.key(event.detail, span.first({"messaging.kafka.message.key", "sluice.message.key",
                                                  "messaging.rabbitmq.destination.routing_key"}));
        m_build.add(event, span.line);
        event.peer = 0;
        event.detail = 0;
        event.kind = EventKind::Moved;
        event.subject = link;
        event.value = (span.to - span.from).count();
        m_build.add(event, span.line);
        event.at = span.to;
        event.subject = place;
        if (topic) {
            event.kind = EventKind::Appended;
            event.peer = partitionOf(span, place);
            event.value = offsetOf(span).value_or(m_ends[{place, event.peer}]);
            m_ends[{place, event.peer}] = event.value + 1;
        } else {
            event.kind = EventKind::Enqueued;
            event.value = -1;
        }
        m_build.add(event, span.line);
    }

    void tellConsumed(const MessagingSpan& span, EntityId service, EntityId place, bool topic) {
        const EntityId link = m_build.link(LinkKind::Consume, place, service);
        const MessageId message = messageOf(span);
        m_worked[span.id] = message;
        noticeSkew(span, message);
        TraceEvent event;
        event.message = message;
        event.at = span.from;
        // A receive and the process that follows are one delivery.
        if (m_delivered.insert({message, link}).second) {
            if (topic) {
                event.kind = EventKind::Fetched;
                event.subject = link;
                event.peer = partitionOf(span, place);
                event.value = offsetOf(span).value_or(m_read[{link, event.peer}]);
                m_read[{link, event.peer}] = event.value + 1;
            } else {
                event.kind = EventKind::Delivered;
                event.subject = place;
                event.peer = link;
                event.value = -1;
            }
            m_build.add(event, span.line);
        }
        if (span.operation() == "receive" || span.operation() == "poll")
            return;
        event = {};
        event.message = message;
        if (span.operation() == "settle" || span.operation() == "ack") {
            event.at = span.to;
            event.kind = EventKind::Acknowledged;
            event.subject = place;
            if (!topic)
                m_build.add(event, span.line);
            return;
        }
        event.at = span.from;
        event.kind = EventKind::WorkStarted;
        event.subject = service;
        m_build.add(event, span.line);
        event.at = span.to;
        event.kind = EventKind::WorkFinished;
        event.value = (span.to - span.from).count();
        event.marks = marksOf(0, span.failed ? FailureKind::UnexpectedError : FailureKind::None);
        m_build.add(event, span.line);
        if (!topic && !span.failed) {
            event.kind = EventKind::Acknowledged;
            event.subject = place;
            event.value = 0;
            m_build.add(event, span.line);
        }
    }

    /// As exportOtlp() writes it.
    void tellDeath(const MessagingSpan& span) {
        const EntityId queue = m_build.element(span.destination(), ElementKind::Queue);
        TraceEvent event;
        event.at = span.from;
        event.kind = EventKind::DeadLettered;
        event.message = messageOf(span);
        event.subject = queue;
        event.peer = kNoEntity;
        if (const std::string to = span.first({"sluice.death.destination"}); !to.empty()) {
            event.peer = m_build.element(to, ElementKind::Queue);
            m_build.entity(event.peer).deadLetters = true;
            m_build.link(LinkKind::DeadLetter, queue, event.peer);
        }
        const std::string reason = span.first({"sluice.death.reason"});
        for (int i = 0; i <= static_cast<int>(DeathReason::BrokerStopped); ++i) {
            if (reasonName(static_cast<DeathReason>(i)) == reason)
                event.detail = static_cast<std::uint16_t>(i);
        }
        event.marks = marksOf(
            0,
            findKind<FailureKind>(kFailureKindNames, span.first({"error.type"})).value_or(FailureKind::None));
        m_build.add(event, span.line);
        if (event.peer == kNoEntity)
            return;
        TraceEvent arrived;
        arrived.at = span.from;
        arrived.kind = EventKind::Enqueued;
        arrived.message = event.message;
        arrived.subject = event.peer;
        arrived.value = -1;
        m_build.add(arrived, span.line);
    }

    /// A consumer whose clock is behind the producer's has a message before it was sent.
    void noticeSkew(const MessagingSpan& span, MessageId message) {
        const auto sender = m_senders.find(message);
        if (sender == m_senders.end() || span.from >= sender->second->from)
            return;
        Duration& most = m_skews[{sender->second->service, span.service}];
        most = std::max<Duration>(most, sender->second->from - span.from);
    }

    void tellSkews() {
        for (const auto& [services, most] : m_skews)
            m_build.warn(
                0, fmt::format("the clock of '{}' is behind that of '{}' by {} or more: messages arrive "
                               "before they are sent; the times are kept as they are",
                               services.second, services.first, describeDuration(most)));
    }

    std::uint32_t partitionOf(const MessagingSpan& span, EntityId topic) {
        const std::string text =
            span.first({"messaging.destination.partition.id", "messaging.kafka.destination.partition",
                        "messaging.kafka.partition"});
        std::uint32_t partition = 0;
        constexpr std::uint32_t kMost = 4096;
        std::from_chars(text.data(), text.data() + text.size(), partition);
        partition = std::min(partition, kMost - 1);
        std::uint16_t& partitions = m_build.entity(topic).partitions;
        partitions = std::max(partitions, static_cast<std::uint16_t>(partition + 1));
        return partition;
    }

    static std::optional<std::int64_t> offsetOf(const MessagingSpan& span) {
        const std::string text = span.first({"messaging.kafka.offset", "messaging.kafka.message.offset"});
        std::int64_t offset = 0;
        const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), offset);
        return !text.empty() && error == std::errc() && offset >= 0 && offset < (std::int64_t(1) << 62U)
                   ? std::optional(offset)
                   : std::nullopt;
    }

    TraceBuilder m_build;
    std::vector<MessagingSpan> m_spans;
    std::map<std::string, MessageId> m_messageOf;                     ///< by the span that sent it
    std::map<std::string, MessageId> m_worked;                        ///< by the span that worked on it
    std::map<MessageId, const MessagingSpan*> m_senders;              ///< the first that sent it
    std::map<std::pair<std::string, std::string>, Duration> m_skews;  ///< by sender and consumer: the most
    std::set<std::pair<MessageId, EntityId>> m_delivered;
    std::map<std::pair<EntityId, std::uint32_t>, std::int64_t> m_ends;
    std::map<std::pair<EntityId, std::uint32_t>, std::int64_t> m_read;
};

}  // namespace

Result<ImportedTrace> importOtlp(std::string_view text, const std::string& name) {
    return OtlpImport(name).read(text);
}

}  // namespace sluice
