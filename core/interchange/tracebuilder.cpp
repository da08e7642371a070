#include "core/interchange/tracebuilder.h"

#include <fmt/format.h>

#include <algorithm>
#include <charconv>
#include <optional>
#include <set>

#include "core/diagram/rules.h"
#include "core/diagram/slug.h"
#include "core/trace/eventfields.h"

namespace sluice {
namespace {

constexpr std::size_t kMostWarnings = 20;
constexpr TraceTime kEpochFrom = std::chrono::hours(24 * 365);  ///< what is later counts from an epoch
constexpr TraceTime kJump = std::chrono::hours(1);

std::optional<std::int64_t> wholeNumber(std::string_view text) {
    std::int64_t number = 0;
    const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), number);
    return error == std::errc() && end == text.data() + text.size() && number >= 0 ? std::optional(number)
                                                                                   : std::nullopt;
}

bool isOfQueue(EventKind kind) {
    return kind == EventKind::Enqueued || kind == EventKind::Delivered || kind == EventKind::Requeued ||
           kind == EventKind::DeadLettered || kind == EventKind::Discarded || kind == EventKind::Redriven;
}

}  // namespace

TraceBuilder::TraceBuilder(std::string name) {
    m_table.diagram = std::move(name);
}

std::string TraceBuilder::uniqueId(std::string_view wanted) const {
    if (rules::checkId(wanted).ok() && !m_entities.contains(wanted))
        return std::string(wanted);
    std::string id = slugOf(wanted);
    for (int i = 2; m_entities.contains(id); ++i)
        id = fmt::format("{}-{}", slugOf(wanted), i);
    return id;
}

EntityId TraceBuilder::element(std::string_view id, ElementKind kind, std::string_view name) {
    if (const auto it = m_entities.find(id); it != m_entities.end()) {
        if (!m_table.entities[it->second].isLink)
            return it->second;
        return element(std::string(id) + " element", kind, name.empty() ? id : name);
    }
    const auto number = static_cast<EntityId>(m_table.entities.size());
    Entity entity;
    entity.id = uniqueId(id);
    entity.name = name.empty() ? std::string(id) : std::string(name);
    entity.elementKind = kind;
    entity.instances = kind == ElementKind::Service ? 1 : 0;
    m_entities.emplace(entity.id, number);
    m_entities.emplace(std::string(id), number);
    m_table.entities.push_back(std::move(entity));
    return number;
}

EntityId TraceBuilder::link(LinkKind kind, EntityId from, EntityId to, std::string_view id) {
    if (!id.empty()) {
        if (const auto it = m_entities.find(id); it != m_entities.end()) {
            if (m_table.entities[it->second].isLink)
                return it->second;
            return link(kind, from, to, std::string(id) + " link");
        }
    } else if (const auto it = m_links.find({kind, from, to}); it != m_links.end()) {
        return it->second;
    }
    const auto number = static_cast<EntityId>(m_table.entities.size());
    Entity entity;
    entity.id = uniqueId(!id.empty() ? std::string(id)
                                     : m_table.entities[from].id + "-to-" + m_table.entities[to].id);
    entity.isLink = true;
    entity.linkKind = kind;
    entity.from = from;
    entity.to = to;
    m_entities.emplace(entity.id, number);
    if (!id.empty())
        m_entities.emplace(std::string(id), number);
    m_links.try_emplace({kind, from, to}, number);
    m_table.entities.push_back(std::move(entity));
    return number;
}

std::uint16_t TraceBuilder::alert(std::string_view id) {
    auto& alerts = m_table.alerts;
    const auto it =
        std::find_if(alerts.begin(), alerts.end(), [id](const TracedAlert& one) { return one.id == id; });
    if (it != alerts.end())
        return static_cast<std::uint16_t>(it - alerts.begin());
    if (alerts.size() >= 0xffff)
        return 0xffff;
    alerts.push_back({std::string(id), std::string(id), {}});
    return static_cast<std::uint16_t>(alerts.size() - 1);
}

