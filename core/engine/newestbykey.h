#pragma once

#include <algorithm>
#include <cstdint>
#include <unordered_map>
#include <vector>

#include "core/trace/event.h"

namespace sluice {

/// The newest event seen of each business operation and key, by event time. Keys of a usual size index a
/// table, others are hashed: one look a record, in the hot path of every topic that checks for late arrivals.
/// Times and messages stand apart, since as a rule only the time is asked for.
class NewestByKey {
public:
    struct Entry {
        TraceTime& eventTime;  ///< min: none was seen
        MessageId& message;
    };

    /// Added if it is not there yet. Good until the next call.
    Entry entry(std::uint32_t operation, std::int64_t key) {
        if (key < 0 || key >= kIndexed) {
            Hashed& hashed = m_hashed[keyOf(operation, key)];
            return {hashed.eventTime, hashed.message};
        }
        if (operation >= m_indexed.size())
            m_indexed.resize(operation + 1);
        Indexed& indexed = m_indexed[operation];
        const auto index = static_cast<std::size_t>(key);
        if (index >= indexed.eventTimes.size()) {
            const std::size_t size = std::max(index + 1, 2 * indexed.eventTimes.size());
            indexed.eventTimes.resize(size, TraceTime::min());
            indexed.messages.resize(size, 0);
        }
        return {indexed.eventTimes[index], indexed.messages[index]};
    }
    /// TraceTime::min() when none was seen.
    [[nodiscard]] TraceTime eventTime(std::uint32_t operation, std::int64_t key) const {
        if (key < 0 || key >= kIndexed) {
            const auto found = m_hashed.find(keyOf(operation, key));
            return found == m_hashed.end() ? TraceTime::min() : found->second.eventTime;
        }
        const auto index = static_cast<std::size_t>(key);
        if (operation >= m_indexed.size() || index >= m_indexed[operation].eventTimes.size())
            return TraceTime::min();
        return m_indexed[operation].eventTimes[index];
    }

private:
    struct Hashed {
        TraceTime eventTime = TraceTime::min();
        MessageId message = 0;
    };
    struct Indexed {
        std::vector<TraceTime> eventTimes;
        std::vector<MessageId> messages;
    };

    static constexpr std::int64_t kIndexed = 1 << 17;  // 1.5 MiB an operation at most
    static constexpr std::uint64_t keyOf(std::uint32_t operation, std::int64_t key) {
        return (static_cast<std::uint64_t>(operation) << 48U) ^ static_cast<std::uint64_t>(key);
    }

    std::vector<Indexed> m_indexed;
    std::unordered_map<std::uint64_t, Hashed> m_hashed;
};

}  // namespace sluice
