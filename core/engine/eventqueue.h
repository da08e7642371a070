#pragma once

#include <cassert>
#include <cstdint>
#include <limits>
#include <vector>

#include "core/base/duration.h"

namespace sluice {

/// What becomes due: 16 bytes, which with its 16-byte key make the 32 bytes of a pending event.
struct Due {
    std::uint8_t kind = 0;
    std::uint8_t flags = 0;
    std::uint16_t small = 0;
    std::uint32_t a = 0;
    std::uint32_t b = 0;
    std::uint32_t c = 0;
};

/// Pending events in the order of time, then priority, then insertion. A 4-ary heap of 128-bit keys (time,
/// priority, sequence, slot), the fastest measured up to tens of thousands pending; what is due lies in slots
/// that are reused. Not thread-safe; one run owns one.
class EventQueue {
public:
    /// Lower is earlier among events of one time.
    enum Priority : std::uint8_t { First = 0, Normal = 1, Last = 2 };

    void push(TraceTime at, const Due& due, Priority priority = Normal) {
        assert(at.count() >= 0);
        std::uint32_t slot;
        if (m_free.empty()) {
            slot = static_cast<std::uint32_t>(m_slots.size());
            assert(slot < (1U << kSlotBits));
            m_slots.push_back(due);
        } else {
            slot = m_free.back();
            m_free.pop_back();
            m_slots[slot] = due;
        }
        const std::uint64_t low =
            (static_cast<std::uint64_t>(priority) << 62U) | (m_sequence++ << kSlotBits) | slot;
        siftUp((static_cast<Key>(static_cast<std::uint64_t>(at.count())) << 64U) | low);
    }

    [[nodiscard]] bool empty() const { return m_heap.empty(); }
    [[nodiscard]] std::size_t size() const { return m_heap.size(); }
    /// TraceTime::max() when nothing is pending.
    [[nodiscard]] TraceTime nextTime() const {
        return m_heap.empty() ? TraceTime::max() : TraceTime(static_cast<std::int64_t>(m_heap[0] >> 64U));
    }

    /// Takes the first; there must be one.
    Due pop() {
        assert(!m_heap.empty());
        const auto slot = static_cast<std::uint32_t>(m_heap[0]) & ((1U << kSlotBits) - 1);
        const Due due = m_slots[slot];
        m_free.push_back(slot);
        const Key last = m_heap.back();
        m_heap.pop_back();
        if (!m_heap.empty())
            siftDown(last);
        return due;
    }

private:
    __extension__ using Key = unsigned __int128;
    static constexpr unsigned kSlotBits = 24;  // 16 million pending events; 2^38 events a run

    void siftUp(Key key) {
        std::size_t i = m_heap.size();
        m_heap.push_back(key);
        while (i > 0) {
            const std::size_t parent = (i - 1) / 4;
            if (m_heap[parent] <= key)
                break;
            m_heap[i] = m_heap[parent];
            i = parent;
        }
        m_heap[i] = key;
    }

    void siftDown(Key key) {
        const std::size_t size = m_heap.size();
        std::size_t i = 0;
        while (true) {
            const std::size_t first = 4 * i + 1;
            if (first >= size)
                break;
            const std::size_t end = first + 4 < size ? first + 4 : size;
            std::size_t least = first;
            for (std::size_t child = first + 1; child < end; ++child)
                least = m_heap[child] < m_heap[least] ? child : least;
            if (key <= m_heap[least])
                break;
            m_heap[i] = m_heap[least];
            i = least;
        }
        m_heap[i] = key;
    }

    std::vector<Key> m_heap;
    std::vector<Due> m_slots;
    std::vector<std::uint32_t> m_free;
    std::uint64_t m_sequence = 0;
};

}  // namespace sluice
