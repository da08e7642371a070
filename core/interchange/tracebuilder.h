#pragma once

#include <map>
#include <string>
#include <string_view>
#include <unordered_map>
#include <vector>

#include "core/interchange/importedtrace.h"

namespace sluice {

/// Makes a trace and a drawing out of what an import reads, in whatever order it comes. One thread.
class TraceBuilder {
public:
    explicit TraceBuilder(std::string name);

    /// Of that id or name; made when it is not there yet. Where it is there, its kind stays. An element and a
    /// link that the file calls the same are two.
    EntityId element(std::string_view id, ElementKind kind, std::string_view name = {});
    /// The one with that id or, without one, of that kind between the two.
    EntityId link(LinkKind kind, EntityId from, EntityId to, std::string_view id = {});
    std::uint16_t type(std::string_view id, MessageKind kind = MessageKind::Event);
    /// The place of a rule with that id, of which nothing else is known.
    std::uint16_t alert(std::string_view id);
    /// "user-17" is 17, and the type's keys are users; any other text gets a number of its own.
    std::int64_t key(std::uint16_t type, std::string_view text);
    /// "m-17" and "17" are 17 where that is possible, anything else has a number of its own.
    MessageId message(std::string_view name);

    /// `line` of the file, from 1; 0: none. Times are those of the file.
    void add(const TraceEvent& event, std::size_t line);
    void warn(std::size_t line, std::string sentence);

    [[nodiscard]] const EntityTable& table() const { return m_table; }
    [[nodiscard]] Entity& entity(EntityId id) { return m_table.entities[id]; }
    [[nodiscard]] std::size_t events() const { return m_events.size(); }

    /// What is there to be seen. Events are put in the order of their times; times that count from an epoch
    /// count from the first event instead. Messages that nobody was seen to create are created where they are
    /// first seen. Depths and waits that were not told (-1) are counted. Errors: there is not one event.
    Result<ImportedTrace> finish();

private:
    struct Read {
        TraceEvent event;
        std::size_t line = 0;
    };

    void putInOrder();
    void renumberMessages();
    void createMessages();
    void numberAsCreated();
    void countDepths();
    void countWaits();
    void inferLinks();
    [[nodiscard]] Diagram drawing() const;
    std::string uniqueId(std::string_view wanted) const;

    EntityTable m_table;
    std::map<std::string, EntityId, std::less<>> m_entities;  ///< by id
    std::map<std::tuple<LinkKind, EntityId, EntityId>, EntityId> m_links;
    std::map<std::string, std::uint16_t, std::less<>> m_types;
    std::map<std::pair<std::uint16_t, std::string>, std::int64_t> m_keys;
    std::unordered_map<std::string, MessageId> m_named;
    MessageId m_highest = 0;
    std::vector<Read> m_events;
    std::vector<Error> m_warnings;
    std::size_t m_unsaid = 0;
};

}  // namespace sluice
