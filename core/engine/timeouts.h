#pragma once

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

    void add(Duration length, const Deadline& deadline) {
        for (List& list : m_lists) {
            if (list.length == length) {
                list.deadlines.push_back(deadline);
                return;
            }
        }
        m_lists.push_back({length, {deadline}});
    }

    /// The earliest deadline for which `isLive` still holds; null when there is none.
    template <class IsLive>
    const Deadline* first(const IsLive& isLive) {
        const Deadline* earliest = nullptr;
        for (List& list : m_lists) {
            while (!list.deadlines.empty() && !isLive(list.deadlines.front()))
                list.deadlines.pop_front();
            if (!list.deadlines.empty() && (!earliest || list.deadlines.front().at < earliest->at))
                earliest = &list.deadlines.front();
        }
        return earliest;
    }

private:
    struct List {
        Duration length{};
        std::deque<Deadline> deadlines;
    };
    std::vector<List> m_lists;
};

}  // namespace sluice
