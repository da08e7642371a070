#include "core/interchange/otlpexport.h"

#include <fmt/format.h>

#include <map>
#include <optional>
#include <unordered_map>
#include <unordered_set>

#include "core/base/random.h"
#include "core/interchange/fieldvalue.h"
#include "core/interchange/spankind.h"
#include "core/trace/closedrange.h"
#include "core/trace/eventfields.h"

namespace sluice {
namespace {

constexpr int kStatusError = 2;

/// Ids that say nothing but are the same each time, and none of them zero.
std::string hexId(std::uint64_t number, std::uint64_t salt, int digits) {
    std::uint64_t x = (number + 1) * 0x9e3779b97f4a7c15U ^ salt;
    x = (x ^ (x >> 30U)) * 0xbf58476d1ce4e5b9U;
    x = (x ^ (x >> 27U)) * 0x94d049bb133111ebU;
    x ^= x >> 31U;
    const std::string half = fmt::format("{:016x}", x | 1U);
    return digits == 32 ? half + fmt::format("{:016x}", (x * 0x2545f4914f6cdd1dU) | 1U) : half;
}

Json text(std::string_view key, std::string_view value) {
    return {{"key", key}, {"value", {{"stringValue", value}}}};
}
Json whole(std::string_view key, std::int64_t value) {
    return {{"key", key}, {"value", {{"intValue", std::to_string(value)}}}};
}

class OtlpExport {
public:
    OtlpExport(const TraceStore& store, const OtlpScope& scope)
        : m_store(store), m_table(store.table()), m_scope(scope) {}

    Result<void> write() {
        const Sequence from = m_scope.from <= TraceTime::zero() ? 0 : m_store.lowerBound(m_scope.from);
        const Sequence to = firstAfter(m_store, m_scope.to);
        bool going = m_scope.write("{\"resourceSpans\":[");
        m_store.visit(from, to, [&](Sequence, const TraceEvent& event) {
            going = going && follow(event);
            return going;
        });
        // What is in work where the range ends has no end, and so is no span yet.
        for (auto& [service, spans] : m_spans)
            going = going && flush(service, spans);
        if (!going || !m_scope.write("]}\n"))
            return Error{ErrorCode::Cancelled, "the export was cancelled", {}};
        return {};
    }

private:
    static constexpr std::size_t kBatch = 512;

    struct Work {
        TraceTime since{};
        EntityId source = kNoEntity;
    };
    struct Call {
        TraceTime since{};
        EntityId by = kNoEntity;
        EntityId to = kNoEntity;
    };

    bool follow(const TraceEvent& event) {
        switch (event.kind) {
            case EventKind::Moved:
                return sent(event);
            case EventKind::Delivered:
                m_source[event.message] = event.subject;
                return true;
            case EventKind::Fetched:
                if (event.subject < m_table.entities.size())
                    m_source[event.message] = m_table.entities[event.subject].from;
                m_partition[event.message] = event.peer;
                m_offset[event.message] = event.value;
                return true;
            case EventKind::WorkStarted:
                m_work[{event.message, event.subject}] = {event.at, sourceOf(event.message)};
                return true;
            case EventKind::WorkFinished:
                return processed(event);
            case EventKind::Called:
                called(event);
                return true;
            case EventKind::Answered:
                return answered(event.peer, event, event.cause());
            case EventKind::TimedOut:
                return answered(event.message, event, FailureKind::CallerTimeout);
            case EventKind::DeadLettered:
                return died(event);
            default:
                return true;
        }
    }

    [[nodiscard]] EntityId sourceOf(MessageId message) const {
        const auto it = m_source.find(message);
        return it == m_source.end() ? kNoEntity : it->second;
    }

    [[nodiscard]] bool isBroker(EntityId id) const {
        if (id >= m_table.entities.size() || m_table.entities[id].isLink)
            return false;
        const ElementKind kind = m_table.entities[id].elementKind;
        return kind == ElementKind::Queue || kind == ElementKind::Topic || kind == ElementKind::Exchange;
    }

