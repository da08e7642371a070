#include "core/query/causes.h"

#include <algorithm>
#include <array>

#include "core/trace/eventfields.h"

namespace sluice {
namespace {

constexpr Sequence kFarthestInSystem = 4096;  // events of one moment that are looked at for a cause

/// Where an event happens: its subject, whom it goes to, and the ends of what of these is a link.
struct Places {
    std::array<EntityId, 6> all{};
    std::size_t count = 0;

    void add(EntityId entity, const EntityTable& table) {
        if (entity >= table.entities.size())
            return;
        all[count++] = entity;
        if (table.entities[entity].isLink) {
            for (const EntityId end : {table.entities[entity].from, table.entities[entity].to}) {
                if (end != kNoEntity)
                    all[count++] = end;
            }
        }
    }
    [[nodiscard]] bool touches(const Places& other) const {
        return std::any_of(all.begin(), all.begin() + count, [&](EntityId entity) {
            return std::find(other.all.begin(), other.all.begin() + other.count, entity) !=
                   other.all.begin() + other.count;
        });
    }
};

Places placesOf(const TraceEvent& event, const EntityTable& table) {
    Places places;
    places.add(event.subject, table);
    if (fieldsOf(event.kind).peer == EventField::Target)
        places.add(event.peer, table);
    return places;
}

/// What a consumer did with a delivery, told by the queue.
bool endsDelivery(EventKind kind) {
    return kind == EventKind::Acknowledged || kind == EventKind::Requeued ||
           kind == EventKind::DeadLettered || kind == EventKind::Discarded ||
           kind == EventKind::RetryScheduled;
}

}  // namespace

const std::vector<Causes::Known>& Causes::eventsOf(MessageId message) {
    if (m_knownSize != m_store->size()) {
        m_known.clear();
        m_knownSize = m_store->size();
    }
    const auto [place, isNew] = m_known.try_emplace(message);
    if (isNew) {
        for (const Sequence sequence : m_store->eventsOf(message))
            place->second.push_back({sequence, m_store->at(sequence)});
    }
    return place->second;
}

std::optional<Sequence> Causes::causeOf(Sequence event) {
    return event < m_store->size() ? causeOf(event, m_store->at(event)) : std::nullopt;
}

std::optional<Sequence> Causes::causeOf(Sequence sequence, const TraceEvent& event) {
    if (event.message == 0)
        return causeInSystem(sequence, event);
    const bool isNew = event.kind == EventKind::MessageCreated;
    if (isNew && event.peer == 0)
        return std::nullopt;
    const EntityTable& table = m_store->table();
    const std::vector<Known>& events = eventsOf(isNew ? event.peer : event.message);
    const auto end = std::partition_point(events.begin(), events.end(),
                                          [sequence](const Known& each) { return each.sequence < sequence; });
    const auto before = std::make_reverse_iterator(end);
    Places here = placesOf(event, table);
    if (endsDelivery(event.kind)) {
        // The consumer that had it belongs to the place: what it did with the message is the cause.
        const auto delivered = std::find_if(
            before, events.rend(), [&](const Known& each) { return each.event.subject == event.subject; });
        if (delivered != events.rend() && delivered->event.kind == EventKind::Delivered)
            here.add(delivered->event.peer, table);
    }
    const auto found = std::find_if(
        before, events.rend(), [&](const Known& each) { return here.touches(placesOf(each.event, table)); });
    if (found != events.rend())
        return found->sequence;
    return before == events.rend() ? std::nullopt : std::optional(before->sequence);
}

/// Of what concerns no message: the end of an action follows from its beginning, and what happens at the same
/// moment from what came before at the same place.
std::optional<Sequence> Causes::causeInSystem(Sequence sequence, const TraceEvent& event) const {
    if (event.kind == EventKind::ActionBegan)
        return std::nullopt;
    const EntityTable& table = m_store->table();
    const Places here = placesOf(event, table);
    const Sequence first = sequence > kFarthestInSystem ? sequence - kFarthestInSystem : 0;
    std::optional<Sequence> found;
    m_store->visit(first, sequence, [&](Sequence at, const TraceEvent& each) {
        const bool began = each.kind == EventKind::ActionBegan;
        if (event.kind == EventKind::ActionEnded
                ? began && each.detail == event.detail && each.subject == event.subject
                : each.message == 0 && each.at == event.at && here.touches(placesOf(each, table)))
            found = at;
        return true;
    });
    return found;
}

std::vector<Sequence> Causes::consequencesOf(Sequence event) {
    std::vector<Sequence> found;
    if (event >= m_store->size())
        return found;
    const TraceEvent cause = m_store->at(event);
    const auto consider = [&](Sequence sequence, const TraceEvent& each) {
        if (sequence > event && causeOf(sequence, each) == event)
            found.push_back(sequence);
    };
    if (cause.message == 0) {
        m_store->visit(
            event + 1, event + 1 + kFarthestInSystem, [&](Sequence sequence, const TraceEvent& each) {
                if (each.message == 0)
                    consider(sequence, each);
                return each.message != 0 || each.at == cause.at || cause.kind == EventKind::ActionBegan;
            });
        return found;
    }
    // By value: looking for causes may look up more messages.
    const std::vector<Known> own = eventsOf(cause.message);
    for (const Known& each : own) {
        if (each.event.message == cause.message || each.event.kind != EventKind::MessageCreated)
            consider(each.sequence, each.event);
    }
    for (const MessageId child : m_store->consequencesOf(cause.message)) {
        const std::vector<Known> events = eventsOf(child);
        if (!events.empty())
            consider(events.front().sequence, events.front().event);
    }
    std::sort(found.begin(), found.end());
    found.erase(std::unique(found.begin(), found.end()), found.end());
    return found;
}

}  // namespace sluice
