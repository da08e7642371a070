#include "core/engine/queuebroker/timerheap.h"

namespace sluice {

void TimerHeap::arm(std::uint32_t timer, Duration at) {
    if (timer >= m_places.size())
        m_places.resize(timer + 1, kNowhere);
    std::uint32_t position = m_places[timer];
    const Entry entry{at, m_order++, timer};
    if (position == kNowhere) {
        position = static_cast<std::uint32_t>(m_heap.size());
        m_heap.push_back(entry);
    }
    place(position, entry);
    siftUp(position);
    siftDown(m_places[timer]);
    m_next = m_heap.front().at;
}

void TimerHeap::disarm(std::uint32_t timer) {
    if (timer >= m_places.size() || m_places[timer] == kNowhere)
        return;
    const std::uint32_t position = m_places[timer];
    m_places[timer] = kNowhere;
    const Entry last = m_heap.back();
    m_heap.pop_back();
    if (last.timer != timer) {
        place(position, last);
        siftUp(position);
        siftDown(m_places[last.timer]);
    }
    m_next = m_heap.empty() ? Duration::max() : m_heap.front().at;
}

void TimerHeap::place(std::uint32_t position, const Entry& entry) {
    m_heap[position] = entry;
    m_places[entry.timer] = position;
}

void TimerHeap::siftUp(std::uint32_t position) {
    const Entry entry = m_heap[position];
    while (position > 0) {
        const std::uint32_t parent = (position - 1) / 2;
        if (!entry.before(m_heap[parent]))
            break;
        place(position, m_heap[parent]);
        position = parent;
    }
    place(position, entry);
}

void TimerHeap::siftDown(std::uint32_t position) {
    const Entry entry = m_heap[position];
    const auto size = static_cast<std::uint32_t>(m_heap.size());
    while (true) {
        std::uint32_t child = 2 * position + 1;
        if (child >= size)
            break;
        if (child + 1 < size && m_heap[child + 1].before(m_heap[child]))
            ++child;
        if (!m_heap[child].before(entry))
            break;
        place(position, m_heap[child]);
        position = child;
    }
    place(position, entry);
}

}  // namespace sluice
