#pragma once

#include <cstdint>
#include <vector>

#include "core/base/duration.h"

namespace sluice {

/// Pending timers by a small number of their own, at most one each; those of equal time fire in the order in
/// which they were armed. A binary heap that knows each timer's place, since a broker has one or two a queue
/// and moves them seldom. Owned by QueueBroker.
class TimerHeap {
public:
    /// Duration::max() when none is armed.
    [[nodiscard]] Duration next() const { return m_next; }
    /// The timer that is due first; one must be armed.
    [[nodiscard]] std::uint32_t first() const { return m_heap.front().timer; }
    /// When it fires; Duration::max() when it is not armed.
    [[nodiscard]] Duration armedAt(std::uint32_t timer) const {
        return timer < m_places.size() && m_places[timer] != kNowhere ? m_heap[m_places[timer]].at
                                                                      : Duration::max();
    }
    /// Arms it, or moves it if it was armed.
    void arm(std::uint32_t timer, Duration at);
    /// Nothing happens if it was not armed.
    void disarm(std::uint32_t timer);

private:
    static constexpr std::uint32_t kNowhere = 0xffffffff;
    struct Entry {
        Duration at;
        std::uint64_t order;
        std::uint32_t timer;
        [[nodiscard]] bool before(const Entry& other) const {
            return at != other.at ? at < other.at : order < other.order;
        }
    };
    void place(std::uint32_t position, const Entry& entry);
    void siftUp(std::uint32_t position);
    void siftDown(std::uint32_t position);

    std::vector<Entry> m_heap;
    std::vector<std::uint32_t> m_places;  // by timer, its position in m_heap
    std::uint64_t m_order = 0;
    Duration m_next = Duration::max();  // asked for before every event
};

}  // namespace sluice
