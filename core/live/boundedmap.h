#pragma once

#include <deque>
#include <string>
#include <unordered_map>

namespace sluice {

/// Remembers values by text, at most `most` of them: beyond, the ones it has known longest go. A value; one
/// thread.
template <class Value>
class BoundedMap {
public:
    explicit BoundedMap(std::size_t most) : m_most(most) {}

    /// Null when it is not known. Valid until the next insert().
    Value* find(const std::string& text) {
        const auto it = m_values.find(text);
        return it == m_values.end() ? nullptr : &it->second;
    }
    /// What is known already stays as it is.
    Value& insert(const std::string& text, Value value) {
        const auto [it, fresh] = m_values.try_emplace(text, std::move(value));
        if (fresh) {
            m_order.push_back(text);
            if (m_order.size() > m_most) {
                m_values.erase(m_order.front());
                m_order.pop_front();
            }
        }
        return it->second;
    }

private:
    std::size_t m_most;
    std::unordered_map<std::string, Value> m_values;
    std::deque<std::string> m_order;
};

}  // namespace sluice
