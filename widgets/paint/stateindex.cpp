#include "widgets/paint/stateindex.h"

#include <algorithm>
#include <unordered_map>

#include "core/diagram/catalogue.h"
#include "core/trace/tracestore.h"

namespace sluice {

StateIndex::StateIndex(const Diagram& diagram, const EntityTable& table) {
    std::unordered_map<std::string_view, EntityId> byId;
    byId.reserve(table.entities.size());
    for (std::size_t i = 0; i < table.entities.size(); ++i)
        byId.emplace(table.entities[i].id, static_cast<EntityId>(i));
    const auto find = [&](const Id& id) {
        const auto it = byId.find(id);
        return it == byId.end() ? kNoEntity : it->second;
    };
    m_elements.reserve(diagram.elements.size());
    m_concurrency.reserve(diagram.elements.size());
    for (const Element& element : diagram.elements) {
        m_elements.push_back(find(element.id));
        const auto catalogue = propertiesOf(element.kind);
        const std::int64_t capacity = findProperty(catalogue, "concurrency")
                                          ? integerOf(catalogue, element.properties, "concurrency")
                                          : 1;
        m_concurrency.push_back(static_cast<unsigned>(std::clamp<std::int64_t>(capacity, 1, 1'000'000)));
    }
    m_linkOf.assign(table.entities.size(), -1);
    m_links.reserve(diagram.links.size());
    for (std::size_t i = 0; i < diagram.links.size(); ++i) {
        const EntityId entity = find(diagram.links[i].id);
        m_links.push_back(entity);
        if (entity != kNoEntity)
            m_linkOf[entity] = static_cast<int>(i);
    }
    for (std::size_t i = 0; i < table.types.size(); ++i) {
        const auto it = std::find_if(diagram.messages.begin(), diagram.messages.end(),
                                     [&](const MessageType& type) { return type.id == table.types[i].id; });
        const auto place = it == diagram.messages.end() ? i : std::size_t(it - diagram.messages.begin());
        m_types.push_back({table.types[i].kind, static_cast<std::uint16_t>(place)});
    }
}

MessageLook StateIndex::lookOf(const MessageInfo& message) const {
    MessageLook look;
    if (message.type < m_types.size()) {
        look.kind = m_types[message.type].kind;
        look.color = m_types[message.type].color;
    }
    look.key = message.key;
    look.flags = message.flags;
    return look;
}

}  // namespace sluice
