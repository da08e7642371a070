#pragma once

#include <cassert>
#include <concepts>
#include <cstdint>
#include <utility>
#include <vector>

namespace sluice {

/// A value that is in a list of its own kind, and so can be in the list of free ones.
template <class T, class Index>
concept Linked = requires(T& value) {
    { value.next } -> std::same_as<Index&>;
};

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
            m_firstFree = nextFree(index);
            return index;
        }
        m_values.emplace_back();
        if constexpr (!Linked<T, Index>)
            m_nextFree.emplace_back();
        return Index{static_cast<std::uint32_t>(m_values.size() - 1)};
    }

    void release(Index index) {
        assert(index.value < m_values.size());
        nextFree(index) = m_firstFree;
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
    Index& nextFree(Index index) {
        if constexpr (Linked<T, Index>)
            return m_values[index.value].next;
        else
            return m_nextFree[index.value];
    }

    std::vector<T> m_values;
    std::vector<Index> m_nextFree;  ///< by index, of those that are free; empty where values are Linked
    Index m_firstFree{};
    std::uint32_t m_taken = 0;
};

}  // namespace sluice