std::uint16_t TraceBuilder::type(std::string_view id, MessageKind kind) {
    const auto it = m_types.find(id);
    if (it != m_types.end())
        return it->second;
    const auto number = static_cast<std::uint16_t>(std::min<std::size_t>(m_table.types.size(), 0xffff));
    if (number < m_table.types.size())
        return number;
    TracedType type;
    type.id = std::string(id);
    if (!rules::checkId(id)) {
        type.id = slugOf(id);
        for (int i = 2; m_types.contains(type.id); ++i)
            type.id = fmt::format("{}-{}", slugOf(id), i);
    }
    type.kind = kind;
    type.operation = type.id;
    m_types.emplace(type.id, number);
    m_types.emplace(std::string(id), number);
    m_table.types.push_back(std::move(type));
    return number;
}

std::int64_t TraceBuilder::key(std::uint16_t type, std::string_view text) {
    if (text.empty())
        return -1;
    const std::size_t dash = text.rfind('-');
    const auto tail = wholeNumber(text.substr(dash == std::string_view::npos ? 0 : dash + 1));
    std::string& field = m_table.types[type].keyField;
    if (tail && dash != std::string_view::npos && (field.empty() || field == text.substr(0, dash))) {
        field = std::string(text.substr(0, dash));
        return *tail;
    }
    if (tail && dash == std::string_view::npos)
        return *tail;
    // Above what people count.
    const auto own = static_cast<std::int64_t>(m_keys.size()) + 1'000'000;
    return m_keys.try_emplace({type, std::string(text)}, own).first->second;
}

MessageId TraceBuilder::message(std::string_view name) {
    if (name.empty())
        return 0;
    const auto number = wholeNumber(name.starts_with("m-") ? name.substr(2) : name);
    constexpr std::int64_t kMost = 0x7fffffff;
    if (number && *number <= kMost) {
        m_highest = std::max(m_highest, static_cast<MessageId>(*number));
        return static_cast<MessageId>(*number);
    }
    // Marked by the highest bit until all numbers are known.
    const auto next = static_cast<MessageId>(m_named.size() + 1) | 0x80000000U;
    return m_named.try_emplace(std::string(name), next).first->second;
}

void TraceBuilder::add(const TraceEvent& event, std::size_t line) {
    if (event.kind == EventKind::MessageCreated && event.message == 0)
        return warn(line, "a message is created, and nobody says which; that is passed over");
    m_events.push_back({event, line});
}

void TraceBuilder::warn(std::size_t line, std::string sentence) {
    if (m_warnings.size() >= kMostWarnings) {
        ++m_unsaid;
        return;
    }
    m_warnings.push_back({ErrorCode::InvalidInput, std::move(sentence),
                          line == 0 ? std::string() : fmt::format("line {}", line)});
}

void TraceBuilder::putInOrder() {
    for (std::size_t i = 1; i < m_events.size(); ++i) {
        const TraceTime before = m_events[i - 1].event.at;
        const TraceTime now = m_events[i].event.at;
        if (m_events[i].line == m_events[i - 1].line)
            continue;
        if (now < before)
            warn(m_events[i].line,
                 fmt::format("the time goes back by {}; the event is put where its time says",
                             describeDuration(before - now)));
        else if (now - before > kJump)
            warn(m_events[i].line, fmt::format("the time jumps ahead by {}; it is kept as it is",
                                               describeDuration(now - before)));
    }
    std::stable_sort(m_events.begin(), m_events.end(),
                     [](const Read& a, const Read& b) { return a.event.at < b.event.at; });
    // Where the file is one line, its order says nothing; what is left is a time in which nothing happens.
    for (std::size_t i = 1; i < m_events.size(); ++i) {
        const Duration pause = m_events[i].event.at - m_events[i - 1].event.at;
        if (m_events[i].line == m_events[i - 1].line && pause > kJump)
            warn(m_events[i].line,
                 fmt::format(
                     "nothing happens for {} after {}: a pause, or a jump of a clock; it is kept as it is",
                     describeDuration(pause),
                     describeDuration(m_events[i - 1].event.at - m_events.front().event.at)));
    }
    const TraceTime first = m_events.front().event.at;
    if (first > kEpochFrom || first < TraceTime::zero()) {
        for (Read& read : m_events)
            read.event.at -= first;
    }
}

