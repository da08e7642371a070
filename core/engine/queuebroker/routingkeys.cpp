#include "core/engine/queuebroker/routingkeys.h"

namespace sluice {

RoutingKeyIndex RoutingKeys::intern(std::string_view text) {
    if (const auto it = m_index.find(text); it != m_index.end())
        return RoutingKeyIndex{it->second};
    const auto index = static_cast<std::uint32_t>(m_texts.size());
    m_texts.emplace_back(text);
    m_index.emplace(m_texts.back(), index);
    return RoutingKeyIndex{index};
}

RoutingKeyIndex RoutingKeys::find(std::string_view text) const {
    const auto it = m_index.find(text);
    return it == m_index.end() ? RoutingKeyIndex{} : RoutingKeyIndex{it->second};
}

}  // namespace sluice
