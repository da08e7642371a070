#include "core/trace/snapshots.h"

#include <algorithm>

namespace sluice {
namespace {

constexpr Sequence kShortestInterval = 65'536;
constexpr Sequence kEventsPerEntity = 64;  // so that copying states stays far below folding events

}  // namespace

Snapshots::Snapshots(const EntityTable& table, std::size_t budget)
    : m_budget(budget),
      m_interval(std::max<Sequence>(kShortestInterval, table.entities.size() * kEventsPerEntity)) {
    add(SystemState::initial(table));
}

void Snapshots::add(const SystemState& state) {
    auto copy = std::make_shared<const SystemState>(state);
    const std::size_t size = copy->bytes();
    m_last = state.next;
    const std::scoped_lock lock(m_mutex);
    m_states.push_back(std::move(copy));
    m_sizes.push_back(size);
    m_bytes += size;
    if (m_bytes > m_budget && m_states.size() > 4)
        thinOut();
}

void Snapshots::thinOut() {
    std::size_t kept = 0;
    m_bytes = 0;
    for (std::size_t i = 0; i < m_states.size(); i += 2) {
        m_states[kept] = std::move(m_states[i]);
        m_sizes[kept] = m_sizes[i];
        m_bytes += m_sizes[kept];
        ++kept;
    }
    m_states.resize(kept);
    m_sizes.resize(kept);
    m_interval *= 2;
}

std::shared_ptr<const SystemState> Snapshots::before(Sequence end) const {
    // Reading a file takes a while, and nobody changes m_file: without the lock.
    std::shared_ptr<const SystemState> stored = m_file ? m_file->before(end) : nullptr;
    if (stored)
        return stored;
    const std::scoped_lock lock(m_mutex);
    const auto it = std::upper_bound(m_states.begin(), m_states.end(), end,
                                     [](Sequence wanted, const std::shared_ptr<const SystemState>& state) {
                                         return wanted < state->next;
                                     });
    return *std::prev(it);
}

void Snapshots::adopt(std::shared_ptr<const StateFile> file) {
    m_file = std::move(file);
}

std::size_t Snapshots::bytes() const {
    const std::scoped_lock lock(m_mutex);
    return m_bytes;
}

}  // namespace sluice