/// Named messages get numbers after the numbered ones; numbers that are too sparse are made dense.
void TraceBuilder::renumberMessages() {
    const bool sparse = m_highest > 4 * m_events.size() + 1'000'000;
    std::unordered_map<MessageId, MessageId> dense;
    const auto renumber = [&](MessageId id) -> MessageId {
        if (id == 0)
            return 0;
        if (sparse)
            return dense.try_emplace(id, static_cast<MessageId>(dense.size() + 1)).first->second;
        return (id & 0x80000000U) != 0 ? m_highest + (id & 0x7fffffffU) : id;
    };
    for (Read& read : m_events) {
        read.event.message = renumber(read.event.message);
        if (fieldsOf(read.event.kind).peer == EventField::Message)
            read.event.peer = renumber(read.event.peer);
    }
}

/// A trace finds its messages by numbers that rise as they are created. Where times went back, or the file
/// numbers otherwise, they do not.
void TraceBuilder::numberAsCreated() {
    std::unordered_map<MessageId, MessageId> numbers;
    bool rising = true;
    MessageId last = 0;
    for (const Read& read : m_events) {
        if (read.event.kind != EventKind::MessageCreated)
            continue;
        rising = rising && read.event.message >= last;
        last = read.event.message;
        numbers.try_emplace(last, static_cast<MessageId>(numbers.size() + 1));
    }
    if (rising)
        return;
    const auto renumber = [&numbers](std::uint32_t& id) {
        // Messages of which only others tell come last.
        if (id != 0)
            id = numbers.try_emplace(id, static_cast<MessageId>(numbers.size() + 1)).first->second;
    };
    for (Read& read : m_events) {
        renumber(read.event.message);
        if (fieldsOf(read.event.kind).peer == EventField::Message)
            renumber(read.event.peer);
    }
    if (m_highest > 0)
        warn(0, "messages are numbered in the order in which they were created, not as the file does");
}

void TraceBuilder::createMessages() {
    std::set<MessageId> created;
    for (const Read& read : m_events) {
        if (read.event.kind == EventKind::MessageCreated)
            created.insert(read.event.message);
    }
    std::vector<Read> all;
    std::size_t found = 0;
    std::set<MessageId> seen;
    for (const Read& read : m_events) {
        const MessageId id = read.event.message;
        if (read.event.kind == EventKind::MessageCreated && !seen.insert(id).second) {
            warn(read.line, "a message is created once more; that is passed over");
            continue;
        }
        if (id != 0 && created.insert(id).second) {
            TraceEvent event;
            event.at = read.event.at;
            event.kind = EventKind::MessageCreated;
            event.message = id;
            event.subject = read.event.subject;
            event.value = -1;
            event.detail = type("message");
            all.push_back({event, read.line});
            ++found;
        }
        all.push_back(read);
    }
    m_events = std::move(all);
    if (found > 0)
        warn(0, fmt::format("{} {} first seen when {} already there and {} as created then", found,
                            found == 1 ? "message is" : "messages are", found == 1 ? "it is" : "they are",
                            found == 1 ? "counts" : "count"));
}

/// Ready messages after each event of a queue, where the file does not tell (a depth of -1).
void TraceBuilder::countDepths() {
    std::vector<std::int64_t> ready(m_table.entities.size());
    for (Read& read : m_events) {
        TraceEvent& event = read.event;
        if (event.subject >= ready.size() || !isOfQueue(event.kind))
            continue;
        std::int64_t& depth = ready[event.subject];
        if (event.kind == EventKind::Enqueued || event.kind == EventKind::Requeued) {
            depth = event.value >= 0 ? event.value : depth + 1;
            event.value = depth;
        } else if (!event.has(eventflag::Outside)) {
            depth = std::max<std::int64_t>(0, depth - 1);
        }
    }
}

/// How long messages waited, where the file does not tell (a duration of -1).
void TraceBuilder::countWaits() {
    std::map<std::pair<EntityId, MessageId>, TraceTime> since;
    for (Read& read : m_events) {
        TraceEvent& event = read.event;
        if (event.kind == EventKind::Enqueued) {
            since[{event.subject, event.message}] = event.at;
        } else if (event.kind == EventKind::Delivered && event.value < 0) {
            const auto enqueued = since.find({event.subject, event.message});
            event.value = enqueued == since.end() ? 0 : (event.at - enqueued->second).count();
        }
    }
}

