#pragma once

#include <deque>
#include <string>
#include <string_view>
#include <unordered_map>

#include "core/engine/queuebroker/brokerindex.h"

namespace sluice {

/// Interned routing keys and names of one broker: each text once, its index for good. Owned by QueueBroker.
class RoutingKeys {
public:
    RoutingKeyIndex intern(std::string_view text);
    /// The index of a text that was interned, or one that is not valid.
    [[nodiscard]] RoutingKeyIndex find(std::string_view text) const;
    [[nodiscard]] const std::string& text(RoutingKeyIndex key) const { return m_texts[key.value]; }
    [[nodiscard]] std::size_t size() const { return m_texts.size(); }

private:
    std::deque<std::string> m_texts;  // a deque keeps the views in m_index valid
    std::unordered_map<std::string_view, std::uint32_t> m_index;
};

}  // namespace sluice
