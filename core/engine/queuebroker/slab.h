#pragma once

#include <cassert>
#include <cstdint>
#include <utility>
#include <vector>

namespace sluice {

/// A pool of values named by handles: take() prefers what was given back last, so a busy pool stays in the
/// cache. References are good until the next take(). Values are not reset in between: whoever takes one
/// writes all of it, and what owns memory keeps it for the next.
template <class T, class Index>
class Slab {
public:
    Index take() {
        if (!m_free.empty()) {
            const Index index = m_free.back();
            m_free.pop_back();
            return index;
        }
        const Index index{static_cast<std::uint32_t>(m_values.size())};
        m_values.emplace_back();
        return index;
    }

    void release(Index index) {
        assert(index.value < m_values.size());
        m_free.push_back(index);
    }

    [[nodiscard]] T& operator[](Index index) {
        assert(index.value < m_values.size());
        return m_values[index.value];
    }
    [[nodiscard]] const T& operator[](Index index) const {
        assert(index.value < m_values.size());
        return m_values[index.value];
    }

    [[nodiscard]] bool contains(Index index) const { return index.value < m_values.size(); }
    /// Handles below this have been given out at some time.
    [[nodiscard]] std::uint32_t size() const { return static_cast<std::uint32_t>(m_values.size()); }
    [[nodiscard]] std::uint32_t inUse() const {
        return static_cast<std::uint32_t>(m_values.size() - m_free.size());
    }

private:
    std::vector<T> m_values;
    std::vector<Index> m_free;
};

}  // namespace sluice