    /// A message goes over a publish link.
    bool sent(const TraceEvent& event) {
        if (event.subject >= m_table.entities.size() || event.has(eventflag::Reverse))
            return true;
        const Entity& link = m_table.entities[event.subject];
        if (link.linkKind != LinkKind::Publish || !isBroker(link.to))
            return true;
        const auto info = m_store.message(event.message);
        if (!info)
            return true;
        Json span = begun("send " + nameOf(link.to, m_table), kProducerSpan, *info, spanOf(event.message, 1),
                          event.at, event.at + Duration(event.value));
        if (info->causation != 0)
            span["parentSpanId"] = spanOf(info->causation, 2);
        describe(span, *info, link.to, "send", "publish");
        return add(link.from, std::move(span));
    }

    bool processed(const TraceEvent& event) {
        const auto it = m_work.find({event.message, event.subject});
        if (it == m_work.end())
            return true;
        const Work work = it->second;
        m_work.erase(it);
        const auto info = m_store.message(event.message);
        if (!info || (work.source == kNoEntity && !m_called.contains(event.message)))
            return true;
        if (work.source == kNoEntity) {
            Json span =
                begun(typeOf(*info), kServerSpan, *info, spanOf(event.message, 2), work.since, event.at);
            span["parentSpanId"] = spanOf(event.message, 3);
            fail(span, event.cause());
            return add(event.subject, std::move(span));
        }
        Json span = begun("process " + nameOf(work.source, m_table), kConsumerSpan, *info,
                          spanOf(event.message, 2), work.since, event.at);
        span["parentSpanId"] = spanOf(event.message, 1);
        span["links"] = Json::array({{{"traceId", traceOf(*info)},
                                      {"spanId", spanOf(event.message, 1)},
                                      {"attributes", Json::array()}}});
        describe(span, *info, work.source, "process", "process");
        fail(span, event.cause());
        return add(event.subject, std::move(span));
    }

    /// Somebody waits for an answer: by a call, or with a reply queue of its own.
    void called(const TraceEvent& event) {
        const auto info = m_store.message(event.message);
        if (!info || event.subject >= m_table.entities.size())
            return;
        const Entity& way = m_table.entities[event.subject];
        m_calls[event.message] = {event.at, way.isLink ? way.from : info->creator,
                                  way.isLink ? way.to : event.subject};
        if (way.isLink)
            m_called.insert(event.message);
    }

    bool answered(MessageId request, const TraceEvent& event, FailureKind cause) {
        const auto it = m_calls.find(request);
        if (it == m_calls.end())
            return true;
        const Call call = it->second;
        m_calls.erase(it);
        const auto info = m_store.message(request);
        if (!info || call.by == kNoEntity)
            return true;
        Json span = begun(typeOf(*info) + " " + nameOf(call.to, m_table), kClientSpan, *info,
                          spanOf(request, 3), call.since, event.at);
        if (info->causation != 0)
            span["parentSpanId"] = spanOf(info->causation, 2);
        span["attributes"].push_back(text("server.address", nameOf(call.to, m_table)));
        span["attributes"].push_back(text("sluice.message.type", typeOf(*info)));
        fail(span, cause);
        return add(call.by, std::move(span));
    }

    bool died(const TraceEvent& event) {
        const auto info = m_store.message(event.message);
        if (!info || event.subject >= m_table.entities.size())
            return true;
        Json span =
            begun("dead letter " + nameOf(event.subject, m_table), kClientSpan, *info,
                  hexId(event.message, m_table.seed * 4 + 2 + ++m_deaths * 4, 16), event.at, event.at);
        span["parentSpanId"] = spanOf(event.message, m_source.contains(event.message) ? 2 : 1);
        describe(span, *info, event.subject, "settle", "dead_letter");
        span["attributes"].push_back(text("sluice.death.reason", reasonOf(event)));
        if (event.peer < m_table.entities.size())
            span["attributes"].push_back(text("sluice.death.destination", nameOf(event.peer, m_table)));
        fail(span, event.cause());
        return add(kNoEntity, std::move(span));
    }

    static void fail(Json& span, FailureKind cause) {
        if (cause == FailureKind::None)
            return;
        span["status"] = {{"code", kStatusError}, {"message", kindName(cause)}};
        span["attributes"].push_back(text("error.type", kindName(cause)));
    }

