#pragma once

#include <span>
#include <utility>
#include <vector>

#include "core/diagram/diagram.h"

namespace sluice {

/// Which queues of a diagram are dead-letter queues, and which only hold messages up. The one place where
/// this is decided: the drawing, the trace's table and the review ask here. A value; elements are named by
/// their index in the diagram.
///
/// A delay queue has a TTL and a dead-letter link, and nobody consumes it: what waits there goes onwards by
/// itself. Retries after a pause and delayed deliveries are built of such queues. A dead-letter queue is one
/// that a dead-letter link leads to, directly or through exchanges and their bindings, and where messages
/// come to rest: it is no delay queue; and where only a delay queue leads to it, nobody consumes it and
/// nothing is published to it, for else the message is back at work.
class DeadLetterQueues {
public:
    explicit DeadLetterQueues(const Diagram& diagram);
    /// `ends`: of each link in the diagram's order, the indices of its elements; negative for a link that is
    /// to be left out.
    DeadLetterQueues(const Diagram& diagram, std::span<const std::pair<int, int>> ends);

    [[nodiscard]] bool isDelayQueue(std::size_t element) const { return m_delays[element]; }
    [[nodiscard]] bool isDeadLetterQueue(std::size_t element) const { return m_rests[element]; }

private:
    std::vector<bool> m_delays;
    std::vector<bool> m_rests;
};

}  // namespace sluice
