#pragma once

#include <initializer_list>
#include <set>
#include <string>
#include <vector>

#include "core/incident/causalchain.h"

namespace sluice {

/// "bad data"; what is not known is told as such.
std::string causeText(FailureKind cause);

/// Walks one message's events backwards, then those of the message that caused it, and so on.
class CausalWalk {
public:
    explicit CausalWalk(const CausalContext& context)
        : m_context(context), m_store(context.store), m_table(context.store.table()) {}

    CausalChain take(MessageId message, EntityId place, Sequence end);

private:
    struct Past {
        Sequence sequence = 0;
        TraceEvent event;
    };
    /// Where the copy is at that point of the way back.
    enum class At : std::uint8_t { Anywhere, InQueue, ToQueue, InService, InTopic, ToTopic, Created };

    [[nodiscard]] bool is(EntityId entity, ElementKind kind) const {
        return entity < m_table.entities.size() && !m_table.entities[entity].isLink &&
               m_table.entities[entity].elementKind == kind;
    }
    [[nodiscard]] const Entity* entity(EntityId id) const {
        return id < m_table.entities.size() ? &m_table.entities[id] : nullptr;
    }
    [[nodiscard]] EntityId targetOf(EntityId link) const {
        const Entity* found = entity(link);
        return found && found->isLink ? found->to : kNoEntity;
    }
    [[nodiscard]] EntityId originOf(EntityId link) const {
        const Entity* found = entity(link);
        return found && found->isLink ? found->from : kNoEntity;
    }
    [[nodiscard]] std::string name(EntityId id) const {
        const Entity* found = entity(id);
        return !found ? "the system" : found->name.empty() ? found->id : found->name;
    }
    [[nodiscard]] const TracedType* type() const {
        return m_info.type < m_table.types.size() ? &m_table.types[m_info.type] : nullptr;
    }
    [[nodiscard]] std::string typeName() const { return type() ? type()->id : "a message"; }
    [[nodiscard]] const Link* linkBetween(LinkKind kind, EntityId from, EntityId to) const;

    bool load(MessageId message, Sequence end);
    void rest(EntityId place);
    void restAnywhere();
    void back();
    void step(const Past& past);
    void stepInQueue(const Past& past);
    void stepToQueue(const Past& past);
    void stepInService(const Past& past);
    void stepInTopic(const Past& past);

    void add(CausalRule rule, const Past& past, EntityId place, std::string text);
    void go(At at, EntityId place) {
        m_at = at;
        m_place = place;
    }
    void leftQueue(const Past& past);
    void died(const Past& past);
    void dropped(const Past& past);
    void failed(const Past& past);
    void requeued(const Past& past);
    void routed(const Past& past);
    void deadLetterRouted(const Past& past);
    void created(const Past& past);
    void sentBecause(const Past& creation, const MessageInfo& sent, bool caused);
    void tellActions(EntityId target, std::initializer_list<ActionKind> kinds, TraceTime at,
                     std::string_view what);
    void countDeaths();
    [[nodiscard]] std::string whatOf(const MessageInfo& info, const TraceEvent& creation) const;
    [[nodiscard]] EntityId incomingLink(EntityId service) const;
    [[nodiscard]] const Past* find(EventKind kind, EntityId subject, TraceTime at) const;
    [[nodiscard]] std::string userOf(const MessageInfo& info) const;

    const CausalContext& m_context;
    const TraceStore& m_store;
    const EntityTable& m_table;
    CausalChain m_chain;
    MessageInfo m_info;
    Past m_creation;           ///< of the message that was looked at last
    std::vector<Past> m_past;  ///< of the message that is looked at, in the trace's order
    std::size_t m_next = 0;    ///< how many of them are still to be looked at
    At m_at = At::Anywhere;
    EntityId m_place = kNoEntity;
    TraceTime m_acknowledged{-1};  ///< the acknowledgement met last
    bool m_told = false;           ///< the failure after a delivery was told
    struct Death {
        std::size_t step = 0;
        EntityId queue = kNoEntity;
        DeathReason reason = DeathReason::Rejected;
        bool anew = false;  ///< published anew: no deaths from before
    };
    std::set<std::size_t> m_actions;  ///< that were told
    std::vector<Death> m_deaths;      ///< of the message asked about, the latest first
};

}  // namespace sluice