    [[nodiscard]] std::string typeOf(const MessageInfo& info) const {
        return info.type < m_table.types.size() ? m_table.types[info.type].id : std::string("message");
    }

    [[nodiscard]] std::string traceOf(const MessageInfo& info) const {
        return hexId(info.correlation, m_table.seed, 32);
    }
    [[nodiscard]] std::string spanOf(MessageId message, std::uint64_t which) const {
        return hexId(message, m_table.seed * 4 + which, 16);
    }

    [[nodiscard]] Json begun(const std::string& name, int kind, const MessageInfo& info,
                             const std::string& id, TraceTime from, TraceTime to) const {
        return {{"traceId", traceOf(info)},
                {"spanId", id},
                {"name", name},
                {"kind", kind},
                {"startTimeUnixNano", std::to_string(m_scope.epoch + from.count())},
                {"endTimeUnixNano", std::to_string(m_scope.epoch + to.count())},
                {"attributes", Json::array()}};
    }

    void describe(Json& span, const MessageInfo& info, EntityId destination, std::string_view type,
                  std::string_view operation) const {
        const bool topic = m_table.entities[destination].elementKind == ElementKind::Topic;
        Json& list = span["attributes"];
        list.push_back(text("messaging.system", topic ? "kafka" : "rabbitmq"));
        list.push_back(text("messaging.operation.type", type));
        list.push_back(text("messaging.operation.name", operation));
        list.push_back(text("messaging.destination.name", nameOf(destination, m_table)));
        list.push_back(text("messaging.message.id", fmt::format("m-{}", info.id)));
        list.push_back(text("messaging.message.conversation_id", fmt::format("m-{}", info.correlation)));
        if (info.type < m_table.types.size())
            list.push_back(text("sluice.message.type", m_table.types[info.type].id));
        const std::string key = m_table.keyText(info.type, info.key);
        if (!key.empty())
            list.push_back(text(topic ? "messaging.kafka.message.key" : "sluice.message.key", key));
        const auto partition = m_partition.find(info.id);
        if (topic && type == "process" && partition != m_partition.end()) {
            list.push_back(text("messaging.destination.partition.id", std::to_string(partition->second)));
            list.push_back(whole("messaging.kafka.offset", m_offset.at(info.id)));
        }
    }

    bool add(EntityId service, Json span) {
        std::vector<Json>& spans = m_spans[service];
        spans.push_back(std::move(span));
        return spans.size() < kBatch || flush(service, spans);
    }

    bool flush(EntityId service, std::vector<Json>& spans) {
        if (spans.empty())
            return true;
        // What nobody but the broker did.
        const std::string name = service == kNoEntity ? std::string(kOtlpBroker) : nameOf(service, m_table);
        const Json resource{
            {"resource", {{"attributes", Json::array({text("service.name", name)})}}},
            {"scopeSpans", Json::array({{{"scope", {{"name", "sluice"}}}, {"spans", spans}}})}};
        spans.clear();
        const bool first = std::exchange(m_first, false);
        return m_scope.write((first ? "\n" : ",\n") +
                             resource.dump(-1, ' ', false, Json::error_handler_t::replace));
    }

    const TraceStore& m_store;
    const EntityTable& m_table;
    const OtlpScope& m_scope;
    std::unordered_map<MessageId, EntityId> m_source;
    std::unordered_map<MessageId, std::uint32_t> m_partition;
    std::unordered_map<MessageId, std::int64_t> m_offset;
    std::map<std::pair<MessageId, EntityId>, Work> m_work;
    std::unordered_map<MessageId, Call> m_calls;  ///< by request, until the answer or the timeout
    std::unordered_set<MessageId> m_called;       ///< requests that came by a call
    std::uint64_t m_deaths = 0;
    std::map<EntityId, std::vector<Json>> m_spans;
    bool m_first = true;
};

}  // namespace

Result<void> exportOtlp(const TraceStore& store, const OtlpScope& scope) {
    return OtlpExport(store, scope).write();
}

}  // namespace sluice
