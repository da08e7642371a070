#pragma once

#include <cstdint>
#include <deque>
#include <map>
#include <optional>
#include <utility>

#include "core/trace/event.h"

namespace sluice {

/// How many messages came to queues, as their broker counts them, that were not among those seen singly:
/// copies were dropped, or they were sent past the copies. The broker's counts come late, so only what is
/// certain is told: never too many. A value; one thread.
class UnseenMessages {
public:
    /// From now on messages are seen.
    void begin(TraceTime now);
    /// No longer: what is known is forgotten.
    void end();
    [[nodiscard]] bool isCounting() const { return m_began.has_value(); }
    /// So many more were seen up to `now`.
    void seen(EntityId queue, std::uint64_t messages, TraceTime now);
    /// A broker's report; all but Counted, In, are passed over.
    void reported(const TraceEvent& event);
    /// Over all queues.
    [[nodiscard]] std::uint64_t total(TraceTime now) const;

private:
    using Moment = std::pair<TraceTime, std::uint64_t>;
    struct Queue {
        std::deque<Moment> seen;  ///< how many altogether, at which times; the first is old enough
        std::optional<std::uint64_t> before;  ///< seen before the first count began
        std::deque<Moment> counted;           ///< altogether, at the times of reports
    };
    std::optional<TraceTime> m_began;
    std::map<EntityId, Queue> m_queues;
};

}  // namespace sluice
