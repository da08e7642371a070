#include "core/live/messagetrace.h"

#include <fmt/format.h>

#include <algorithm>

#include "core/base/lettercase.h"
#include "core/base/writtentime.h"
#include "core/browse/messagebody.h"
#include "core/live/messagemarks.h"
#include "core/live/watchtable.h"

namespace sluice {
namespace {

using OrderedJson = nlohmann::ordered_json;

constexpr std::string_view kMasked = "***";
constexpr std::size_t kMostHeaders = 64;
constexpr std::size_t kMostHeader = 512;                  // characters of one
constexpr std::size_t kMostRead = std::size_t{1} << 20U;  // bytes of a body that are looked into
constexpr std::size_t kMostPending = 5'000;               // records of a partition
constexpr auto kCopiesWithin = std::chrono::seconds(5);   // of one message, from queue to queue

std::string cut(std::string text, std::size_t most) {
    if (text.size() <= most)
        return text;
    const std::size_t size = text.size();
    // Not in the middle of a character.
    while (most > 0 && (static_cast<unsigned char>(text[most]) & 0xC0U) == 0x80U)
        --most;
    text.resize(most);
    return text + fmt::format("… ({} of {} characters)", most, size);
}

/// As it is shown: JSON as it is if it is small, else text; what is no text as bytes.
OrderedJson shown(const MessageBody& body) {
    if (body.form == MessageBody::Form::Empty)
        return "";
    if (body.form == MessageBody::Form::Json) {
        std::string text = body.json.dump(-1, ' ', false, OrderedJson::error_handler_t::replace);
        return text.size() <= MessageTrace::kMostBody ? body.json
                                                      : OrderedJson(cut(text, MessageTrace::kMostBody));
    }
    return body.form == MessageBody::Form::Text ? cut(body.bytes, MessageTrace::kMostBody)
                                                : hexText(body.bytes, 512);
}

std::string shownKey(const BrokerMessage& message) {
    if (!message.key)
        return {};
    return isText(*message.key) ? cut(*message.key, kMostHeader) : hexText(*message.key, 16);
}

/// What it is about: a record's key; of a message in a queue, whose routing key says where it goes, the field
/// of its type that is the key.
std::string keyOf(const BrokerMessage& message, const OrderedJson& body, const TracedType& type) {
    if (message.partition >= 0)
        return shownKey(message);
    const auto field = body.is_object() && !type.keyField.empty() ? body.find(type.keyField) : body.end();
    if (field == body.end() || field->is_structured() || field->is_null())
        return {};
    return cut(field->is_string() ? field->get<std::string>() : field->dump(), kMostHeader);
}

TraceEvent eventOf(EventKind kind, TraceTime at, EntityId subject, MessageId message) {
    TraceEvent event;
    event.kind = kind;
    event.at = at;
    event.subject = subject;
    event.message = message;
    return event;
}

void move(std::vector<TraceEvent>& events, EntityId link, MessageId message, TraceTime at,
          std::uint8_t flags) {
    if (link == kNoEntity)
        return;
    TraceEvent event = eventOf(EventKind::Moved, at, link, message);
    event.value = MessageTrace::kShownOnLink.count();
    event.marks = marksOf(flags);
    events.push_back(event);
}

/// What copies of a message have in common, where it has no id of its own.
std::string contentOf(const MessageSighting& sighting) {
    const BrokerMessage& message = sighting.message;
    if (std::string own = identityOf(message); !own.empty())
        return own;
    return fmt::format("{}\x1f{}\x1f{}\x1f{}\x1f{}", sighting.exchange, message.key.value_or(""),
                       message.correlation, message.time ? message.time->count() : 0, message.body);
}

}  // namespace

MessageTrace::MessageTrace(std::shared_ptr<const EntityTable> table, const Diagram& diagram)
    : m_table(std::move(table)), m_ready(m_table->entities.size()) {
    const std::vector<std::string> names = brokerNames(diagram);
    for (std::size_t i = 0; i < m_table->types.size(); ++i)
        m_types.emplace(lowered(m_table->types[i].id), static_cast<std::uint16_t>(i));
    const auto undrawn = static_cast<std::uint16_t>(m_table->types.size() - 1);
    for (EntityId id = 0; id < diagram.elements.size(); ++id)
        m_places.try_emplace({diagram.elements[id].kind, names[id]}, Place{.entity = id, .type = undrawn});
    const auto placeOf = [&](EntityId entity) -> Place* {
        if (entity >= diagram.elements.size())
            return nullptr;
        Place& place = m_places.at({diagram.elements[entity].kind, names[entity]});
        return place.entity == entity ? &place : nullptr;
    };
    std::map<EntityId, int> publishers;
    std::map<EntityId, int> consumers;
    std::map<EntityId, int> typed;
    for (std::size_t i = 0; i < diagram.links.size(); ++i) {
        const Link& link = diagram.links[i];
        const auto id = static_cast<EntityId>(diagram.elements.size() + i);
        const Entity& entity = m_table->entities[id];
        if (link.kind == LinkKind::Publish) {
            Place* const to = placeOf(entity.to);
            if (!to)
                continue;
            to->publisher = ++publishers[entity.to] == 1 ? id : kNoEntity;
            const Json* const message = link.properties.find("message");
            const auto type = message && message->is_string()
                                  ? m_types.find(lowered(message->get_ref<const std::string&>()))
                                  : m_types.end();
            if (type != m_types.end())
                to->type = ++typed[entity.to] == 1 || to->type == type->second ? type->second : undrawn;
        } else if (link.kind == LinkKind::Consume) {
            if (Place* const from = placeOf(entity.from))
                from->consumer = ++consumers[entity.from] == 1 ? id : kNoEntity;
        } else if (link.kind == LinkKind::Bind) {
            m_bindings.try_emplace({entity.from, entity.to}, id);
        }
    }
}

const MessageTrace::Place* MessageTrace::placeNamed(ElementKind kind, const std::string& name) const {
    const auto it = name.empty() ? m_places.end() : m_places.find({kind, name});
    return it == m_places.end() ? nullptr : &it->second;
}

std::uint16_t MessageTrace::typeOf(const BrokerMessage& message, const Place& place) const {
    const auto known = m_types.find(lowered(typeNameOf(message)));
    return known == m_types.end() ? place.type : known->second;
}

void MessageTrace::keep(const MessageSighting& sighting, MessageId message, const OrderedJson& body,
                        const std::string& packing) {
    const BrokerMessage& from = sighting.message;
    MessageText text{message, OrderedJson::object(), body};
    OrderedJson& headers = text.headers;
    const auto say = [&headers](const char* name, const std::string& value) {
        if (!value.empty())
            headers[name] = cut(value, kMostHeader);
    };
    say("message-id", identityOf(from));
    say("correlation-id", correlationOf(from));
    say("causation-id", causeOf(from));
    say("type", typeNameOf(from));
    say(from.partition >= 0 ? "key" : "routing-key", shownKey(from));
    say("exchange", sighting.exchange);
    if (from.partition >= 0)
        headers["partition"] = from.partition;
    if (from.offset >= 0 && from.partition >= 0)
        headers["offset"] = from.offset;
    if (from.time)
        headers["timestamp"] = calendarText(*from.time);
    say("content-type", from.contentType);
    say("packing", packing);
    for (const BrokerMessage::Header& header : from.headers) {
        if (headers.size() >= kMostHeaders)
            break;
        const std::string value =
            header.value.is_string()
                ? header.value.get<std::string>()
                : header.value.dump(-1, ' ', false, OrderedJson::error_handler_t::replace);
        if (value.size() > kMostHeader)
            headers[header.name] = cut(value, kMostHeader);
        else
            headers[header.name] = header.value;
    }
    m_table->texts->add(text);
}

MessageId MessageTrace::create(const MessageSighting& sighting, const Place& place, TraceTime at,
                               std::vector<TraceEvent>& events) {
    const BrokerMessage& from = sighting.message;
    const MessageId id = ++m_last;
    const std::string correlation = correlationOf(from);
    const std::string cause = causeOf(from);
    TraceEvent event = eventOf(EventKind::MessageCreated, at, place.entity, id);
    if (place.publisher != kNoEntity)
        event.subject = m_table->entities[place.publisher].from;
    if (const MessageId* const named = cause.empty() ? nullptr : m_identities.find(cause))
        event.peer = *named;
    else if (const MessageId* const first = correlation.empty() ? nullptr : m_correlations.find(correlation))
        event.peer = *first;
    event.detail = typeOf(from, place);
    const bool large = from.body.size() > kMostRead;
    const MessageBody body = large ? MessageBody{} : readBody(from.body);
    const TracedType& type = m_table->types[event.detail];
    const std::string key = keyOf(from, body.json, type);
    event.value = m_table->texts->key(key);
    if (!correlation.empty())
        m_correlations.insert(correlation, id);
    // What others may name as their cause: also those who know only what this one was correlated by.
    if (const std::string own = identityOf(from); !own.empty())
        m_identities.insert(own, id);

    keep(sighting, id,
         large ? OrderedJson(fmt::format("({} bytes, not shown)", from.body.size())) : shown(body),
         body.packing);
    std::optional<LateArrivals::Newer> newer;
    if (const auto happened = eventTimeOf(from, body.json, &type)) {
        // Keys that nobody may see cannot be told apart.
        newer = m_late.take(place.entity, type.operationOrId(), key == kMasked ? std::string() : key,
                            *happened, id);
        event.marks = marksOf(eventflag::OwnEventTime | (newer ? eventflag::Late : 0));
    }
    events.push_back(event);
    move(events, place.publisher, id, at, newer ? eventflag::Late : 0);
    if (newer) {
        TraceEvent late = eventOf(EventKind::LateArrival, at, place.entity, id);
        late.peer = newer->message;
        // The broker takes it as any other; whether its consumers do is not known.
        late.detail = static_cast<std::uint16_t>(LatePolicy::Process);
        late.value = newer->by.count();
        late.marks = marksOf(eventflag::Late);
        events.push_back(late);
    }
    return id;
}

void MessageTrace::take(const MessageSighting& sighting, TraceTime at, std::vector<TraceEvent>& events) {
    switch (sighting.act) {
        case MessageSighting::Act::Appended:
            return appended(sighting, at, events);
        case MessageSighting::Act::Published:
            return published(sighting, at, events);
        case MessageSighting::Act::Delivered:
            return delivered(sighting, at, events);
    }
}

void MessageTrace::appended(const MessageSighting& sighting, TraceTime at, std::vector<TraceEvent>& events) {
    const Place* const topic = placeNamed(ElementKind::Topic, sighting.message.place);
    if (!topic)
        return;
    const MessageId message = create(sighting, *topic, at, events);
    TraceEvent event = eventOf(EventKind::Appended, at, topic->entity, message);
    event.peer = static_cast<std::uint32_t>(std::max(sighting.message.partition, 0));
    event.value = sighting.message.offset;
    events.push_back(event);
    std::deque<Pending>& records = m_partitions[{topic->entity, event.peer}].records;
    // A topic that was made anew begins again.
    if (!records.empty() && records.back().offset >= event.value)
        records.clear();
    records.push_back({event.value, message});
    if (records.size() > kMostPending)
        records.pop_front();
}

void MessageTrace::follow(std::span<const TraceEvent> reported, std::vector<TraceEvent>& events) {
    for (const TraceEvent& event : reported) {
        if (event.kind == EventKind::Observed && event.subject < m_ready.size()) {
            if (static_cast<Gauge>(event.detail) == Gauge::Committed)
                passed(event, events);
            else if (static_cast<Gauge>(event.detail) == Gauge::Ready)
                m_ready[event.subject] = event.value;
        }
        events.push_back(event);
    }
}

void MessageTrace::sampled(std::span<const FlowSample> samples, TraceTime at,
                           std::vector<TraceEvent>& events) {
    for (const FlowSample& sample : samples) {
        const Place* place = placeNamed(ElementKind::Topic, sample.flow);
        if (!place)
            place = placeNamed(ElementKind::Queue, sample.flow);
        if (!place)
            continue;
        const std::uint64_t oneOf = sample.oneOf();
        const auto [told, fresh] = m_oneOf.try_emplace(place->entity, 1);
        const std::uint64_t before = told->second;
        // Between 1 of 20 and 1 of 21 nobody sees a difference.
        const bool alike =
            before > 1 && oneOf > 1 && 4 * std::max(before, oneOf) <= 5 * std::min(before, oneOf);
        if (before == oneOf || alike)
            continue;
        told->second = oneOf;
        TraceEvent event = eventOf(EventKind::Observed, at, place->entity, 0);
        event.detail = static_cast<std::uint16_t>(Gauge::ShownOneOf);
        event.value = static_cast<std::int64_t>(oneOf);
        events.push_back(event);
    }
}

void MessageTrace::passed(const TraceEvent& report, std::vector<TraceEvent>& events) {
    const Entity& link = m_table->entities[report.subject];
    const auto it = m_partitions.find({link.from, report.peer});
    if (!link.isLink || it == m_partitions.end())
        return;
    std::int64_t& told = it->second.passed[report.subject];
    for (const Pending& record : it->second.records) {
        if (record.offset < told || record.offset >= report.value)
            continue;
        move(events, report.subject, record.message, report.at, 0);
        TraceEvent event = eventOf(EventKind::Committed, report.at, report.subject, record.message);
        event.peer = report.peer;
        event.value = record.offset + 1;
        events.push_back(event);
    }
    told = report.value;
}

void MessageTrace::published(const MessageSighting& sighting, TraceTime at, std::vector<TraceEvent>& events) {
    const Place* const exchange = placeNamed(ElementKind::Exchange, sighting.exchange);
    std::vector<const Place*> queues;
    for (const std::string& name : sighting.queues) {
        if (const Place* const queue = placeNamed(ElementKind::Queue, name))
            queues.push_back(queue);
    }
    const Place* const to = exchange ? exchange : queues.empty() ? nullptr : queues.front();
    if (!to)
        return;
    const std::string content = contentOf(sighting);
    Known* known = sighting.copies ? m_copies.find(content) : nullptr;
    // The same queue shows it once more: it was sent once more.
    if (known &&
        (at - known->at > kCopiesWithin || std::find(known->queues.begin(), known->queues.end(),
                                                     sighting.message.place) != known->queues.end())) {
        *known = {};
    } else if (known && known->message == 0) {
        known = nullptr;
    }
    MessageId message = known ? known->message : 0;
    // A dead letter, or one that was sent back, is the message that it was.
    const std::string own = identityOf(sighting.message);
    const MessageId* const before = message == 0 && !own.empty() ? m_identities.find(own) : nullptr;
    const bool wasDead = std::any_of(sighting.message.headers.begin(), sighting.message.headers.end(),
                                     [](const auto& header) { return header.name == "x-death"; });
    if (before && wasDead)
        message = *before;
    const bool fresh = message == 0;
    if (fresh)
        message = create(sighting, *to, at, events);
    else if (message != 0 && !known && exchange)
        move(events, exchange->publisher, message, at, 0);
    if (sighting.copies) {
        Known& copies = m_copies.insert(content, {});
        if (copies.message != message)
            copies = {.message = message, .queues = {}, .at = at};
        copies.queues.push_back(sighting.message.place);
    }
    for (const Place* const queue : queues) {
        if (wasDead)
            died(sighting, message, *queue, at, events);
        if (exchange) {
            const auto binding = m_bindings.find({exchange->entity, queue->entity});
            move(events, binding == m_bindings.end() ? kNoEntity : binding->second, message, at, 0);
        }
        TraceEvent event = eventOf(EventKind::Enqueued, at, queue->entity, message);
        event.value = m_ready[queue->entity];
        events.push_back(event);
        auto& waiting = m_waiting.insert(fmt::format("{}\x1f{}", queue->entity, content), {});
        waiting.emplace_back(message, at);
        if (waiting.size() > 100)
            waiting.pop_front();
    }
}

/// The newest entry of x-death says where it died last, and of what.
void MessageTrace::died(const MessageSighting& sighting, MessageId message, const Place& queue, TraceTime at,
                        std::vector<TraceEvent>& events) {
    const auto header = std::find_if(sighting.message.headers.begin(), sighting.message.headers.end(),
                                     [](const auto& one) { return one.name == "x-death"; });
    if (header == sighting.message.headers.end() || !header->value.is_array() || header->value.empty() ||
        !header->value.front().is_object())
        return;
    const OrderedJson& death = header->value.front();
    const auto text = [&death](const char* name) {
        const auto it = death.find(name);
        return it != death.end() && it->is_string() ? it->get<std::string>() : std::string();
    };
    const Place* const from = placeNamed(ElementKind::Queue, text("queue"));
    if (!from)
        return;
    const std::string reason = text("reason");
    TraceEvent event = eventOf(EventKind::DeadLettered, at, from->entity, message);
    event.peer = queue.entity;
    event.detail = static_cast<std::uint16_t>(reason == "expired"          ? DeathReason::Expired
                                              : reason == "maxlen"         ? DeathReason::MaxLength
                                              : reason == "delivery_limit" ? DeathReason::DeliveryLimit
                                                                           : DeathReason::Rejected);
    const auto count = death.find("count");
    event.value = count != death.end() && count->is_number_integer() ? count->get<std::int64_t>() : 1;
    events.push_back(event);
}

void MessageTrace::delivered(const MessageSighting& sighting, TraceTime at, std::vector<TraceEvent>& events) {
    const Place* const queue = placeNamed(ElementKind::Queue, sighting.message.place);
    auto* const waiting =
        queue ? m_waiting.find(fmt::format("{}\x1f{}", queue->entity, contentOf(sighting))) : nullptr;
    // Not one of those that are shown, or it came before anybody looked.
    if (!waiting || waiting->empty())
        return;
    const auto [message, since] = waiting->front();
    waiting->pop_front();
    const std::uint8_t flags = sighting.message.redelivered ? eventflag::Redelivered : 0;
    TraceEvent event = eventOf(EventKind::Delivered, at, queue->entity, message);
    event.peer = queue->consumer;
    event.value = (at - since).count();
    event.marks = marksOf(flags);
    events.push_back(event);
    move(events, queue->consumer, message, at, flags);
}

}  // namespace sluice
