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
        ++m_taken;
        const Index index = m_firstFree;
        if (index.valid()) {
            m_firstFree = m_nextFree[index.value];
            return index;
        }
        m_values.emplace_back();
        m_nextFree.emplace_back();
        return Index{static_cast<std::uint32_t>(m_values.size() - 1)};
    }

    void release(Index index) {
        assert(index.value < m_values.size());
        m_nextFree[index.value] = m_firstFree;
        m_firstFree = index;
        --m_taken;
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
    [[nodiscard]] std::uint32_t inUse() const { return m_taken; }

private:
    std::vector<T> m_values;
    std::vector<Index> m_nextFree;  ///< by index, of those that are free
    Index m_firstFree{};
    std::uint32_t m_taken = 0;
};

}  // namespace sluice
