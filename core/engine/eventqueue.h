#pragma once

#include <cassert>
#include <cstdint>
#include <limits>
#include <vector>

#include "core/base/duration.h"

namespace sluice {

/// What becomes due: 16 bytes, which with its 16-byte key make the 32 bytes of a pending event. Two words
/// rather than six fields: it is read as it was written, and a processor that has to gather a wide read from
/// several writes just made stands still.
class Due {
public:
    constexpr Due() = default;
    constexpr Due(std::uint8_t kind, std::uint16_t small, std::uint32_t a, std::uint32_t b, std::uint32_t c)
        : m_first(kind | static_cast<std::uint64_t>(small) << 16U | static_cast<std::uint64_t>(a) << 32U),
          m_second(b | static_cast<std::uint64_t>(c) << 32U) {}

    [[nodiscard]] std::uint8_t kind() const { return static_cast<std::uint8_t>(m_first); }
    [[nodiscard]] std::uint16_t small() const { return static_cast<std::uint16_t>(m_first >> 16U); }
    [[nodiscard]] std::uint32_t a() const { return static_cast<std::uint32_t>(m_first >> 32U); }
    [[nodiscard]] std::uint32_t b() const { return static_cast<std::uint32_t>(m_second); }
    [[nodiscard]] std::uint32_t c() const { return static_cast<std::uint32_t>(m_second >> 32U); }

private:
    std::uint64_t m_first = 0;
    std::uint64_t m_second = 0;
};
static_assert(sizeof(Due) == 16);

/// Pending events in the order of time, then priority, then insertion. A 4-ary heap of 128-bit keys (time,
/// priority, sequence, slot), the fastest measured up to tens of thousands pending; what is due lies in slots
/// that are reused. Not thread-safe; one run owns one.
class EventQueue {
public:
    /// Lower is earlier among events of one time.
    enum Priority : std::uint8_t { First = 0, Normal = 1, Last = 2 };

    void push(TraceTime at, Due due, Priority priority = Normal) {
        assert(at.count() >= 0);
        std::uint32_t slot = m_firstFree;
        if (slot == kNoSlot) {
            slot = static_cast<std::uint32_t>(m_slots.size());
            assert(slot < kNoSlot);
            m_slots.push_back(due);
            m_nextFree.push_back(kNoSlot);
        } else {
            m_firstFree = m_nextFree[slot];
            m_slots[slot] = due;
        }
        const std::uint64_t low =
            (static_cast<std::uint64_t>(priority) << 62U) | (m_sequence++ << kSlotBits) | slot;
        const Key key = (static_cast<Key>(static_cast<std::uint64_t>(at.count())) << 64U) | low;
        if (m_hole) {
            m_hole = false;
            siftDown(key);
        } else {
            siftUp(key);
        }
    }

    [[nodiscard]] bool empty() const { return size() == 0; }
    [[nodiscard]] std::size_t size() const { return m_heap.size() - m_hole; }
    /// TraceTime::max() when nothing is pending.
    [[nodiscard]] TraceTime nextTime() {
        fillHole();
        return m_heap.empty() ? TraceTime::max() : TraceTime(static_cast<std::int64_t>(m_heap[0] >> 64U));
    }

    /// Takes the first; there must be one. Its place at the top stays open for what is pushed next: most
    /// events lead to one later event, which then costs one way down instead of a way up and a way down. The
    /// reference is good until the next push().
    const Due& pop() {
        fillHole();
        assert(!m_heap.empty());
        const auto slot = static_cast<std::uint32_t>(m_heap[0]) & kNoSlot;
        m_nextFree[slot] = m_firstFree;
        m_firstFree = slot;
        m_hole = true;
        return m_slots[slot];
    }

private:
    __extension__ using Key = unsigned __int128;
    static constexpr unsigned kSlotBits = 24;  // 16 million pending events; 2^38 events a run
    static constexpr std::uint32_t kNoSlot = (1U << kSlotBits) - 1;

    void fillHole() {
        if (!m_hole)
            return;
        m_hole = false;
        const Key last = m_heap.back();
        m_heap.pop_back();
        if (!m_heap.empty())
            siftDown(last);
    }

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
        Key* heap = m_heap.data();
        const std::size_t size = m_heap.size();
        std::size_t i = 0;
        std::size_t child = 1;
        while (child + 4 <= size) {
            // Two pairs beside each other, then their winners: shorter than one after the other.
            const std::size_t a = child + (heap[child + 1] < heap[child]);
            const std::size_t b = child + 2 + (heap[child + 3] < heap[child + 2]);
            const std::size_t least = heap[b] < heap[a] ? b : a;
            if (key <= heap[least]) {
                heap[i] = key;
                return;
            }
            heap[i] = heap[least];
            i = least;
            child = 4 * i + 1;
        }
        if (child < size) {
            std::size_t least = child;
            for (std::size_t other = child + 1; other < size; ++other)
                least = heap[other] < heap[least] ? other : least;
            if (heap[least] < key) {
                heap[i] = heap[least];
                i = least;
            }
        }
        heap[i] = key;
    }

    std::vector<Key> m_heap;
    std::vector<Due> m_slots;
    std::vector<std::uint32_t> m_nextFree;  ///< by slot, of those that are free
    std::uint32_t m_firstFree = kNoSlot;
    std::uint64_t m_sequence = 0;
    bool m_hole = false;  ///< m_heap[0] was taken
};

}  // namespace sluice
