#pragma once

#include <cstdint>
#include <vector>

#include "core/base/random.h"
#include "core/trace/event.h"

namespace sluice {

/// The newest event seen of each business operation and key, by event time. A flat table with linear probing:
/// one look a record, in the hot path of every topic that checks for late arrivals.
class NewestByKey {
public:
    struct Entry {
        std::uint64_t key = kEmpty;
        TraceTime eventTime{};
        MessageId message = 0;
    };

    static constexpr std::uint64_t keyOf(std::uint32_t operation, std::int64_t key) {
        return (static_cast<std::uint64_t>(operation) << 48U) ^ static_cast<std::uint64_t>(key);
    }

    /// The entry of the key, added if it is new; `added` tells.
    Entry& entry(std::uint64_t key, bool& added) {
        if (2 * (m_count + 1) > m_entries.size())
            grow();
        std::size_t i = mixed(key) & (m_entries.size() - 1);
        while (m_entries[i].key != key && m_entries[i].key != kEmpty)
            i = (i + 1) & (m_entries.size() - 1);
        added = m_entries[i].key == kEmpty;
        if (added) {
            m_entries[i].key = key;
            ++m_count;
        }
        return m_entries[i];
    }
    [[nodiscard]] const Entry* find(std::uint64_t key) const {
        if (m_entries.empty())
            return nullptr;
        std::size_t i = mixed(key) & (m_entries.size() - 1);
        while (m_entries[i].key != key) {
            if (m_entries[i].key == kEmpty)
                return nullptr;
            i = (i + 1) & (m_entries.size() - 1);
        }
        return &m_entries[i];
    }

private:
    static constexpr std::uint64_t kEmpty = ~std::uint64_t{0};

    void grow() {
        std::vector<Entry> old = std::move(m_entries);
        m_entries.assign(old.empty() ? 64 : old.size() * 2, Entry{});
        for (const Entry& e : old) {
            if (e.key == kEmpty)
                continue;
            std::size_t i = mixed(e.key) & (m_entries.size() - 1);
            while (m_entries[i].key != kEmpty)
                i = (i + 1) & (m_entries.size() - 1);
            m_entries[i] = e;
        }
    }

    std::vector<Entry> m_entries;
    std::size_t m_count = 0;
};

}  // namespace sluice
