#pragma once

#include <algorithm>
#include <cstdint>
#include <deque>
#include <vector>

#include "core/base/duration.h"

namespace sluice {

/// Deadlines of requests, or of acknowledgements: one first-in-first-out list for each length of timeout,
/// since with one length the order of asking is the order of expiring. The deadline of what is done is
/// skipped when it comes to the head; none of them ever stands in the event queue, where ghosts of cancelled
/// timers were measured to cost nearly half of a run.
class Timeouts {
public:
    struct Deadline {
        TraceTime at{};
        std::uint32_t index = 0;  ///< of the request or job
        std::uint32_t generation = 0;
    };

    /// What `isLive` no longer holds for goes first, as far as it stands at the head of its list.
    template <class IsLive>
    void add(Duration length, const Deadline& deadline, const IsLive& isLive) {
        m_noneBefore = std::min(m_noneBefore, deadline.at);
        for (List& list : m_lists) {
            if (list.length == length) {
                list.skipDone(isLive);
                list.deadlines.push_back(deadline);
                return;
            }
        }
        m_lists.push_back({length, {deadline}});
    }

    /// No deadline is earlier, be it that of something done; TraceTime::max() when there is none.
    [[nodiscard]] TraceTime noneBefore() const { return m_noneBefore; }

    /// The earliest deadline for which `isLive` still holds; null when there is none.
    template <class IsLive>
    const Deadline* first(const IsLive& isLive) {
        const Deadline* earliest = nullptr;
        for (List& list : m_lists) {
            list.skipDone(isLive);
            if (!list.deadlines.empty() && (!earliest || list.deadlines.front().at < earliest->at))
                earliest = &list.deadlines.front();
        }
        m_noneBefore = earliest ? earliest->at : TraceTime::max();
        return earliest;
    }

private:
    struct List {
        Duration length{};
        std::deque<Deadline> deadlines;

        template <class IsLive>
        void skipDone(const IsLive& isLive) {
            while (!deadlines.empty() && !isLive(deadlines.front()))
                deadlines.pop_front();
        }
    };
    std::vector<List> m_lists;
    TraceTime m_noneBefore = TraceTime::max();
};

}  // namespace sluice
