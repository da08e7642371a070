#pragma once

#include <map>
#include <optional>
#include <set>
#include <string>
#include <unordered_map>
#include <vector>

#include "core/sequence/sequencediagram.h"

namespace sluice {

/// Joins the events of messages into ways between lifelines. The trace says where a message is, and for links
/// that take time when it leaves and how long it takes; both together are a hop.
class SequenceBuilder {
public:
    SequenceBuilder(const TraceStore& store, const SequenceScope& scope)
        : m_table(store.table()), m_scope(scope), m_lifelineOf(m_table.entities.size(), Hop::kNowhere) {
        for (const Entity& entity : m_table.entities) {
            if (entity.isLink) {
                m_joined.emplace(entity.from, entity.to);
                m_joined.emplace(entity.to, entity.from);
            }
        }
    }

    void apply(Sequence sequence, const TraceEvent& event);
    SequenceDiagram finish(TraceTime end);

private:
    /// With which event something began.
    struct Start {
        TraceTime at{};
        Sequence sequence = 0;
    };
    /// A message under way over a link.
    struct Departure {
        EntityId from = kNoEntity;
        EntityId to = kNoEntity;
        Start start{};
    };
    /// Where a message is known to be.
    struct Whereabouts {
        EntityId at = kNoEntity;
        TraceTime since{};
        TraceTime appended{};
        std::uint16_t type = 0;
        std::vector<EntityId> visited{};  ///< in order; copies of one message have been at several places
        EntityId diesInto = kNoEntity;    ///< the hop to the dead-letter queue was drawn already
        std::optional<Start> retried{};
        std::string attempt{};
        std::vector<Departure> departures{};
    };

    std::uint32_t lifeline(EntityId entity);
    [[nodiscard]] const Entity* entityAt(EntityId entity) const {
        return entity < m_table.entities.size() ? &m_table.entities[entity] : nullptr;
    }
    [[nodiscard]] EntityId serviceOf(EntityId link) const;
    Departure* departureTo(Whereabouts& whereabouts, EntityId to);
    [[nodiscard]] EntityId originOf(const Whereabouts& whereabouts, EntityId to) const;
    void moveTo(Whereabouts& whereabouts, EntityId to, TraceTime at);
    void hop(HopKind kind, EntityId from, EntityId to, Start start, Sequence sequence,
             const TraceEvent& event, std::string reason = {}, Duration waited = {});
    void arrive(HopKind kind, EntityId to, Sequence sequence, const TraceEvent& event);
    void mark(EntityId at, Sequence sequence, const TraceEvent& event);
    void deliver(Sequence sequence, const TraceEvent& event, EntityId from, EntityId link, Duration waited);
    void die(Sequence sequence, const TraceEvent& event);
    void enqueue(Sequence sequence, const TraceEvent& event);
    void lose(Sequence sequence, const TraceEvent& event);
    void finishWork(Sequence sequence, const TraceEvent& event);

    const EntityTable& m_table;
    const SequenceScope& m_scope;
    std::vector<std::uint32_t> m_lifelineOf;
    std::map<std::string, std::uint32_t> m_folded;
    std::set<std::pair<EntityId, EntityId>> m_joined;  ///< by a link, either way
    std::unordered_map<MessageId, Whereabouts> m_messages;
    SequenceDiagram m_diagram;
    bool m_begun = false;
};

}  // namespace sluice
