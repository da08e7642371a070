#pragma once

#include <cassert>
#include <vector>

#include "core/engine/eventqueue.h"

namespace sluice {

/// What is due at the present instant, first in, first out: a ring that grows to the longest line there ever
/// was.
class DueNow {
public:
    [[nodiscard]] bool empty() const { return m_head == m_tail; }

    void push(Due due) {
        if (m_tail - m_head > m_mask)
            grow();
        m_ring[m_tail++ & m_mask] = due;
    }

    /// Takes the first; there must be one. The reference is good until the next push().
    const Due& pop() {
        assert(!empty());
        return m_ring[m_head++ & m_mask];
    }

private:
    void grow() {
        std::vector<Due> larger(m_ring.size() * 2);
        for (std::size_t i = m_head; i != m_tail; ++i)
            larger[i - m_head] = m_ring[i & m_mask];
        m_tail -= m_head;
        m_head = 0;
        m_ring = std::move(larger);
        m_mask = m_ring.size() - 1;
    }

    std::vector<Due> m_ring = std::vector<Due>(64);  ///< as long as a power of two
    std::size_t m_mask = 63;
    std::size_t m_head = 0;
    std::size_t m_tail = 0;
};

}  // namespace sluice