/// Who publishes where and who consumes what, from who had a message before, where the file tells no links.
void TraceBuilder::inferLinks() {
    if (std::any_of(m_table.entities.begin(), m_table.entities.end(),
                    [](const Entity& e) { return e.isLink; }))
        return;
    struct Way {
        EntityId holder = kNoEntity;  ///< the creator, then the last that worked on it
        EntityId queue = kNoEntity;   ///< that it left last
    };
    std::unordered_map<MessageId, Way> ways;
    const auto isQueueing = [this](EntityId id) {
        const ElementKind kind = m_table.entities[id].elementKind;
        return kind == ElementKind::Queue || kind == ElementKind::Topic || kind == ElementKind::Exchange;
    };
    std::set<std::tuple<LinkKind, EntityId, EntityId>> seen;
    const auto join = [&](LinkKind kind, EntityId from, EntityId to) {
        if (from != kNoEntity && to != kNoEntity && from != to && seen.insert({kind, from, to}).second)
            link(kind, from, to);
    };
    for (const Read& read : m_events) {
        const TraceEvent& event = read.event;
        if (event.message == 0 || event.subject == kNoEntity)
            continue;
        Way& way = ways[event.message];
        switch (event.kind) {
            case EventKind::MessageCreated:
                if (!isQueueing(event.subject))
                    way.holder = event.subject;
                break;
            case EventKind::Enqueued:
            case EventKind::Appended:
                join(LinkKind::Publish, way.holder, event.subject);
                break;
            case EventKind::Delivered:
            case EventKind::Fetched:
                way.queue = event.subject;
                break;
            case EventKind::WorkStarted:
                join(LinkKind::Consume, way.queue, event.subject);
                way.holder = event.subject;
                break;
            case EventKind::DeadLettered:
                if (event.peer < m_table.entities.size())
                    join(LinkKind::DeadLetter, event.subject, event.peer);
                // It comes there from the broker, not from whoever had it.
                way.holder = kNoEntity;
                break;
            default:
                break;
        }
    }
}

Diagram TraceBuilder::drawing() const {
    Diagram diagram;
    diagram.name = m_table.diagram;
    for (const Entity& entity : m_table.entities) {
        if (entity.isLink)
            continue;
        Element element;
        element.id = entity.id;
        element.kind = entity.elementKind;
        element.name = entity.name;
        if (entity.elementKind == ElementKind::Service && entity.instances > 1)
            element.properties.set("instances", entity.instances);
        if (entity.elementKind == ElementKind::Topic && entity.partitions > 0)
            element.properties.set("partitions", entity.partitions);
        diagram.elements.push_back(std::move(element));
    }
    for (const Entity& entity : m_table.entities) {
        if (!entity.isLink || entity.from >= m_table.entities.size() || entity.to >= m_table.entities.size())
            continue;
        Link link;
        link.id = entity.id;
        link.kind = entity.linkKind;
        link.from = m_table.entities[entity.from].id;
        link.to = m_table.entities[entity.to].id;
        // What the drawing cannot have is in the trace all the same.
        const Element* const from = diagram.findElement(link.from);
        const Element* const to = diagram.findElement(link.to);
        if (from && to && rules::checkEnds(link, *from, *to).ok())
            diagram.links.push_back(std::move(link));
    }
    for (const TracedType& type : m_table.types) {
        MessageType message;
        message.id = type.id;
        message.kind = type.kind;
        message.key = type.keyField.empty() ? "id" : type.keyField;
        diagram.messages.push_back(std::move(message));
    }
    return diagram;
}

Result<ImportedTrace> TraceBuilder::finish() {
    if (m_events.empty()) {
        const std::string why = m_warnings.empty() ? std::string() : "; first: " + m_warnings.front().text();
        return Error{ErrorCode::InvalidInput, "there is no event in it that can be used" + why, {}};
    }
    putInOrder();
    renumberMessages();
    createMessages();
    numberAsCreated();
    countDepths();
    countWaits();
    inferLinks();
    if (m_unsaid > 0)
        m_warnings.push_back(
            {ErrorCode::InvalidInput, fmt::format("and {} more of such remarks", m_unsaid), {}});
    ImportedTrace trace;
    trace.diagram = drawing();
    trace.table = std::make_shared<const EntityTable>(m_table);
    trace.events.reserve(m_events.size());
    for (const Read& read : m_events)
        trace.events.push_back(read.event);
    trace.warnings = std::move(m_warnings);
    return trace;
}

}  // namespace sluice
