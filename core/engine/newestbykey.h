#pragma once

#include <algorithm>
#include <cstdint>
#include <unordered_map>
#include <vector>

#include "core/trace/event.h"

namespace sluice {

/// The newest event seen of each business operation and key, by event time. Keys of a usual size index a
/// table, others are hashed: one look a record, in the hot path of every topic that checks for late arrivals.
class NewestByKey {
public:
    struct Entry {
        TraceTime eventTime = TraceTime::min();  ///< min: none was seen
        MessageId message = 0;

        [[nodiscard]] bool isNew() const { return eventTime == TraceTime::min(); }
    };

    /// Added if it is not there yet. Good until the next call.
    Entry& entry(std::uint32_t operation, std::int64_t key) {
        if (key < 0 || key >= kIndexed)
            return m_hashed[keyOf(operation, key)];
        if (operation >= m_indexed.size())
            m_indexed.resize(operation + 1);
        std::vector<Entry>& entries = m_indexed[operation];
        const auto index = static_cast<std::size_t>(key);
        if (index >= entries.size())
            entries.resize(std::max(index + 1, 2 * entries.size()));
        return entries[index];
    }
    /// Null when none was seen.
    [[nodiscard]] const Entry* find(std::uint32_t operation, std::int64_t key) const {
        if (key < 0 || key >= kIndexed) {
            const auto found = m_hashed.find(keyOf(operation, key));
            return found == m_hashed.end() ? nullptr : &found->second;
        }
        const auto index = static_cast<std::size_t>(key);
        if (operation >= m_indexed.size() || index >= m_indexed[operation].size() ||
            m_indexed[operation][index].isNew())
            return nullptr;
        return &m_indexed[operation][index];
    }

private:
    static constexpr std::int64_t kIndexed = 1 << 17;  // 2 MiB an operation at most
    static constexpr std::uint64_t keyOf(std::uint32_t operation, std::int64_t key) {
        return (static_cast<std::uint64_t>(operation) << 48U) ^ static_cast<std::uint64_t>(key);
    }

    std::vector<std::vector<Entry>> m_indexed;
    std::unordered_map<std::uint64_t, Entry> m_hashed;
};

}  // namespace sluice
