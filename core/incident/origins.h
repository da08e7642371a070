#pragma once

#include <cstdint>
#include <unordered_map>
#include <vector>

#include "core/trace/entitytable.h"

namespace sluice {

/// What messages were created as, for as long as they may become dead letters: the latest kWindow of a trace,
/// and of the earlier ones those that stand in a queue or are on the way to one. So a trace of any length
/// takes no more memory than what it has in flight. Any thread, one at a time.
class Origins {
public:
    static constexpr std::size_t kWindow = 1U << 18U;

    struct Origin {
        std::int64_t key = -1;
        MessageId message = 0;
        std::uint16_t type = 0xffff;
        std::uint8_t copies = 0;    ///< in queues
        std::uint8_t underway = 0;  ///< to a queue again: a retry, a dead letter, a redrive
    };
    static_assert(sizeof(Origin) == 16);

    /// Events in the trace's order; after whoever asks about the message of this one.
    void apply(const TraceEvent& event, const EntityTable& table);

    /// Null when it is not known any more, or never was.
    [[nodiscard]] const Origin* find(MessageId message) const;
    /// How many are known.
    [[nodiscard]] std::size_t count() const { return m_latest.size() + m_earlier.size(); }

private:
    void create(const TraceEvent& event);
    void settle(Origin& origin);

    std::vector<Origin> m_latest;  ///< by message id modulo kWindow
    std::unordered_map<MessageId, Origin> m_earlier;
};

}  // namespace sluice
