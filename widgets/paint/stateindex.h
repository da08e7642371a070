#pragma once

#include <vector>

#include "core/diagram/diagram.h"
#include "core/trace/entitytable.h"
#include "widgets/paint/messagelook.h"

namespace sluice {

struct MessageInfo;

/// From the entities of a trace to the elements and links of the diagram that is shown, looked up once a run
/// or after an edit. A value.
class StateIndex {
public:
    StateIndex() = default;
    StateIndex(const Diagram& diagram, const EntityTable& table);

    /// kNoEntity for what was added after the run began.
    [[nodiscard]] EntityId ofElement(std::size_t index) const { return m_elements[index]; }
    [[nodiscard]] EntityId ofLink(std::size_t index) const { return m_links[index]; }
    /// Index of the diagram's link; -1 when it is not a link or no longer drawn.
    [[nodiscard]] int linkOf(EntityId entity) const {
        return entity < m_linkOf.size() ? m_linkOf[entity] : -1;
    }
    /// Messages that one instance of the element works on at a time, at least 1.
    [[nodiscard]] unsigned concurrencyOf(std::size_t index) const { return m_concurrency[index]; }
    /// How a message of that trace looks: its type's shape and its place in the catalogue for a colour.
    [[nodiscard]] MessageLook lookOf(const MessageInfo& message) const;
    /// False when elements or links came or went since: build a new one.
    [[nodiscard]] bool matches(const Diagram& diagram) const {
        return m_elements.size() == diagram.elements.size() && m_links.size() == diagram.links.size();
    }

private:
    struct Type {
        MessageKind kind = MessageKind::Event;
        std::uint16_t color = 0;
    };
    std::vector<EntityId> m_elements;
    std::vector<EntityId> m_links;
    std::vector<int> m_linkOf;
    std::vector<unsigned> m_concurrency;
    std::vector<Type> m_types;
};

}  // namespace sluice
