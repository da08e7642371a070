#pragma once

#include <functional>
#include <memory>
#include <optional>
#include <vector>

#include "core/trace/tracestore.h"

namespace sluice {

/// Looks through a trace for the next or the previous event of some kind, bit by bit, so that it can be
/// broken off and tell how far it is. The one way in which the program searches. One thread at a time.
class TraceSearch {
public:
    using Wanted = std::function<bool(const TraceEvent&)>;
    enum class Direction : std::uint8_t { Forward, Backward };
    enum class Outcome : std::uint8_t {
        Found,
        NotYet,  ///< there is more to look at
        AtEnd,   ///< nothing up to the beginning, or the present end, of the trace; it may grow
    };

    /// Forward the first event that is looked at is `from`, backward the one before it.
    TraceSearch(std::shared_ptr<const TraceStore> store, Wanted wanted, Sequence from, Direction direction);

    /// Looks at up to `events` more.
    Outcome advance(std::size_t events);
    /// The event that was found.
    [[nodiscard]] std::optional<Sequence> found() const { return m_found; }
    /// How much of what there is was looked at, 0 to 1.
    [[nodiscard]] double progress() const;

private:
    Outcome forward(std::size_t events);
    Outcome backward(std::size_t events);

    std::shared_ptr<const TraceStore> m_store;
    Wanted m_wanted;
    Sequence m_begun;
    Sequence m_next;  ///< forward: the next to look at; backward: one past it
    Direction m_direction;
    std::optional<Sequence> m_found;
};

}  // namespace sluice
